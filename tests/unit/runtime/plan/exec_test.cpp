// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/build.h"
#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(BuildExecPlan, TakesTheProcessFromTheCallerAndTheFilterFromTheContainer) {
  oci::Config config = good_config();
  config.linux_.seccomp = oci::Seccomp{};
  config.linux_.seccomp->default_action = "SCMP_ACT_KILL";
  oci::Process process = good_process();
  process.args = {"/bin/ls"};
  process.user.uid = 7;
  process.capabilities = oci::Capabilities{};
  process.capabilities->bounding = {"CAP_NO_SUCH"};
  const ExecPlan plan = build_exec_plan(config, process, good_host(), 3);
  EXPECT_EQ(plan.process.args, Texts{"/bin/ls"});
  EXPECT_EQ(plan.process.uid, 7U);
  EXPECT_EQ(plan.preserve_fds, 3U);
  EXPECT_FALSE(plan.process.seccomp.filter.empty());
  EXPECT_EQ(plan.process.seccomp.moment, SeccompMoment::kBeforeDroppingPrivileges);
  EXPECT_EQ(plan.warnings.size(), 1U);
}

TEST(BuildExecPlan, ChecksIdsAgainstTheContainersMappings) {
  oci::Process process = good_process();
  process.user.uid = 1000;
  EXPECT_EQ(build_exec_plan(good_config(), process, good_host(), 0).process.uid, 1000U);
  EXPECT_THROW(build_exec_plan(mapped_config(), process, good_host(), 0), Error);
}

TEST(BuildExecPlan, RefusesAProcessThatCannotRun) {
  oci::Process process = good_process();
  process.args.clear();
  EXPECT_THROW(build_exec_plan(good_config(), process, good_host(), 0), Error);
}

}  // namespace wpar::plan
