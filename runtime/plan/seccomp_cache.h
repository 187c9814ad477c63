// SPDX-License-Identifier: Apache-2.0
#pragma once
// Compiled seccomp filters, kept below the state root: compiling takes milliseconds, reading a file
// does not. THE ONLY PART OF plan/ THAT WRITES. Nothing is lost with the directory.
// An entry is used only when it is a regular file of our own that nobody else can write, holds
// exactly the inputs it is asked for (byte by byte, so that a collision of names cannot matter),
// and its checksum is right; otherwise the filter is compiled again and the entry replaced. That
// the cache cannot be written is never an error. Called by build.cpp and exec.cpp.

#include <linux/filter.h>

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/seccomp.h"

namespace wpar::plan {

inline constexpr std::size_t kMaxCachedFilters = 64;  // the oldest go

// compile_filter(), or its result of an earlier time.
std::vector<sock_filter> compile_filter_cached(const oci::Seccomp& seccomp, const HostFacts& host);

// Everything of the plan but the moment, of a profile that check_seccomp() has found right. Called
// by build.cpp and exec.cpp.
void plan_seccomp(const oci::Seccomp& seccomp, const HostFacts& host, SeccompPlan& plan);

// All that decides about the program, as text; two profiles with equal texts have equal filters.
std::string filter_inputs(const oci::Seccomp& seccomp);
// The name of their entry: 32 hexadecimal digits and ".bpf".
std::string filter_file_name(const std::string& inputs);

}  // namespace wpar::plan
