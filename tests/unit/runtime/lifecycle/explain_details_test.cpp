// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/explain_details.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "runtime/lifecycle/explain_mounts.h"

namespace wpar::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> details(const plan::Plan& plan, std::string_view name) {
  for (const init::StepEntry& step : init::init_steps()) {
    if (name == step.name) {
      std::vector<ExplainedStep> steps;
      add_init_step(plan, step, steps);
      return steps.empty() ? std::vector<std::string>{} : steps.front().details;
    }
  }
  return {"no such step"};
}

TEST(ExplainDetails, DescribeStepsThatExist) {
  for (const std::string_view name : explained_step_names()) {
    EXPECT_TRUE(std::any_of(init::init_steps().begin(), init::init_steps().end(),
                            [&](const init::StepEntry& step) { return name == step.name; }))
        << name;
  }
}

TEST(ExplainDetails, LeaveOutWhatAPlanDoesNotNeed) {
  const plan::Plan plan;
  std::vector<ExplainedStep> steps;
  for (const init::StepEntry& step : init::init_steps()) {
    add_init_step(plan, step, steps);
  }
  for (const ExplainedStep& step : steps) {
    EXPECT_NE(step.what, "run the createContainer hooks");
    EXPECT_NE(step.what, "set the sysctls");
    EXPECT_NE(step.what, "hide and lock paths");
    EXPECT_FALSE(step.why.empty());
  }
  EXPECT_GT(steps.size(), 5U) << "what is done for every container stays";
}

TEST(ExplainDetails, SayWhatThePlanSays) {
  plan::Plan plan;
  plan.has_process = true;
  plan.hostname = "web1";
  plan.masked_paths = {"/proc/kcore"};
  plan.readonly_paths = {"/proc/sys"};
  plan.sysctls = {{.path = "net/ipv4/ip_forward", .value = "1"}};
  plan.root.read_only = true;
  plan.devices = {{.path = "/dev/fuse",
                   .mode = S_IFCHR | 0600,
                   .device = makedev(10, 229),
                   .uid = 1,
                   .gid = 2,
                   .bind = false}};
  plan.links = {{.path = "/dev/fd", .target = "/proc/self/fd"}};
  plan.hooks.start_container = {
      {.path = "/bin/a", .args = {"a", "b"}, .env = {}, .timeout_seconds = 3}};
  plan.process.uid = 5;
  plan.process.gid = 6;
  plan.process.capabilities.bounding = 1U << 5;
  plan.process.rlimits = {{.resource = RLIMIT_NOFILE, .soft = 1, .hard = 2}};
  plan.process.args = {"sleep", "1"};
  plan.process.env = {"A=1"};
  EXPECT_THAT(details(plan, "set the names"), ElementsAre("hostname web1"));
  EXPECT_THAT(details(plan, "hide and lock paths"),
              ElementsAre("hide /proc/kcore", "read-only /proc/sys"));
  EXPECT_THAT(details(plan, "set the sysctls"), ElementsAre("/proc/sys/net/ipv4/ip_forward = 1"));
  EXPECT_THAT(details(plan, "make mounts read-only"), ElementsAre("/"));
  EXPECT_THAT(
      details(plan, "set up the devices"),
      ElementsAre("/dev/fuse: c 10:229 mode 0600 owner 1:2", "/dev/fd: link to /proc/self/fd"));
  EXPECT_THAT(details(plan, "run the startContainer hooks"),
              ElementsAre("startContainer: a b (at most 3 s), program /bin/a"));
  EXPECT_THAT(details(plan, "set the resource limits"), ElementsAre("RLIMIT_NOFILE soft 1 hard 2"));
  EXPECT_THAT(details(plan, "become the user"),
              ElementsAre("uid 5 gid 6", "bounding capabilities: CAP_KILL",
                          "effective capabilities: none", "permitted capabilities: none",
                          "inheritable capabilities: none", "ambient capabilities: none"));
  EXPECT_THAT(details(plan, "start container process"), ElementsAre("env A=1", "run sleep 1"));
}

TEST(ExplainDetails, NameNamespacesSourcesAndLateHooks) {
  plan::Plan plan;
  plan.namespaces.create = 0x20000000 | 0x40000000;  // CLONE_NEWPID, CLONE_NEWNET
  plan.mounts.resize(1);
  plan.mounts[0].kind = plan::MountKind::kBind;
  plan.mounts[0].source = "/srv/data";
  plan.hooks.poststop = {{.path = "/bin/a", .args = {"/bin/a"}, .env = {}, .timeout_seconds = 0}};
  std::vector<ExplainedStep> steps;
  add_runtime_steps(plan, steps);
  ASSERT_THAT(steps, SizeIs(2));
  EXPECT_THAT(steps[0].details, ElementsAre("/srv/data"));
  EXPECT_THAT(steps[1].details, ElementsAre("new pid namespace", "new network namespace"));
  steps.clear();
  add_final_steps(plan, steps);
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_THAT(steps[0].details, ElementsAre("poststop: /bin/a"));
}

TEST(ExplainMounts, WriteAMountInOneLine) {
  plan::MountPlan mount;
  mount.destination = "/data";
  mount.kind = plan::MountKind::kBind;
  mount.source = "/srv/data";
  EXPECT_EQ(describe_mount(mount), "/data: bind of /srv/data");
  mount.recursive = true;
  mount.attributes.set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID;
  mount.recursive_attributes.set = MOUNT_ATTR_NOEXEC;
  mount.propagation = {MS_PRIVATE | MS_REC};
  EXPECT_EQ(describe_mount(mount), "/data: rbind of /srv/data (ro,nosuid,rnoexec,rprivate)");
  mount = {};
  mount.destination = "/tmp";
  mount.type = "tmpfs";
  mount.parameters = {{.key = "size", .value = "64k", .is_flag = false},
                      {.key = "noswap", .value = "", .is_flag = true}};
  mount.copy_up = true;
  EXPECT_EQ(describe_mount(mount), "/tmp: new tmpfs (size=64k,noswap,tmpcopyup)");
  EXPECT_EQ(propagation_word(MS_SLAVE | MS_REC), "rslave");
  EXPECT_EQ(propagation_word(0), "unchanged");
}

}  // namespace
}  // namespace wpar::lifecycle
