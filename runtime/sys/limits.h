// SPDX-License-Identifier: Apache-2.0
#pragma once
// Per-process limits and namespaces-of-one system calls: rlimits, host name, session keyring,
// loopback.

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"

namespace wpar::sys {

// RLIMIT_*; getrlimit(2).
void set_rlimit(int resource, std::uint64_t soft, std::uint64_t hard);
void set_hostname(const std::string& name);
void set_domainname(const std::string& name);
// setns(2): `descriptor` is a namespace file or a pidfd, `flags` CLONE_NEW*.
void join_namespaces(BorrowedFd descriptor, int flags);
// False with errno when it fails.
bool try_join_namespaces(BorrowedFd descriptor, int flags) noexcept;
// unshare(2)
void unshare_namespaces(int flags);
// A new time namespace, into which our next children are born. `offsets` are the lines for
// /proc/self/timens_offsets, which must be ours to write (time_namespaces(7)).
void unshare_time_namespace(const std::string& offsets);
// A new anonymous session keyring, so that the caller's keys stay out of reach (keyctl(2)).
// False where the kernel has no keyrings, or a filter forbids them.
bool join_new_session_keyring();
// Brings "lo" up in the network namespace of the process (netdevice(7)).
void bring_loopback_up();

}  // namespace wpar::sys
