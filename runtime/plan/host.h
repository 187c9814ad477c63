// SPDX-License-Identifier: Apache-2.0
#pragma once
// HostFacts: everything a plan needs to know of the machine, read once by look_at_host() and
// written as literals in tests.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace wpar::plan {

struct HostFacts {
  uid_t euid = 0;
  std::uint64_t bounding_set = 0;  // capabilities this process may hand on (capabilities(7))
  bool apparmor_enabled = false;
  bool selinux_enabled = false;
  std::string cache_directory;  // where compiled seccomp filters are kept; empty: nowhere
};

// The only reading of the machine in plan/. `state_root` is --root.
HostFacts look_at_host(const std::string& state_root);

// The pure part of it: the text of /proc/PID/status → the capabilities that are both in the
// bounding set and permitted. Throws Error(kSystem) when they are not there.
std::uint64_t grantable_capabilities(std::string_view status);

}  // namespace wpar::plan
