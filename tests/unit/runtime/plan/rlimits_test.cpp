// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/rlimits.h"

#include <sys/resource.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanRlimits, BecomeNumbers) {
  oci::Config config = good_config();
  config.process->rlimits = {{.type = "RLIMIT_NOFILE", .soft = 1024, .hard = 4096},
                             {.type = "RLIMIT_CORE", .soft = 0, .hard = RLIM_INFINITY}};
  const auto plan = build(config).process.rlimits;
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0].resource, static_cast<int>(RLIMIT_NOFILE));
  EXPECT_EQ(plan[0].soft, 1024U);
  EXPECT_EQ(plan[0].hard, 4096U);
  EXPECT_EQ(plan[1].hard, std::uint64_t{RLIM_INFINITY});
}

TEST(PlanRlimits, RefuseUnknownDuplicateAndInverted) {
  oci::Config config = good_config();
  config.process->rlimits = {{.type = "RLIMIT_AS", .soft = 1, .hard = 1},
                             {.type = "NOFILE", .soft = 1, .hard = 1},
                             {.type = "RLIMIT_AS", .soft = 1, .hard = 1},
                             {.type = "RLIMIT_CPU", .soft = 2, .hard = 1}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/process/rlimits/1/type: unknown resource limit \"NOFILE\"",
                   "/process/rlimits/2/type: duplicate resource limit \"RLIMIT_AS\"",
                   "/process/rlimits/3/soft: the soft limit 2 is above the hard limit 1"}));
}

TEST(PlanOomScore, IsTouchedOnlyWhenAskedFor) {
  oci::Config config = good_config();
  EXPECT_FALSE(build(config).process.set_oom_score_adj);
  config.process->oom_score_adj = 0;
  EXPECT_TRUE(build(config).process.set_oom_score_adj);
  config.process->oom_score_adj = -1000;
  EXPECT_EQ(build(config).process.oom_score_adj, -1000);
  config.process->oom_score_adj = 1001;
  EXPECT_EQ(findings_of(config),
            Texts{"/process/oomScoreAdj: expected an integer from -1000 to 1000"});
}

}  // namespace wpar::plan
