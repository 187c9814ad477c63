// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/memory_policy.h"

#include <sys/personality.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {
namespace {

Texts findings_for(const oci::MemoryPolicy& wanted) {
  oci::Config config = good_config();
  config.linux_.memory_policy = wanted;
  return findings_of(config);
}

}  // namespace

TEST(PlanMemoryPolicy, EveryModeAndFlagHasItsNumber) {
  Findings findings;
  EXPECT_EQ(plan_memory_policy({.mode = "MPOL_BIND",
                                .nodes = "0-1,3",
                                .flags = {"MPOL_F_STATIC_NODES", "MPOL_F_NUMA_BALANCING"}},
                               findings),
            (MemoryPolicyPlan{.set = true, .mode = 2 | 1 << 15 | 1 << 13, .nodes = {0xb}}));
  EXPECT_EQ(
      plan_memory_policy(
          {.mode = "MPOL_INTERLEAVE", .nodes = "0", .flags = {"MPOL_F_RELATIVE_NODES"}}, findings),
      (MemoryPolicyPlan{.set = true, .mode = 3 | 1 << 14, .nodes = {1}}));
  int value = 0;
  for (const char* mode : {"MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE",
                           "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"}) {
    const bool alone =
        std::string_view(mode) == "MPOL_DEFAULT" || std::string_view(mode) == "MPOL_LOCAL";
    EXPECT_EQ(
        plan_memory_policy({.mode = mode, .nodes = alone ? "" : "0", .flags = {}}, findings).mode,
        value++);
  }
  EXPECT_EQ(findings.errors(), Texts{});
}

TEST(PlanMemoryPolicy, NodesMayBeEmptyWhereTheModeTakesNone) {
  for (const char* mode : {"MPOL_DEFAULT", "MPOL_LOCAL", "MPOL_PREFERRED"}) {
    EXPECT_EQ(findings_for({.mode = mode, .nodes = "", .flags = {}}), Texts{}) << mode;
  }
  EXPECT_EQ(findings_for({.mode = "MPOL_BIND", .nodes = "", .flags = {}}),
            Texts{"/linux/memoryPolicy/nodes: MPOL_BIND needs at least one node"});
  EXPECT_EQ(findings_for({.mode = "MPOL_LOCAL", .nodes = "0", .flags = {}}),
            Texts{"/linux/memoryPolicy/nodes: MPOL_LOCAL takes no nodes"});
}

TEST(PlanMemoryPolicy, MoreThanAThousandNodesFit) {
  Findings findings;
  const MemoryPolicyPlan plan =
      plan_memory_policy({.mode = "MPOL_BIND", .nodes = "0-2047", .flags = {}}, findings);
  EXPECT_EQ(plan.nodes, BitMask(2048 / 64, ~0UL));
  EXPECT_EQ(findings.errors(), Texts{});
}

TEST(PlanMemoryPolicy, RefusesWhatTheKernelWould) {
  EXPECT_EQ(findings_for({.mode = "BIND", .nodes = "0", .flags = {}}),
            Texts{"/linux/memoryPolicy/mode: unknown memory policy"});
  EXPECT_EQ(findings_for({.mode = "MPOL_BIND", .nodes = "1-0", .flags = {}}),
            Texts{"/linux/memoryPolicy/nodes: expected a list of nodes like \"0-3,7\""});
  EXPECT_EQ(findings_for({.mode = "MPOL_BIND", .nodes = "0", .flags = {"MPOL_F_X"}}),
            Texts{"/linux/memoryPolicy/flags/0: unknown memory policy flag"});
  EXPECT_EQ(findings_for({.mode = "MPOL_BIND",
                          .nodes = "0",
                          .flags = {"MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES"}}),
            Texts{"/linux/memoryPolicy/flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES "
                  "exclude each other"});
  EXPECT_EQ(findings_for({.mode = "MPOL_PREFERRED", .nodes = "", .flags = {"MPOL_F_STATIC_NODES"}}),
            Texts{"/linux/memoryPolicy/flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES need "
                  "nodes"});
  EXPECT_EQ(
      findings_for({.mode = "MPOL_INTERLEAVE", .nodes = "0", .flags = {"MPOL_F_NUMA_BALANCING"}}),
      Texts{"/linux/memoryPolicy/flags: MPOL_F_NUMA_BALANCING is not for MPOL_INTERLEAVE"});
}

TEST(PlanMemoryPolicy, HoldsForExecToo) {
  oci::Config config = good_config();
  config.linux_.memory_policy = oci::MemoryPolicy{.mode = "MPOL_BIND", .nodes = "0", .flags = {}};
  config.linux_.personality = oci::Personality{.domain = "LINUX32", .flags = {}};
  const ProcessPlan plan = build_exec_plan(config, good_process(), good_host(), 0).process;
  EXPECT_TRUE(plan.memory_policy.set);
  EXPECT_EQ(plan.personality, static_cast<unsigned long>(PER_LINUX32));
}

TEST(PlanPersonality, KnowsTwoDomainsAndNoFlags) {
  oci::Config config = good_config();
  EXPECT_FALSE(build(config).process.set_personality);
  config.linux_.personality = oci::Personality{.domain = "LINUX", .flags = {}};
  EXPECT_TRUE(build(config).process.set_personality);
  EXPECT_EQ(build(config).process.personality, 0UL);
  config.linux_.personality = oci::Personality{.domain = "BSD", .flags = {"ADDR_NO_RANDOMIZE"}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/personality/flags/0: there are no such flags",
                   "/linux/personality/domain: expected \"LINUX\" or \"LINUX32\""}));
}

}  // namespace wpar::plan
