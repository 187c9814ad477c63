// SPDX-License-Identifier: Apache-2.0
// ps, exec, kill, pause, update and events as an ordinary user: with a part of the version 2 tree
// that is his, and without any cgroup that he may use.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/support/rootless_test.h"

namespace wpar::test {
namespace {

// A part of the version 2 tree that belongs to the user, and every call of the runtime inside it.
class DelegatedCgroup : public RootlessTest {
 protected:
  void SetUp() override {
    RootlessTest::SetUp();
    if (IsSkipped())
      return;
    if (cgroup_mount("").empty())
      GTEST_SKIP() << "no cgroup v2 mount";
    top_ = cgroup_mount("") + "/wt" + temp_->tag();
    for (const std::string& path : {top_, top_ + "/session"}) {
      make_directories(path);
      EXPECT_EQ(::chown(path.c_str(), OrdinaryUser::kUid, OrdinaryUser::kGid), 0);
      for (const char* file : {"cgroup.procs", "cgroup.subtree_control", "cgroup.threads"})
        EXPECT_EQ(::chown((path + "/" + file).c_str(), OrdinaryUser::kUid, OrdinaryUser::kGid), 0);
    }
    std::vector<std::string> prefix = {
        "/bin/sh", "-c", "echo $$ > " + top_ + "/session/cgroup.procs && exec \"$@\"", "sh"};
    for (const std::string& word : OrdinaryUser::call())
      prefix.push_back(word);
    runtime_->call_through(prefix, {"PATH=/usr/bin:/bin", "XDG_RUNTIME_DIR=" + *temp_ / "user"});
    map_own_id();
  }
  void TearDown() override {
    if (!top_.empty()) {
      delete_all();
      ::rmdir((top_ + "/session").c_str());
      ::rmdir(top_.c_str());
    }
    RootlessTest::TearDown();
  }
  bool has_pids_controller() const {
    return contains(read_text(cgroup_mount("") + "/cgroup.subtree_control"), "pids");
  }
  // Two processes in the container, both named sleep.
  std::string start_two() {
    const std::string id = start_shell("sleep 1000 & exec sleep 1000");
    EXPECT_TRUE(eventually([&] { return pids_of(id).size() == 2; }));
    return id;
  }
  std::vector<pid_t> pids_of(const std::string& id) {
    const Result listed = runtime()({"ps", "--format", "json", id});
    EXPECT_EQ(listed.code, 0) << listed;
    return listed.ok() ? Json::parse(listed.out).get<std::vector<pid_t>>() : std::vector<pid_t>();
  }
  std::string top_;
};

TEST_F(DelegatedCgroup, HoldsTheContainerAndGoesWithIt) {
  bundle().config["linux"]["cgroupsPath"] = "/wt" + temp_->tag() + "/box";
  if (has_pids_controller())
    bundle().config["linux"]["resources"]["pids"] = {{"limit", 33}};
  const std::string id = start_waiting();
  EXPECT_TRUE(contains(read_text(top_ + "/box/cgroup.procs"), std::to_string(runtime().pid(id))));
  if (has_pids_controller()) {
    EXPECT_EQ(read_text(top_ + "/box/pids.max"), "33\n");
  }
  EXPECT_EQ(exec(id, {"/bin/true"}).code, 0);
  EXPECT_EQ(runtime()({"kill", "--all", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
  EXPECT_FALSE(exists(top_ + "/box"));
}

TEST_F(DelegatedCgroup, IsWhereARelativePathBegins) {
  const std::string id = start_waiting();
  const std::vector<std::string> found = cgroups_with(id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].starts_with(top_ + "/")) << found[0];
}

TEST_F(DelegatedCgroup, PauseStopsEveryProcess) {
  const std::string id = start_shell(
      "(i=0; while :; do i=$((i+1)); echo $i > /inner; sleep 0.02; done) & "
      "i=0; while :; do i=$((i+1)); echo $i > /outer; sleep 0.02; done");
  const auto number = [&](const char* file) {
    return std::atoi(read_trimmed(bundle().in_root(file)).c_str());
  };
  ASSERT_TRUE(eventually([&] { return number("/inner") > 1 && number("/outer") > 1; }));
  const Result paused = runtime()({"pause", id});
  ASSERT_EQ(paused.code, 0) << paused;
  EXPECT_EQ(runtime().status(id), "paused");
  const int inner = number("/inner");
  const int outer = number("/outer");
  sleep_for(Milliseconds(200));
  EXPECT_EQ(number("/inner"), inner);
  EXPECT_EQ(number("/outer"), outer);
  expect_one_line(runtime()({"pause", id}), "container not running");
  expect_one_line(exec(id, {"/bin/true"}), "paused");
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(eventually([&] { return number("/inner") > inner && number("/outer") > outer; }));
  expect_one_line(runtime()({"resume", id}), "container not paused");
}

TEST_F(DelegatedCgroup, APausedContainerCanBeKilled) {
  const std::string id = start_two();
  ASSERT_EQ(runtime()({"pause", id}).code, 0);
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const std::string other = start_two();
  ASSERT_EQ(runtime()({"pause", other}).code, 0);
  const Result deleted = runtime()({"delete", "--force", other});
  EXPECT_EQ(deleted.code, 0) << deleted;
}

TEST_F(DelegatedCgroup, PsShowsItsProcessesAndThoseOfExec) {
  const std::string id = start_two();
  const auto before = pids_of(id);
  EXPECT_EQ(std::count(before.begin(), before.end(), runtime().pid(id)), 1);
  const std::string pid_file = *temp_ / "user/exec.pid";
  ASSERT_EQ(exec(id, {"/bin/sleep", "1000"}, {"--detach", "--pid-file", pid_file}).code, 0);
  const auto after = pids_of(id);
  EXPECT_EQ(after.size(), 3U);
  EXPECT_EQ(std::count(after.begin(), after.end(), std::stoi(read_text(pid_file))), 1);
  const Result table = runtime()({"ps", id});
  ASSERT_EQ(table.code, 0) << table;
  EXPECT_EQ(split(table.out, '\n').size(), 5U) << "a head, three processes, the end" << table;
}

TEST_F(DelegatedCgroup, KillAllReachesEveryProcess) {
  const std::string id = start_shell(
      "trap 'echo one > /one; while test ! -e /two; do sleep 0.05; done; exit 0' TERM;"
      "(trap 'echo two > /two; exit 0' TERM; touch /ready; while :; do sleep 0.1; done) &"
      "while :; do sleep 0.1; done");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  EXPECT_EQ(runtime()({"kill", "--all", id, "TERM"}).code, 0);
  EXPECT_TRUE(eventually(
      [&] { return exists(bundle().in_root("/one")) && exists(bundle().in_root("/two")); }));
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
}

TEST_F(DelegatedCgroup, UpdateChangesWhatTheUserWasGiven) {
  const std::string id = start_two();
  const std::string folder = cgroups_with(id).front();
  const Result updated = runtime()({"update", "--pids-limit", "44", id});
  if (!has_pids_controller()) {
    // The version 1 hierarchy has it, where the user may write nothing.
    expect_one_line(updated,
                    "/linux/resources/pids/limit: the cgroup controller pids is not mounted, or "
                    "not within this user's reach");
    EXPECT_FALSE(exists(folder + "/pids.max"));
    EXPECT_EQ(runtime().status(id), "running");
    return;
  }
  ASSERT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(read_trimmed(folder + "/pids.max"), "44");
}

TEST_F(DelegatedCgroup, EventsMeasureIt) {
  const std::string id = start_two();
  const Result measured = runtime()({"events", "--stats", id});
  ASSERT_EQ(measured.code, 0) << measured;
  const Json document = Json::parse(measured.out);
  EXPECT_EQ(document["type"], "stats");
  EXPECT_EQ(document["id"], id);
  EXPECT_TRUE(document["data"]["network_interfaces"].is_array()) << measured;
}

// A machine where the user may write to no cgroup.
class RootlessWithoutCgroup : public RootlessTest {
 protected:
  void SetUp() override {
    RootlessTest::SetUp();
    if (temp_ != nullptr && !IsSkipped())
      map_own_id();
  }
};

TEST_F(RootlessWithoutCgroup, WhatNeedsACgroupSaysSo) {
  const std::string id = start_waiting();
  expect_one_line(runtime()({"pause", id}), "no cgroup");
  expect_one_line(runtime()({"resume", id}), "container not paused");
  expect_one_line(runtime()({"update", "--pids-limit", "5", id}), "no cgroup");
  expect_one_line(runtime()({"events", "--stats", id}), "no cgroup");
  expect_one_line(runtime()({"checkpoint", id}), "CAP_SYS_ADMIN");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_EQ(exec(id, {"/bin/true"}).code, 0);
}

TEST_F(RootlessWithoutCgroup, PsKnowsTheProcessesByTheirNamespace) {
  const std::string id = start_shell("sleep 1000 & exec sleep 1000");
  ASSERT_EQ(exec(id, {"/bin/sleep", "1000"}, {"--detach"}).code, 0);
  const auto listed = [&] { return runtime()({"ps", "-f", "json", id}); };
  EXPECT_TRUE(eventually([&] { return Json::parse(listed().out).size() == 3; })) << listed();
  const Result table = runtime()({"ps", id, "-o", "pid,args"});
  EXPECT_EQ(table.code, 0) << table;
  EXPECT_TRUE(contains(table.out, fmt::format("{} sleep 1000", runtime().pid(id)))) << table;
}

TEST_F(RootlessWithoutCgroup, KillReachesOneOrAll) {
  const std::string script =
      "trap 'echo one > /one; while test ! -e /two; do sleep 0.05; done; exit 0' TERM;"
      "(trap 'echo two > /two; exit 0' TERM; touch /ready; while :; do sleep 0.1; done) &"
      "while :; do sleep 0.1; done";
  const std::string id = start_shell(script);
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  EXPECT_EQ(runtime()({"kill", id, "TERM"}).code, 0);
  EXPECT_TRUE(eventually([&] { return exists(bundle().in_root("/one")); }));
  sleep_for(Milliseconds(200));
  EXPECT_FALSE(exists(bundle().in_root("/two"))) << "init alone was meant";
  EXPECT_EQ(runtime()({"kill", "--all", id, "TERM"}).code, 0);
  EXPECT_TRUE(eventually([&] { return exists(bundle().in_root("/two")); }));
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  expect_one_line(runtime()({"kill", id, "TERM"}), "container not running");
}

}  // namespace
}  // namespace wpar::test
