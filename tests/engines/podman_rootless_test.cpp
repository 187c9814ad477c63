// SPDX-License-Identifier: Apache-2.0
// podman of an ordinary user: it makes itself root of a user namespace with the user's ranges and
// calls the runtime there.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/support/rootless_test.h"

namespace wpar::test {
namespace {

class PodmanRootless : public RootlessTest {
 protected:
  void SetUp() override {
    for (const char* program : {"podman", "conmon"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program;
    RootlessTest::SetUp();
  }
  void TearDown() override {
    if (temp_ != nullptr) {
      for (const std::string& name : names_)
        podman({"rm", "--force", "--time", "1", name});
      // podman keeps a process that holds its user namespace; version 5 writes its pid below
      // XDG_RUNTIME_DIR, whatever --tmpdir says.
      for (const char* file : {"user/tmp/pause.pid", "user/libpod/tmp/pause.pid"})
        if (const std::string pause = read_trimmed(*temp_ / file); !pause.empty())
          ::kill(std::stoi(pause), SIGKILL);
      eventually([] { return adopted_children().empty(); }, Milliseconds(3000));
    }
    RootlessTest::TearDown();
  }
  Result podman(std::vector<std::string> words) {
    Command command = as_user({find_program("podman"), "--runtime", runtime().program(),
                               "--cgroup-manager=cgroupfs", "--events-backend=file",
                               "--storage-driver=vfs", "--root", *temp_ / "user/storage",
                               "--runroot", *temp_ / "user/run", "--tmpdir", *temp_ / "user/tmp"});
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.cwd = "/";
    command.timeout = Milliseconds(60000);
    return run(command);
  }
  std::vector<std::string> run_words(std::vector<std::string> options,
                                     std::vector<std::string> program) {
    names_.push_back(fmt::format("wt{}-rootless{}", temp_->tag(), names_.size()));
    std::vector<std::string> words = {"run", "--name", names_.back(), "--network=none"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--rootfs", bundle().root()});
    words.insert(words.end(), program.begin(), program.end());
    return words;
  }
  const std::string& name() const { return names_.back(); }
  std::vector<std::string> names_;
};

TEST_F(PodmanRootless, RunsAProgramAndGivesItsOutputAndExitCode) {
  const Result result =
      podman(run_words({"--rm"}, {"/bin/sh", "-c", "id -u; cat /proc/self/uid_map; exit 3"}));
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_TRUE(contains(result.out, std::to_string(OrdinaryUser::kUid))) << result;
  EXPECT_TRUE(contains(result.out, std::to_string(OrdinaryUser::kFirstSubId))) << result;
}

TEST_F(PodmanRootless, TellsAMissingProgramFromOneThatIsNotAllowed) {
  EXPECT_EQ(podman(run_words({"--rm"}, {"/no/such/program"})).code, 127);
  EXPECT_EQ(podman(run_words({"--rm"}, {"/etc"})).code, 126);
}

TEST_F(PodmanRootless, ExecStopAndRemoveWork) {
  const Result started = podman(run_words({"-d"}, {"/probe", "wait"}));
  ASSERT_EQ(started.code, 0) << started;
  const Result inside = podman({"exec", name(), "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  EXPECT_EQ(podman({"exec", "--user", "500", name(), "id", "-u"}).out, "500\n");
  const Result stopped = podman({"stop", "--time", "5", name()});
  EXPECT_EQ(stopped.code, 0) << stopped;
  EXPECT_EQ(podman({"inspect", "--format", "{{.State.ExitCode}}", name()}).out, "0\n");
  EXPECT_EQ(podman({"rm", name()}).code, 0);
}

TEST_F(PodmanRootless, PauseTopAndKillOfARunningContainer) {
  const Result started = podman(run_words({"-d"}, {"/bin/sh", "-c",
                                                   "trap 'exit 5' USR1; echo > /ready; "
                                                   "while :; do sleep 0.05; done"}));
  ASSERT_EQ(started.code, 0) << started;
  ASSERT_TRUE(eventually([&] { return exists(bundle().root() + "/ready"); }));
  const auto status = [&] {
    return podman({"inspect", "--format", "{{.State.Status}}", name()}).out;
  };
  const Result paused = podman({"pause", name()});
  if (paused.ok()) {
    EXPECT_EQ(status(), "paused\n");
    const Result again = podman({"unpause", name()});
    EXPECT_EQ(again.code, 0) << again;
  } else {
    EXPECT_TRUE(contains(paused.err, "cgroup"))
        << "podman itself refuses it on version 1" << paused;
  }
  EXPECT_EQ(status(), "running\n");
  const Result top = podman({"top", name(), "pid", "comm"});
  EXPECT_EQ(top.code, 0) << top;
  EXPECT_TRUE(contains(top.out, "sh")) << top;
  const Result stats = podman({"stats", "--no-stream", name()});
  EXPECT_TRUE(stats.ok() || contains(stats.err, "cgroups v2")) << stats;
  EXPECT_EQ(podman({"kill", "--signal", "USR1", name()}).code, 0);
  EXPECT_EQ(podman({"wait", name()}).out, "5\n");
}

}  // namespace
}  // namespace wpar::test
