// SPDX-License-Identifier: Apache-2.0
// Docker with the runtime as `--runtime runwpar`. The daemon is the test's: in a mount namespace
// where /etc, /opt and /run are its own to write, without a bridge and without firewall rules.
#include "tests/support/docker.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// $1: an empty directory; the rest: the daemon.
constexpr const char* kPrivately =
    "mount -t tmpfs wpar \"$1\" && mkdir \"$1/up\" \"$1/work\" && "
    "mount -t overlay wpar -o lowerdir=/etc,upperdir=\"$1/up\",workdir=\"$1/work\" /etc && "
    "mount -t tmpfs wpar /opt && mount -t tmpfs wpar /run && shift && exec \"$@\"";

class Docker : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    for (const char* program : {"containerd", "containerd-shim-runc-v2", "iptables"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program << " (Debian: containerd, iptables)";
    std::string reason;
    path_ = docker_for_tests(&reason);
    if (path_.empty())
      GTEST_SKIP() << reason;
    path_ += fmt::format(":{}", std::getenv("PATH"));
    make_directories(*temp_ / "private");
    Command daemon{.argv = {"unshare",
                            "--mount",
                            "--propagation",
                            "private",
                            "sh",
                            "-c",
                            kPrivately,
                            "sh",
                            *temp_ / "private",
                            "dockerd",
                            "--host",
                            socket(),
                            "--data-root",
                            *temp_ / "data",
                            "--exec-root",
                            *temp_ / "run",
                            "--pidfile",
                            *temp_ / "pid",
                            "--bridge=none",
                            "--iptables=false",
                            "--ip6tables=false",
                            "--ip-forward=false",
                            "--storage-driver=vfs",
                            "--exec-opt=native.cgroupdriver=cgroupfs",
                            "--cgroup-parent",
                            "/wt" + temp_->tag(),
                            "--add-runtime",
                            "runwpar=" + runtime().program(),
                            "--log-level=error"}};
    daemon.env = environment();
    daemon.timeout = Milliseconds(170000);
    daemon.error_path = *temp_ / "daemon.err";
    daemon_ = std::make_unique<Process>(daemon);
    ASSERT_TRUE(eventually([&] { return docker({"version"}).ok(); }, Milliseconds(20000)))
        << read_text(*temp_ / "daemon.err");
    const Result image =
        run({.argv = {"sh", "-c", "tar -C \"$1\" -c . | docker --host \"$2\" import - wt", "sh",
                      bundle().root(), socket()},
             .env = environment()});
    ASSERT_EQ(image.code, 0) << image;
  }
  void TearDown() override {
    if (daemon_ != nullptr) {
      for (const std::string& name : names_)
        docker({"rm", "--force", name});
      daemon_->signal(SIGTERM);
      eventually([&] { return !daemon_->running(); }, Milliseconds(15000));
      daemon_.reset();
      // The parent is the daemon's to make, and it leaves it.
      for (const std::string& path : cgroups_with("/wt" + temp_->tag()))
        ::rmdir(path.c_str());
    }
    ContainerTest::TearDown();
  }
  std::string socket() const { return "unix://" + (*temp_ / "d.sock"); }
  std::vector<std::string> environment() const {
    return {"PATH=" + path_, "HOME=" + temp_->path()};
  }
  Result docker(std::vector<std::string> words) {
    Command command{.argv = {"docker", "--host", socket()}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.env = environment();
    command.timeout = Milliseconds(40000);
    return run(command);
  }
  Result run_program(std::vector<std::string> options, std::vector<std::string> program) {
    names_.push_back(fmt::format("wt{}-docker{}", temp_->tag(), names_.size()));
    std::vector<std::string> words = {"run", "--name", names_.back(), "--runtime", "runwpar"};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"wt"});
    words.insert(words.end(), program.begin(), program.end());
    return docker(words);
  }
  Result run_alone(std::vector<std::string> options, std::vector<std::string> program) {
    options.emplace_back("--network=none");
    return run_program(std::move(options), std::move(program));
  }
  const std::string& name() const { return names_.back(); }

  std::string path_;
  std::unique_ptr<Process> daemon_;
  std::vector<std::string> names_;
};

