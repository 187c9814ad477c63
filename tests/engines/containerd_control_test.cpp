// SPDX-License-Identifier: Apache-2.0
// What containerd asks of a running task: pause, processes, numbers, signals to all of it.
#include <fmt/format.h>

#include "tests/engines/containerd_world.h"

namespace wpar::test {
namespace {

class ContainerdControl : public Containerd {};

TEST_F(ContainerdControl, PauseStopsItAndResumeLetsItGoOn) {
  const std::string id = start_counting();
  const Result paused = ctr({"task", "pause", id});
  ASSERT_EQ(paused.code, 0) << paused;
  EXPECT_EQ(task_status(id), "PAUSED");
  const int last = counter();
  sleep_for(Milliseconds(300));
  EXPECT_LE(counter(), last + 1);
  const Result again = ctr({"task", "resume", id});
  ASSERT_EQ(again.code, 0) << again;
  EXPECT_EQ(task_status(id), "RUNNING");
  EXPECT_TRUE(eventually([&] { return counter() > last + 1; }));
}

TEST_F(ContainerdControl, PsAndMetricsShowIt) {
  const std::string id = start_counting();
  const Result processes = ctr({"task", "ps", id});
  ASSERT_EQ(processes.code, 0) << processes;
  const std::string init = std::to_string(
      Json::parse(read_text(fmt::format("{}/init.pid", bundle_of(id))), nullptr, false).get<int>());
  EXPECT_TRUE(contains(processes.out, init)) << processes;
  const Result metrics = ctr({"task", "metrics", id});
  ASSERT_EQ(metrics.code, 0) << metrics;
  EXPECT_TRUE(contains(metrics.out, "memory.usage")) << metrics;
  EXPECT_TRUE(contains(metrics.out, "pids.current")) << metrics;
}

TEST_F(ContainerdControl, KillAllReachesEveryProcess) {
  // Init shrugs the signal off; its child does not.
  const Result started = run_program(
      {"--detach"}, {"/bin/sh", "-c",
                     "trap '' USR1; (trap 'echo child > /heard; exit' USR1; echo > /ready; "
                     "while :; do sleep 0.05; done) & wait; exec /probe wait"});
  ASSERT_EQ(started.code, 0) << started;
  const std::string id = this->id();
  ASSERT_TRUE(eventually([&] { return exists(bundle().root() + "/ready"); }));
  EXPECT_EQ(ctr({"task", "kill", "--signal", "SIGUSR1", id}).code, 0);
  sleep_for(Milliseconds(200));
  EXPECT_FALSE(exists(bundle().root() + "/heard")) << "init alone was meant";
  EXPECT_EQ(ctr({"task", "kill", "--all", "--signal", "SIGUSR1", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return exists(bundle().root() + "/heard"); }));
  EXPECT_EQ(task_status(id), "RUNNING");
  EXPECT_EQ(ctr({"task", "kill", "--all", "--signal", "SIGKILL", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return task_status(id) == "STOPPED"; }));
}

}  // namespace
}  // namespace wpar::test
