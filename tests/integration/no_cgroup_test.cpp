// SPDX-License-Identifier: Apache-2.0
// --cgroup-manager=disabled: a container that stays in the cgroup of its caller.
#include <fmt/format.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class NoCgroup : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (runtime_ != nullptr && runtime().name() == "runc")
      GTEST_SKIP() << "runc has no --cgroup-manager";
  }
  Result disabled(std::vector<std::string> words) {
    words.insert(words.begin(), "--cgroup-manager=disabled");
    return runtime()(words);
  }
  std::string start(const std::string& script) {
    bundle().shell(script);
    bundle().write();
    const std::string id = new_id();
    Command command =
        runtime().command({"--cgroup-manager=disabled", "create", "--bundle", bundle().path(), id});
    command.output_path = *temp_ / (id + ".out");
    command.error_path = *temp_ / (id + ".err");
    EXPECT_EQ(run(command).code, 0) << error_of(id);
    EXPECT_EQ(runtime()({"start", id}).code, 0);
    return id;
  }
};

TEST_F(NoCgroup, NoDirectoryIsMadeAndAllOtherCommandsWork) {
  const std::string id = start("echo up > /up; exec sleep 1000");
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
  EXPECT_TRUE(eventually([&] { return exists(bundle().in_root("/up")); }));
  EXPECT_EQ(read_text(fmt::format("/proc/{}/cgroup", runtime().pid(id))),
            read_text("/proc/self/cgroup"));
  EXPECT_EQ(runtime().status(id), "running");
  const Result inside = exec(id, {"/bin/sh", "-c", "echo inside; exit 5"});
  EXPECT_EQ(inside.code, 5) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(eventually([&] { return runtime().status(id) == "stopped"; }));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
}

TEST_F(NoCgroup, KillAllReachesEveryProcess) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "crun signals nobody then";
  const std::string id = start(
      // The end of the first process is the end of all: it waits for the other's word.
      "trap 'echo one > /one; while test ! -e /two; do sleep 0.05; done; exit 0' TERM;"
      "(trap 'echo two > /two; exit 0' TERM; touch /ready; while :; do sleep 0.1; done) &"
      "while :; do sleep 0.1; done");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  EXPECT_EQ(runtime()({"kill", "--all", id, "TERM"}).code, 0);
  EXPECT_TRUE(eventually(
      [&] { return exists(bundle().in_root("/one")) && exists(bundle().in_root("/two")); }));
}

TEST_F(NoCgroup, DeleteForceEndsIt) {
  for (const bool own_pids : {true, false}) {
    if (!own_pids)
      bundle().drop_namespace("pid");
    const std::string id = start("sleep 1001 & exec sleep 1000");
    const Result deleted = runtime()({"delete", "--force", id});
    EXPECT_EQ(deleted.code, 0) << deleted;
    EXPECT_NE(runtime()({"state", id}).code, 0);
    adopted_children();
  }
}

TEST_F(NoCgroup, TheCallersCgroupIsSeenReadOnly) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "crun mounts it as asked";
  for (Json& mount : bundle().config["mounts"])
    if (mount["type"] == "cgroup")
      mount["options"] = {"nosuid", "noexec", "nodev", "rw"};
  const std::string id = start(
      "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/made 2>/dev/null && echo $d; "
      "done; echo done; exec sleep 1000");
  EXPECT_TRUE(eventually([&] { return contains(output_of(id), "done\n"); }));
  EXPECT_EQ(output_of(id), "done\n");
}

TEST_F(NoCgroup, LimitsAreRefusedByName) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "crun ignores them";
  bundle().config["linux"]["resources"]["memory"] = {{"limit", 64 << 20}};
  bundle().write();
  const Result result = disabled({"run", "--bundle", bundle().path(), new_id()});
  expect_one_line(result, "/linux/resources/memory/limit: cannot be enforced without a cgroup");
}

TEST_F(NoCgroup, WhatNeedsACgroupSaysSo) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the texts are ours";
  const std::string id = start("exec sleep 1000");
  expect_one_line(runtime()({"pause", id}), "no cgroup");
  expect_one_line(runtime()({"update", "--pids-limit", "5", id}), "no cgroup");
  expect_one_line(runtime()({"events", "--stats", id}), "no cgroup");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_EQ(runtime()({"ps", "-f", "json", id}).out, fmt::format("[{}]\n", runtime().pid(id)));
}

}  // namespace
}  // namespace wpar::test
