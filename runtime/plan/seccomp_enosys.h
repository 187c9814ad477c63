// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first instructions of a filter whose default is an error: a system call with a number above
// everything the profile mentions is one that its author could not know. It fails with ENOSYS,
// which makes libc try the older way, where EPERM would make it give up. Called by seccomp.cpp.

#include <linux/filter.h>

#include <vector>

#include "specs/oci/seccomp.h"

namespace wpar::plan {

// Empty when the default action is not SCMP_ACT_ERRNO, or is ENOSYS anyway: to allow, log, trace,
// trap or kill what is unknown is what the profile asked for. Falls through to what follows it.
std::vector<sock_filter> enosys_prologue(const oci::Seccomp& seccomp);

}  // namespace wpar::plan
