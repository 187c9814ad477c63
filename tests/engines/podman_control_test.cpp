// SPDX-License-Identifier: Apache-2.0
// What podman asks of a running container: pause, new limits, numbers, processes.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/engines/podman_world.h"
#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class PodmanControl : public Podman {
 protected:
  // A shell that counts into /counter.
  std::string start_counting(std::vector<std::string> options = {}) {
    options.insert(options.begin(), "-d");
    const Result started = podman(run_words(
        options,
        {"/bin/sh", "-c", "i=0; while :; do i=$((i+1)); echo $i > /counter; sleep 0.05; done"}));
    EXPECT_EQ(started.code, 0) << started;
    EXPECT_TRUE(eventually([&] { return counter() > 1; }));
    return name();
  }
  int counter() { return std::atoi(read_trimmed(bundle().root() + "/counter").c_str()); }
  pid_t pid_of(const std::string& container) {
    return std::atoi(inspect(container, "{{.State.Pid}}").c_str());
  }
};

TEST_F(PodmanControl, PauseStopsItAndUnpauseLetsItGoOn) {
  const std::string id = start_counting();
  const Result paused = podman({"pause", id});
  ASSERT_EQ(paused.code, 0) << paused;
  EXPECT_EQ(inspect(id, "{{.State.Status}}"), "paused");
  const int last = counter();
  sleep_for(Milliseconds(300));
  EXPECT_LE(counter(), last + 1) << "a write that had begun";
  const Result refused = podman({"exec", id, "true"});
  EXPECT_NE(refused.code, 0);
  const Result again = podman({"unpause", id});
  ASSERT_EQ(again.code, 0) << again;
  EXPECT_EQ(inspect(id, "{{.State.Status}}"), "running");
  EXPECT_TRUE(eventually([&] { return counter() > last + 1; }));
  EXPECT_EQ(podman({"exec", id, "true"}).code, 0);
  EXPECT_NE(podman({"unpause", id}).code, 0) << "it is not paused";
}

TEST_F(PodmanControl, APausedContainerIsRemovedByForce) {
  const std::string id = start_counting();
  ASSERT_EQ(podman({"pause", id}).code, 0);
  const Result removed = podman({"rm", "--force", "--time", "1", id});
  EXPECT_EQ(removed.code, 0) << removed;
  EXPECT_NE(podman({"container", "exists", id}).code, 0);
}

TEST_F(PodmanControl, UpdateSetsLimitsOfTheRunningContainer) {
  const std::string id = start_counting({"--memory", "64m", "--pids-limit", "50"});
  const pid_t pid = pid_of(id);
  const auto memory = [&] {
    return cgroup_value(pid, "memory", "memory.limit_in_bytes", "memory.max");
  };
  const auto pids = [&] { return cgroup_value(pid, "pids", "pids.max", "pids.max"); };
  EXPECT_EQ(memory(), std::to_string(64 << 20));
  EXPECT_EQ(pids(), "50");
  const Result updated =
      podman({"container", "update", "--memory", "32m", "--cpu-shares", "512", id});
  if (contains(updated.err, "unrecognized command") || contains(updated.err, "unknown command"))
    GTEST_SKIP() << "this podman knows no update: " << updated.err;
  ASSERT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(memory(), std::to_string(32 << 20));
  if (!only_cgroup_v2()) {
    EXPECT_EQ(cgroup_value(pid, "cpu", "cpu.shares", ""), "512");
  }
  EXPECT_EQ(pids(), "50") << "what is not named stays";
  const int last = counter();
  EXPECT_TRUE(eventually([&] { return counter() > last; }));
  // Less than it uses is the kernel's to refuse with version 1; with version 2 it kills for it.
  if (!only_cgroup_v2()) {
    EXPECT_NE(podman({"container", "update", "--memory", "1", id}).code, 0);
    EXPECT_EQ(memory(), std::to_string(32 << 20));
  }
}

TEST_F(PodmanControl, StatsAndTopShowIt) {
  const std::string id = start_counting({"--memory", "64m"});
  const Result stats =
      podman({"stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}} {{.CPU}}", id});
  ASSERT_EQ(stats.code, 0) << stats;
  EXPECT_TRUE(contains(stats.out, "67.11MB")) << stats;
  EXPECT_GT(std::atoi(stats.out.c_str()), 0) << stats;
  const Result top = podman({"top", id, "pid", "comm"});
  ASSERT_EQ(top.code, 0) << top;
  EXPECT_TRUE(contains(top.out, "sh")) << top;
  EXPECT_TRUE(contains(top.out, "\n1 ")) << top;
  // With options of ps(1) podman runs it inside.
  const Result inside = podman({"top", id, "-o", "pid,args"});
  EXPECT_EQ(inside.code, 0) << inside;
  EXPECT_TRUE(contains(inside.out, "counter")) << inside;
  const Result events = podman({"events", "--stream=false", "--filter", "container=" + id});
  EXPECT_EQ(events.code, 0) << events;
  EXPECT_TRUE(contains(events.out, "container start")) << events;
}

TEST_F(PodmanControl, SignalsReachIt) {
  ASSERT_EQ(podman(run_words({"-d"}, {"/bin/sh", "-c",
                                      "trap 'echo heard; exit 5' USR1; echo ready > /counter; "
                                      "while :; do sleep 0.05; done"}))
                .code,
            0);
  const std::string id = name();
  ASSERT_TRUE(eventually([&] { return exists(bundle().root() + "/counter"); }));
  EXPECT_EQ(podman({"kill", "--signal", "USR1", id}).code, 0);
  EXPECT_EQ(podman({"wait", id}).out, "5\n");
  EXPECT_EQ(podman({"logs", id}).out, "heard\n");
  EXPECT_NE(podman({"kill", id}).code, 0) << "it has ended";
}

}  // namespace
}  // namespace wpar::test
