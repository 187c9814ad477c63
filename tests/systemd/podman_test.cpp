// SPDX-License-Identifier: Apache-2.0
// podman with its systemd cgroup manager, which is its default where systemd runs the machine.
#include <fmt/format.h>

#include "tests/support/cgroup_files.h"
#include "tests/systemd/systemd_world.h"

namespace wpar::test {
namespace {

class SystemdPodman : public SystemdTest {
 protected:
  void SetUp() override {
    for (const char* program : {"podman", "conmon"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program;
    SystemdTest::SetUp();
  }
  void TearDown() override {
    if (temp_ != nullptr)
      podman({"rm", "--force", "--time", "1", "--ignore", name()});
    SystemdTest::TearDown();
  }
  std::string name() const { return "wt" + temp_->tag(); }
  Result podman(std::vector<std::string> words) {
    Command command;
    command.argv = {
        find_program("podman"),  "--runtime", runtime().program(), "--cgroup-manager=systemd",
        "--events-backend=file", "--root",    *temp_ / "storage",  "--runroot",
        *temp_ / "run",          "--tmpdir",  *temp_ / "tmp"};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.timeout = Milliseconds(90000);
    return run(command);
  }
  Result podman_run(std::vector<std::string> options, std::vector<std::string> program) {
    std::vector<std::string> words = {"run", "--name", name(), "--network=none"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--rootfs", bundle().root()});
    words.insert(words.end(), program.begin(), program.end());
    return podman(words);
  }
};

TEST_F(SystemdPodman, RunExecStopAndRemoveWork) {
  const Result started =
      podman_run({"-d", "--memory", "64m", "--pids-limit", "33"}, {"/probe", "wait"});
  ASSERT_EQ(started.code, 0) << started;
  const std::string id = started.out.substr(0, started.out.find('\n'));
  const std::string scope = fmt::format("libpod-{}.scope", id);
  const auto property = [&](const char* word) {
    const Result shown =
        run({.argv = {find_program("systemctl"), "show", "--property", word, "--value", scope}});
    return shown.out.substr(0, shown.out.find('\n'));
  };
  EXPECT_EQ(property("ActiveState"), "active");
  EXPECT_EQ(property("Slice"), "machine.slice");
  if (only_cgroup_v2()) {  // Debian 13's kernel has no memory controller of version 1
    EXPECT_EQ(property("MemoryMax"), "67108864");
  }
  EXPECT_EQ(property("TasksMax"), "33");
  EXPECT_EQ(property("TimeoutStopUSec"), "10s");
  const Result inside = podman({"exec", name(), "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  const Result stopped = podman({"stop", "--time", "20", name()});
  EXPECT_EQ(stopped.code, 0) << stopped;
  EXPECT_EQ(podman({"inspect", "--format", "{{.State.ExitCode}}", name()}).out, "0\n");
  EXPECT_EQ(podman({"rm", name()}).code, 0);
  EXPECT_EQ(property("LoadState"), "not-found");
}

TEST_F(SystemdPodman, GivesOutputAndExitCode) {
  const Result result = podman_run({"--rm"}, {"/bin/sh", "-c", "echo hello; exit 3"});
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_EQ(result.out, "hello\n");
}

}  // namespace
}  // namespace wpar::test
