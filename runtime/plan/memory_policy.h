// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.memoryPolicy and linux.personality: what every process of a container begins with in the
// kernel's memory and execution domain. Called by process.cpp; `features` prints the words.

#include <array>
#include <string_view>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

struct MemoryPolicyWord {
  std::string_view word;
  int value;
};
inline constexpr std::array<MemoryPolicyWord, 7> kMemoryPolicyModes = {{
    {"MPOL_DEFAULT", 0},
    {"MPOL_PREFERRED", 1},
    {"MPOL_BIND", 2},
    {"MPOL_INTERLEAVE", 3},
    {"MPOL_LOCAL", 4},
    {"MPOL_PREFERRED_MANY", 5},
    {"MPOL_WEIGHTED_INTERLEAVE", 6},  // Linux 6.9
}};
inline constexpr std::array<MemoryPolicyWord, 3> kMemoryPolicyFlags = {{
    {"MPOL_F_NUMA_BALANCING", 1 << 13},
    {"MPOL_F_RELATIVE_NODES", 1 << 14},
    {"MPOL_F_STATIC_NODES", 1 << 15},
}};

MemoryPolicyPlan plan_memory_policy(const oci::MemoryPolicy& wanted, Findings& findings);

// PER_* for personality(2).
unsigned long plan_personality(const oci::Personality& wanted, Findings& findings);

}  // namespace wpar::plan
