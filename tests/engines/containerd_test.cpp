// SPDX-License-Identifier: Apache-2.0
// containerd, started by the test with directories of its own, its shim and ctr.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Containerd : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    for (const char* program : {"containerd", "ctr", "containerd-shim-runc-v2"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program << " (Debian: containerd)";
    socket_ = *temp_ / "c.sock";
    write_text(*temp_ / "config.toml",
               fmt::format("version = 2\nroot = \"{0}/root\"\nstate = \"{0}/run\"\n"
                           "disabled_plugins = [\"io.containerd.grpc.v1.cri\", "
                           "\"io.containerd.internal.v1.opt\"]\n"
                           "[grpc]\naddress = \"{0}/c.sock\"\n[debug]\nlevel = \"error\"\n",
                           temp_->path()));
    Command daemon{.argv = {"containerd", "--config", *temp_ / "config.toml"}};
    daemon.timeout = Milliseconds(170000);
    daemon_ = std::make_unique<Process>(daemon);
    ASSERT_TRUE(eventually([&] { return ctr({"version"}).ok(); }, Milliseconds(15000)))
        << read_text(*temp_ / "log");
  }
  void TearDown() override {
    if (daemon_ != nullptr) {
      for (const std::string& id : ids_) {
        ctr({"task", "rm", "--force", id});
        ctr({"container", "rm", id});
      }
      daemon_->signal(SIGTERM);
      eventually([&] { return !daemon_->running(); });
      daemon_.reset();
      // containerd names a parent cgroup after its namespace and leaves it; the runtime's are below
      // it.
      for (const std::string& path : cgroups_with("/wt" + temp_->tag()))
        ::rmdir(path.c_str());
    }
    ContainerTest::TearDown();
  }
  Result ctr(std::vector<std::string> words) {
    Command command{.argv = {"ctr", "--address", socket_, "--namespace", "wt" + temp_->tag()}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.timeout = Milliseconds(30000);
    return run(command);
  }
  Result run_program(std::vector<std::string> options, std::vector<std::string> program) {
    ids_.push_back(fmt::format("wt{}-ctr{}", temp_->tag(), ids_.size()));
    std::vector<std::string> words = {"run"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(),
                 {"--runc-binary", runtime().program(), "--rootfs", bundle().root(), ids_.back()});
    words.insert(words.end(), program.begin(), program.end());
    return ctr(words);
  }
  std::string socket_;
  std::unique_ptr<Process> daemon_;
  std::vector<std::string> ids_;
};

TEST_F(Containerd, RunsAProgramAndGivesItsOutputAndExitCode) {
  const Result result = run_program({"--rm"}, {"/bin/sh", "-c", "echo hello; exit 3"});
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_EQ(result.out, "hello\n");
}

TEST_F(Containerd, ReportsAMissingProgram) {
  const Result result = run_program({"--rm"}, {"/no/such/program"});
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "no such file or directory") ||
              contains(result.err, "not found"))
      << result;
}

TEST_F(Containerd, ExecKillAndDeleteWork) {
  ASSERT_EQ(run_program({"--detach"}, {"/probe", "wait"}).code, 0);
  const std::string id = ids_.back();
  const Result inside =
      ctr({"task", "exec", "--exec-id", "e1", id, "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  EXPECT_TRUE(contains(ctr({"task", "ls"}).out, "RUNNING"));
  EXPECT_EQ(ctr({"task", "kill", "--signal", "SIGTERM", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return contains(ctr({"task", "ls"}).out, "STOPPED"); }));
  EXPECT_EQ(ctr({"task", "rm", id}).code, 0);
  EXPECT_EQ(ctr({"container", "rm", id}).code, 0);
}

}  // namespace
}  // namespace wpar::test
