// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.seccomp → a BPF program for seccomp(2). Compiled by libseccomp in the parent, so that no
// parsing, memory or library runs in the half that will be hostile. Called through seccomp_cache.h.
// Two additions to libseccomp's program: nothing is asked of the running kernel, and system calls
// that are newer than the profile fail with ENOSYS, so that libc can fall back to older ones.

#include <linux/filter.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "specs/oci/seccomp.h"

namespace wpar::plan {

// Every word, number and combination; what passes can be compiled.
void check_seccomp(const oci::Seccomp& seccomp, Findings& findings);

// SECCOMP_FILTER_FLAG_*. Only for what check_seccomp() passed, like the next two.
unsigned int seccomp_flags(const oci::Seccomp& seccomp);

// Who answers for SCMP_ACT_NOTIFY; "" when no rule asks anybody.
std::string seccomp_listener(const oci::Seccomp& seccomp);

// Names of system calls that this libseccomp does not know: the rules are without effect there.
std::vector<std::string> unknown_seccomp_names(const oci::Seccomp& seccomp);

// Throws Error(kInvalidConfig) beginning with /linux/seccomp for what libseccomp refuses.
std::vector<sock_filter> compile_filter(const oci::Seccomp& seccomp);

// For `features`: the words that check_seccomp() takes.
std::vector<std::string_view> known_seccomp_actions();
std::vector<std::string_view> known_seccomp_operators();
std::vector<std::string_view> known_seccomp_architectures();
std::vector<std::string_view> known_seccomp_flags();

}  // namespace wpar::plan
