// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/process.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanProcess, KeepsTheLastOfTwoSettingsOfAName) {
  oci::Config config = good_config();
  config.process->env = {"A=1", "HOME=/root", "B=2", "A=3=x", "C="};
  const ProcessPlan plan = build(config).process;
  EXPECT_EQ(plan.env, (Texts{"HOME=/root", "B=2", "A=3=x", "C="}));
  EXPECT_FALSE(plan.home_from_passwd);
}

TEST(PlanProcess, LooksHomeUpWhenItIsAbsentOrEmpty) {
  oci::Config config = good_config();
  config.process->env = {"HOME=/old", "HOME="};
  EXPECT_TRUE(build(config).process.home_from_passwd);
  EXPECT_EQ(build(config).process.env, Texts{});
  config.process->env = {};
  EXPECT_TRUE(build(config).process.home_from_passwd);
}

TEST(PlanProcess, RefusesABadEnvironmentArgumentsAndDirectory) {
  oci::Config config = good_config();
  config.process->env = {"A", "=b", "A=" + with_nul()};
  config.process->args = {"", with_nul()};
  config.process->cwd = "tmp";
  EXPECT_EQ(findings_of(config),
            (Texts{"/process/args/1: contains a NUL character",
                   "/process/args/0: executable path is empty",
                   "/process/env/2: contains a NUL character",
                   "/process/env/1: expected NAME=VALUE", "/process/env/0: expected NAME=VALUE",
                   "/process/cwd: expected an absolute path, not \"tmp\""}));
  config = good_config();
  config.process->args.clear();
  EXPECT_EQ(findings_of(config), Texts{"/process/args: expected at least one argument"});
}

TEST(PlanProcess, IgnoresTheConsoleSizeWithoutATerminal) {
  oci::Config config = good_config();
  config.process->console_size = oci::ConsoleSize{.height = 24, .width = 80};
  EXPECT_EQ(build(config).process.console_rows, 0);
  config.process->terminal = true;
  EXPECT_EQ(build(config).process.console_rows, 24);
  EXPECT_EQ(build(config).process.console_columns, 80);
}

TEST(PlanProcess, LeavesTheUmaskAloneUnlessGiven) {
  oci::Config config = good_config();
  EXPECT_FALSE(build(config).process.set_umask);
  config.process->user.umask = 022;
  EXPECT_TRUE(build(config).process.set_umask);
  EXPECT_EQ(build(config).process.umask, mode_t{022});
  config.process->user.umask = 01000;
  EXPECT_EQ(findings_of(config), Texts{"/process/user/umask: expected an integer from 0 to 511"});
}

TEST(PlanProcess, NeedsItsIdsInsideTheMappings) {
  oci::Config config = mapped_config();
  config.process->user = {.uid = 999, .gid = 999, .umask = {}, .additional_gids = {0, 5}};
  EXPECT_EQ(build(config).process.groups, (std::vector<gid_t>{0, 5}));
  EXPECT_TRUE(build(config).process.set_groups);
  config.process->user = {.uid = 1000, .gid = 1001, .umask = {}, .additional_gids = {0, 5000}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/process/user/uid: 1000 is not in /linux/uidMappings",
                   "/process/user/gid: 1001 is not in /linux/gidMappings",
                   "/process/user/additionalGids/1: 5000 is not in /linux/gidMappings"}));
}

TEST(PlanProcess, SetsNoGroupsWhereTheKernelDeniesIt) {
  oci::Config config = mapped_config();
  const HostFacts user = ordinary_user();
  // newgidmap(1) leaves setgroups(2) allowed; who maps his own group himself must deny it.
  EXPECT_TRUE(build_plan(config, user, good_request()).process.set_groups);
  config.linux_.gid_mappings = {{.container_id = 0, .host_id = user.egid, .size = 1}};
  EXPECT_FALSE(build_plan(config, user, good_request()).process.set_groups);
  config.process->user.additional_gids = {0};
  EXPECT_EQ(validate(config, user),
            Texts{"/process/user/additionalGids: setgroups(2) is denied in this user namespace: an "
                  "ordinary user can set groups only with ranges of /etc/subgid"});
  EXPECT_TRUE(build_plan(config, good_host(), good_request()).process.set_groups);
}

TEST(PlanProcess, NeedsItsIdsInTheRuntimesOwnUserNamespace) {
  HostFacts host = good_host();
  host.in_user_namespace = true;
  host.own_uids = {{.container_id = 0, .host_id = 1000, .size = 1}};
  host.own_gids = host.own_uids;
  EXPECT_EQ(validate(good_config(), host), Texts{});
  oci::Config config = good_config();
  config.process->user = {.uid = 5, .gid = 6, .umask = {}, .additional_gids = {}};
  EXPECT_EQ(validate(config, host),
            (Texts{"/process/user/uid: 5 is not in the runtime's /proc/self/uid_map",
                   "/process/user/gid: 6 is not in the runtime's /proc/self/gid_map"}));
}

TEST(PlanProcess, SetsNoGroupsBelowANamespaceThatDeniesIt) {
  HostFacts host = good_host();
  host.in_user_namespace = true;
  host.setgroups_denied = true;
  EXPECT_FALSE(build_plan(good_config(), host, good_request()).process.set_groups);
  EXPECT_FALSE(build_plan(mapped_config(), host, good_request()).process.set_groups);
}

}  // namespace wpar::plan
