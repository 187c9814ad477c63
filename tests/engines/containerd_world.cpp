// SPDX-License-Identifier: Apache-2.0
#include "tests/engines/containerd_world.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

namespace wpar::test {

void Containerd::SetUp() {
  ContainerTest::SetUp();
  if (temp_ == nullptr)
    return;
  for (const char* program : {"containerd", "ctr", "containerd-shim-runc-v2"})
    if (find_program(program).empty())
      GTEST_SKIP() << "needs " << program << " (Debian: containerd)";
  write_text(*temp_ / "config.toml", daemon_config());
  Command daemon{.argv = {"containerd", "--config", *temp_ / "config.toml"}};
  daemon.timeout = Milliseconds(170000);
  daemon.error_path = *temp_ / "daemon.err";
  daemon_ = std::make_unique<Process>(daemon);
  ASSERT_TRUE(eventually([&] { return ctr({"version"}).ok(); }, Milliseconds(15000)))
      << daemon_log();
}

void Containerd::TearDown() {
  if (daemon_ != nullptr) {
    for (const std::string& id : split(ctr({"containers", "ls", "-q"}).out, '\n')) {
      if (!id.empty()) {
        ctr({"task", "rm", "--force", id});
        ctr({"container", "rm", id});
      }
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

std::string Containerd::daemon_config() const {
  return fmt::format(
      "version = 2\nroot = \"{0}/root\"\nstate = \"{0}/run\"\n"
      "disabled_plugins = [\"io.containerd.grpc.v1.cri\", "
      "\"io.containerd.internal.v1.opt\"]\n"
      "[grpc]\naddress = \"{1}\"\n[debug]\nlevel = \"error\"\n",
      temp_->path(), socket());
}

std::string Containerd::daemon_log() const {
  return read_text(*temp_ / "daemon.err");
}

Result Containerd::ctr(std::vector<std::string> words) {
  Command command{.argv = {"ctr", "--address", socket(), "--namespace", daemon_namespace()}};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.timeout = Milliseconds(30000);
  return run(command);
}

std::string Containerd::start_counting() {
  const Result started =
      run_program({"--detach"}, {"/bin/sh", "-c",
                                 "i=0; while :; do i=$((i+1)); echo $i > /counter; sleep 0.05; "
                                 "done"});
  EXPECT_EQ(started.code, 0) << started;
  EXPECT_TRUE(eventually([&] { return counter() > 1; }));
  return id();
}

int Containerd::counter() {
  return std::atoi(read_trimmed(bundle().root() + "/counter").c_str());
}

Result Containerd::run_program(std::vector<std::string> options, std::vector<std::string> program) {
  ids_.push_back(fmt::format("wt{}-ctr{}", temp_->tag(), ids_.size()));
  std::vector<std::string> words = {"run"};
  words.insert(words.end(), options.begin(), options.end());
  words.insert(words.end(),
               {"--runc-binary", runtime().program(), "--rootfs", bundle().root(), ids_.back()});
  words.insert(words.end(), program.begin(), program.end());
  return ctr(words);
}
std::string Containerd::task_status(const std::string& id) {
  for (const std::string& line : split(ctr({"task", "ls"}).out, '\n'))
    if (line.starts_with(id + " "))
      return line.substr(line.rfind(' ') + 1);
  return "";
}

std::string Containerd::bundle_of(const std::string& id) const {
  return fmt::format("{}/run/io.containerd.runtime.v2.task/wt{}/{}", temp_->path(), temp_->tag(),
                     id);
}

}  // namespace wpar::test
