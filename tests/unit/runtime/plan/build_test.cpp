// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/build.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {
Error error_of(const oci::Config& config) {
  try {
    build(config);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::kInternal, "no error"};
}
}  // namespace

TEST(BuildPlan, CarriesTheRequest) {
  CreateRequest request = good_request();
  request.no_new_keyring = true;
  request.preserve_fds = 2;
  oci::Config config = good_config();
  config.annotations = {{"a", "b"}};
  const Plan plan = build_plan(config, good_host(), request);
  EXPECT_EQ(plan.id, "web1");
  EXPECT_EQ(plan.bundle, "/srv/web1");
  EXPECT_EQ(plan.oci_version, "1.2.0");
  EXPECT_EQ(plan.annotations.at("a"), "b");
  EXPECT_FALSE(plan.new_session_keyring);
  EXPECT_EQ(plan.preserve_fds, 2U);
  EXPECT_TRUE(plan.has_process);
  EXPECT_TRUE(build(config).new_session_keyring);
}

TEST(BuildPlan, NamesTheCgroupAfterTheContainer) {
  oci::Config config = good_config();
  EXPECT_EQ(build(config).cgroup.path, "web1");
  config.linux_.cgroups_path = "/machine/x";
  EXPECT_EQ(build(config).cgroup.path, "/machine/x");
}

TEST(BuildPlan, WorksWithoutAProcess) {
  oci::Config config = good_config();
  config.process.reset();
  config.linux_.seccomp = oci::Seccomp{};
  config.linux_.seccomp->default_action = "SCMP_ACT_ALLOW";
  const Plan plan = build(config);
  EXPECT_FALSE(plan.has_process);
  EXPECT_TRUE(plan.process.seccomp.filter.empty());
}

TEST(BuildPlan, SaysAllThatIsWrongOnOneLine) {
  oci::Config config = good_config();
  config.root.reset();
  config.process->cwd = "";
  config.process->scheduler.emplace().policy = "SCHED_ISO";
  const Error error = error_of(config);
  EXPECT_EQ(error.kind(), ErrorKind::kInvalidConfig);
  EXPECT_STREQ(error.what(),
               "/root: is required; /process/cwd: expected an absolute path, not \"\"; "
               "/process/scheduler/policy: Linux has no SCHED_ISO");
}

TEST(BuildPlan, TellsUnsupportedFromWrong) {
  oci::Config config = good_config();
  config.process->scheduler.emplace().policy = "SCHED_ISO";
  EXPECT_EQ(error_of(config).kind(), ErrorKind::kUnsupported);
}

TEST(BuildPlan, CompilesTheFilterForItsMoment) {
  oci::Config config = good_config();
  EXPECT_EQ(build(config).process.seccomp.moment, SeccompMoment::kNever);
  config.linux_.seccomp = oci::Seccomp{};
  config.linux_.seccomp->default_action = "SCMP_ACT_KILL";
  config.linux_.seccomp->flags = {"SECCOMP_FILTER_FLAG_LOG"};
  config.process->no_new_privileges = true;
  const SeccompPlan plan = build(config).process.seccomp;
  EXPECT_EQ(plan.moment, SeccompMoment::kJustBeforeExec);
  EXPECT_EQ(plan.flags, 2U);
  EXPECT_FALSE(plan.filter.empty());
}

}  // namespace wpar::plan