TEST_F(Docker, RunsProgramsAndTellsHowTheyEnded) {
  const Result result = run_alone({}, {"/bin/sh", "-c", "echo hello; exit 3"});
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_EQ(result.out, "hello\n");
  EXPECT_EQ(docker({"inspect", "--format", "{{.HostConfig.Runtime}}", name()}).out, "runwpar\n");
  const Result missing = run_alone({}, {"/no/such/program"});
  EXPECT_EQ(missing.code, 127) << missing;
  EXPECT_TRUE(contains(missing.err, "no such file or directory")) << missing;
  const Result directory = run_alone({}, {"/etc"});
  EXPECT_EQ(directory.code, 126) << directory;
  const Result terminal = run_alone({"--tty"}, {"/bin/sh", "-c", "tty"});
  EXPECT_EQ(terminal.out, "/dev/pts/0\r\n") << terminal;
}

TEST_F(Docker, TheOptionsOfASandboxTakeEffect) {
  make_directories(*temp_ / "volume");
  write_text(*temp_ / "volume/file", "content\n");
  const Result result = run_alone(
      {"--read-only", "--tmpfs=/scratch", "--volume", (*temp_ / "volume") + ":/volume:ro", "--user",
       "1000:1000", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--pids-limit=20",
       "--hostname=wpar1"},
      {"/bin/sh", "-c",
       "id -u; hostname; cat /volume/file; touch /volume/x || echo refused; touch /x || echo "
       "refused; touch /scratch/x && echo fine; grep -c '^CapEff:.0*$' /proc/self/status; grep -c "
       "'^NoNewPrivs:.1$' /proc/self/status; grep -c '^Seccomp:.2$' /proc/self/status"});
  EXPECT_EQ(result.out, "1000\nwpar1\ncontent\nrefused\nrefused\nfine\n1\n1\n1\n") << result;
  const Result host = run_program({"--network=host", "--privileged"},
                                  {"/bin/sh", "-c", "readlink /proc/self/ns/net"});
  EXPECT_EQ(host.out, run({.argv = {"readlink", "/proc/self/ns/net"}}).out) << host;
}

TEST_F(Docker, TheWholeLifeOfAContainer) {
  const Result started =
      run_alone({"--detach", "--memory=64m"},
                {"/bin/sh", "-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done"});
  ASSERT_EQ(started.code, 0) << started;
  const std::string id = name();
  EXPECT_TRUE(eventually([&] { return docker({"logs", id}).out == "up\n"; }));
  const Result inside = docker({"exec", id, "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  const Result missing = docker({"exec", id, "/no/such/program"});
  EXPECT_TRUE(missing.code == 126 || missing.code == 127) << missing;  // versions differ
  EXPECT_TRUE(contains(missing.out + missing.err, "no such file or directory")) << missing;
  EXPECT_TRUE(contains(docker({"top", id}).out, "trap 'exit 7' TERM"));
  EXPECT_TRUE(contains(docker({"stats", "--no-stream", id}).out, "64MiB"));

  EXPECT_EQ(docker({"update", "--memory=80m", "--memory-swap=90m", id}).code, 0);
  EXPECT_TRUE(contains(docker({"stats", "--no-stream", id}).out, "80MiB"));

  EXPECT_EQ(docker({"pause", id}).code, 0);
  EXPECT_TRUE(contains(docker({"ps", "--format", "{{.Status}}"}).out, "(Paused)"));
  EXPECT_NE(docker({"exec", id, "/bin/true"}).code, 0);
  EXPECT_EQ(docker({"unpause", id}).code, 0);
  EXPECT_EQ(docker({"exec", id, "/bin/true"}).code, 0);

  EXPECT_EQ(docker({"stop", id}).code, 0);
  EXPECT_EQ(docker({"inspect", "--format", "{{.State.ExitCode}}", id}).out, "7\n");
  EXPECT_EQ(docker({"start", id}).code, 0);
  EXPECT_EQ(docker({"kill", id}).code, 0);
  EXPECT_EQ(docker({"inspect", "--format", "{{.State.ExitCode}}", id}).out, "137\n");
  EXPECT_EQ(docker({"rm", id}).code, 0);
}

}  // namespace
}  // namespace wpar::test
