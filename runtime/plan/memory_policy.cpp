// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/memory_policy.h"

#include <linux/mempolicy.h>
#include <sys/personality.h>

#include <algorithm>

#include "runtime/base/number_list.h"

namespace wpar::plan {

namespace {

constexpr unsigned int kMaxNode = 32766;  // set_mempolicy(2) takes a page full of bits

// The same rules as the kernel's, which only says EINVAL to all of them (set_mempolicy(2)).
void check_nodes(const oci::MemoryPolicy& wanted, const MemoryPolicyPlan& plan, int mode,
                 Findings& findings) {
  const Pointer at{"/linux/memoryPolicy/nodes"};
  const bool empty = plan.nodes.empty();
  if ((mode == MPOL_DEFAULT || mode == MPOL_LOCAL) && !empty) {
    findings.invalid(at, "{} takes no nodes", wanted.mode);
  } else if (mode != MPOL_DEFAULT && mode != MPOL_LOCAL && mode != MPOL_PREFERRED && empty) {
    findings.invalid(at, "{} needs at least one node", wanted.mode);
  }
}

void check_flags(const oci::MemoryPolicy& wanted, const MemoryPolicyPlan& plan, int mode,
                 Findings& findings) {
  const Pointer at{"/linux/memoryPolicy/flags"};
  constexpr int kBoth = MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES;
  if ((plan.mode & kBoth) == kBoth) {
    findings.invalid(at, "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
  }
  if ((plan.mode & kBoth) != 0 && plan.nodes.empty()) {
    findings.invalid(at, "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES need nodes");
  }
  if ((plan.mode & MPOL_F_NUMA_BALANCING) != 0 && mode != MPOL_BIND &&
      mode != MPOL_PREFERRED_MANY) {
    findings.invalid(at, "MPOL_F_NUMA_BALANCING is not for {}", wanted.mode);
  }
}

}  // namespace

MemoryPolicyPlan plan_memory_policy(const oci::MemoryPolicy& wanted, Findings& findings) {
  MemoryPolicyPlan plan{.set = true, .mode = 0, .nodes = {}};
  const auto mode = std::ranges::find(kMemoryPolicyModes, wanted.mode, &MemoryPolicyWord::word);
  if (mode == kMemoryPolicyModes.end()) {
    findings.invalid({"/linux/memoryPolicy/mode"}, "unknown memory policy");
    return plan;
  }
  plan.mode = mode->value;
  for (std::size_t i = 0; i < wanted.flags.size(); ++i) {
    const auto flag =
        std::ranges::find(kMemoryPolicyFlags, wanted.flags[i], &MemoryPolicyWord::word);
    if (flag == kMemoryPolicyFlags.end()) {
      findings.invalid({"/linux/memoryPolicy/flags", i}, "unknown memory policy flag");
      continue;
    }
    plan.mode |= flag->value;
  }
  auto nodes = parse_number_list(wanted.nodes, kMaxNode);
  if (!nodes) {
    findings.invalid({"/linux/memoryPolicy/nodes"}, "expected a list of nodes like \"0-3,7\"");
    return plan;
  }
  plan.nodes = std::move(*nodes);
  check_nodes(wanted, plan, mode->value, findings);
  check_flags(wanted, plan, mode->value, findings);
  return plan;
}

unsigned long plan_personality(const oci::Personality& wanted, Findings& findings) {
  for (std::size_t i = 0; i < wanted.flags.size(); ++i) {
    // config-linux.md, Personality: "Currently no flag values are supported."
    findings.unsupported({"/linux/personality/flags", i}, "there are no such flags");
  }
  if (wanted.domain == "LINUX32") {
    return PER_LINUX32;
  }
  if (wanted.domain != "LINUX") {
    findings.invalid({"/linux/personality/domain"}, "expected \"LINUX\" or \"LINUX32\"");
  }
  return PER_LINUX;
}

}  // namespace wpar::plan
