// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/namespaces.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanNamespaces, KnowsEveryWord) {
  oci::Config config = good_config();
  config.linux_.namespaces.clear();
  for (const char* type : {"pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time"}) {
    config.linux_.namespaces.push_back({.type = type, .path = {}});
  }
  Findings findings;
  EXPECT_EQ(plan_namespaces(config.linux_, findings).create,
            std::uint64_t{CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS |
                          CLONE_NEWUSER | CLONE_NEWCGROUP | 0x80});
  EXPECT_TRUE(findings.errors().empty());
}

TEST(PlanNamespaces, TableIsInTheOrderOfTheKinds) {
  for (std::size_t i = 0; i < kNamespaceKinds.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kNamespaceKinds.at(i).kind), i);
  }
}

TEST(PlanNamespaces, JoinsTheUserNamespaceFirstAndTheMountNamespaceLast) {
  oci::Linux config;
  config.namespaces = {{.type = "mount", .path = "/proc/9/ns/mnt"},
                       {.type = "network", .path = "/run/netns/a"},
                       {.type = "user", .path = "/proc/9/ns/user"},
                       {.type = "ipc", .path = ""}};
  Findings findings;
  const NamespacePlan plan = plan_namespaces(config, findings);
  EXPECT_EQ(findings.errors(), Texts{});
  ASSERT_EQ(plan.join.size(), 3U);
  EXPECT_EQ(plan.join[0].kind, NamespaceKind::kUser);
  EXPECT_EQ(plan.join[1].path, "/run/netns/a");
  EXPECT_EQ(plan.join[2].kind, NamespaceKind::kMount);
  EXPECT_EQ(plan.create, std::uint64_t{CLONE_NEWIPC}) << "an empty path is an absent one";
  EXPECT_TRUE(is_private(plan, NamespaceKind::kUser));
  EXPECT_FALSE(is_new(plan, NamespaceKind::kUser));
  EXPECT_FALSE(is_private(plan, NamespaceKind::kUts));
}

TEST(PlanNamespaces, RefusesWhatIsUnknownDuplicateOrRelative) {
  oci::Config config = good_config();
  config.linux_.namespaces.push_back({.type = "pid", .path = {}});
  config.linux_.namespaces.push_back({.type = "disk", .path = {}});
  config.linux_.namespaces.push_back({.type = "cgroup", .path = "ns/cgroup"});
  config.linux_.namespaces.push_back({.type = "time", .path = with_nul()});
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/namespaces/5/type: duplicate namespace type \"pid\"",
                   "/linux/namespaces/6/type: unknown namespace type \"disk\"",
                   "/linux/namespaces/7/path: expected an absolute path, not \"ns/cgroup\"",
                   "/linux/namespaces/8/path: contains a NUL character"}));
}

TEST(PlanNamespaces, NeedAMountNamespaceBelowANewUserNamespace) {
  oci::Config config = good_config();
  config.linux_.namespaces = {{.type = "pid", .path = {}}};
  EXPECT_EQ(findings_of(config), Texts{});
  config.linux_.namespaces.push_back({.type = "user", .path = {}});
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 100000, .size = 65536}};
  config.linux_.gid_mappings = config.linux_.uid_mappings;
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/namespaces: a new user namespace has no right to the inherited mount "
                  "namespace"});
  config.linux_.namespaces.push_back({.type = "mount", .path = {}});
  EXPECT_EQ(findings_of(config), Texts{});
}

TEST(PlanTimeOffsets, BecomeTheTextOfTheKernelFile) {
  oci::Config config = good_config();
  config.linux_.time_offsets = {{"monotonic", {.secs = -5, .nanosecs = 7}},
                                {"boottime", {.secs = 60, .nanosecs = 0}}};
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/timeOffsets: time offsets need a new time namespace"});
  config.linux_.namespaces.push_back({.type = "time", .path = {}});
  EXPECT_EQ(build(config).time_offsets, "boottime 60 0\nmonotonic -5 7\n");
  config.linux_.time_offsets = {{"real/time", {}},
                                {"boottime", {.secs = 0, .nanosecs = 1000000000}}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/timeOffsets/boottime/nanosecs: expected an integer from 0 to 999999999",
                   "/linux/timeOffsets/real~1time: expected \"monotonic\" or \"boottime\""}));
}

TEST(TimeOffsets, OfAnOrdinaryUserNeedANewUserNamespace) {
  oci::Config config = mapped_config();
  config.linux_.namespaces.push_back({.type = "time", .path = {}});
  EXPECT_EQ(validate(config, ordinary_user()), Texts{});
  config.linux_.time_offsets = {{"monotonic", {.secs = 1, .nanosecs = 0}}};
  EXPECT_EQ(findings_of(config), Texts{});
  EXPECT_EQ(validate(config, ordinary_user()), Texts{});
}

}  // namespace wpar::plan
