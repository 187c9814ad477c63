// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/services.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

namespace wpar::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Plan some_plan() {
  Plan plan;
  plan.has_process = true;
  plan.process.env = {"A=1", "NOTIFY_SOCKET=/host", "LISTEN_FDS=9"};
  plan.preserve_fds = 2;
  return plan;
}

TEST(PlanServices, DoNothingWithoutARequest) {
  Plan plan = some_plan();
  plan_services({}, plan);
  EXPECT_THAT(plan.mounts, IsEmpty());
  EXPECT_EQ(plan.process.env, some_plan().process.env);
  EXPECT_EQ(plan.preserve_fds, 2U);
  EXPECT_EQ(plan.listen_fds, 0U);
}

TEST(PlanServices, ShowTheNotifySocketInsideAndNothingElse) {
  Plan plan = some_plan();
  plan.mounts.resize(1);
  plan_services({.notify_directory = "/state/web1/notify", .listen_fds = 0, .listen_names = {}},
                plan);
  ASSERT_EQ(plan.mounts.size(), 2U);
  EXPECT_EQ(plan.mounts[1].kind, MountKind::kBind);
  EXPECT_EQ(plan.mounts[1].source, "/state/web1/notify");
  EXPECT_EQ(plan.mounts[1].destination, "/run/notify");
  EXPECT_FALSE(plan.mounts[1].recursive);
  EXPECT_NE(plan.mounts[1].attributes.set & MOUNT_ATTR_RDONLY, 0U);
  EXPECT_THAT(plan.process.env,
              ElementsAre("A=1", "LISTEN_FDS=9", "NOTIFY_SOCKET=/run/notify/notify.sock"));
}

TEST(PlanServices, PutListeningDescriptorsBeforePreservedOnes) {
  Plan plan = some_plan();
  plan_services({.notify_directory = {}, .listen_fds = 3, .listen_names = "a:b:c"}, plan);
  EXPECT_EQ(plan.preserve_fds, 5U);
  EXPECT_EQ(plan.listen_fds, 3U);
  EXPECT_THAT(plan.process.env,
              ElementsAre("A=1", "NOTIFY_SOCKET=/host", "LISTEN_FDS=3", "LISTEN_FDNAMES=a:b:c"));
}

}  // namespace
}  // namespace wpar::plan
