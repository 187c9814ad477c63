// SPDX-License-Identifier: Apache-2.0
// podman container checkpoint and restore: podman asks the CRIU that it finds in PATH for its
// version, and its conmon calls the runtime.
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "tests/engines/podman_world.h"
#include "tests/support/criu.h"

namespace wpar::test {
namespace {

constexpr const char* kCount =
    "i=0; while :; do i=$((i+1)); echo $i; echo $i > /counter; sleep 0.05; done";

class PodmanCheckpoint : public Podman {
 protected:
  void SetUp() override {
    Podman::SetUp();
    if (temp_ == nullptr || IsSkipped())
      return;
    std::string reason;
    const std::string criu = criu_for_tests(temp_->path(), &reason);
    if (criu.empty())
      GTEST_SKIP() << reason;
    const Result up = run({.argv = {"ip", "link", "set", "lo", "up"}});
    ASSERT_EQ(up.code, 0) << up;
    path_ = std::getenv("PATH");
    const std::string path = criu.substr(0, criu.rfind('/')) + ":" + path_;
    ::setenv("PATH", path.c_str(), 1);
    // conmon gets no environment but this.
    const std::string configuration = *temp_ / "containers.conf";
    write_text(configuration, fmt::format("[engine]\nconmon_env_vars = [\"PATH={}\"]\n", path));
    ::setenv("CONTAINERS_CONF", configuration.c_str(), 1);
  }
  void TearDown() override {
    Podman::TearDown();
    if (!path_.empty())
      ::setenv("PATH", path_.c_str(), 1);
    ::unsetenv("CONTAINERS_CONF");
  }
  std::string start_counting() {
    const Result started = podman(run_words({"-d"}, {"/bin/sh", "-c", kCount}));
    EXPECT_EQ(started.code, 0) << started;
    EXPECT_TRUE(eventually([&] { return counter() > 1; }));
    return name();
  }
  int counter() { return std::atoi(read_trimmed(bundle().root() + "/counter").c_str()); }
  // For a moment of each round the file is empty.
  int counter_inside(const std::string& container) {
    std::string text;
    eventually([&] {
      text = podman({"exec", container, "cat", "/counter"}).out;
      return !text.empty();
    });
    return std::atoi(text.c_str());
  }
  std::string checkpoint_of(const std::string& container) {
    return fmt::format("{}/vfs-containers/{}/userdata/checkpoint", *temp_ / "storage",
                       inspect(container, "{{.Id}}"));
  }
  std::string path_;
};

TEST_F(PodmanCheckpoint, AContainerGoesOnWhereItStopped) {
  const std::string id = start_counting();
  const Result saved = podman({"container", "checkpoint", "--keep", id});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(inspect(id, "{{.State.Status}} {{.State.Checkpointed}}"), "exited true");
  EXPECT_TRUE(exists(checkpoint_of(id) + "/inventory.img"));
  const int last = counter();
  sleep_for(Milliseconds(200));
  EXPECT_EQ(counter(), last);
  for (const bool keep : {true, false}) {
    const Result back = keep ? podman({"container", "restore", "--keep", id})
                             : podman({"container", "restore", id});
    ASSERT_EQ(back.code, 0) << back;
    EXPECT_EQ(inspect(id, "{{.State.Status}}"), "running");
    EXPECT_TRUE(eventually([&] { return counter() > last; }));
    if (keep) {
      ASSERT_EQ(podman({"stop", "--time", "0", id}).code, 0);
    }
  }
  // Its output is conmon's again, without a second beginning.
  const auto lines = split(podman({"logs", id}).out, '\n');
  EXPECT_EQ(lines.front(), "1");
  EXPECT_TRUE(eventually([&] {
    return contains(podman({"logs", id}).out, fmt::format("\n{}\n", last + 1));
  }));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "1"), 1);
  EXPECT_EQ(podman({"exec", id, "true"}).code, 0);
}

TEST_F(PodmanCheckpoint, LeaveRunningLeavesItRunning) {
  const std::string id = start_counting();
  const std::string pid = inspect(id, "{{.State.Pid}}");
  const Result saved = podman({"container", "checkpoint", "--leave-running", id});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(inspect(id, "{{.State.Status}} {{.State.Pid}}"), "running " + pid);
  const int last = counter();
  EXPECT_TRUE(eventually([&] { return counter() > last; }));
  EXPECT_TRUE(exists(checkpoint_of(id) + "/inventory.img"));
}

TEST_F(PodmanCheckpoint, AnExportedOneIsImportedUnderAnotherName) {
  const std::string tree = *temp_ / "root.tar";
  ASSERT_EQ(run({.argv = {"tar", "-C", bundle().root(), "-cf", tree, "."}}).code, 0);
  const Result image = podman({"import", tree, "localhost/wpartest"});
  ASSERT_EQ(image.code, 0) << image;
  const Result started =
      podman(run_image_words({"-d"}, "localhost/wpartest", {"/bin/sh", "-c", kCount}));
  ASSERT_EQ(started.code, 0) << started;
  const std::string first = name();
  ASSERT_TRUE(eventually([&] { return counter_inside(first) > 2; }));
  const std::string archive = *temp_ / "checkpoint.tar.gz";
  const int before = counter_inside(first);
  const Result saved = podman({"container", "checkpoint", "--export", archive, first});
  ASSERT_EQ(saved.code, 0) << saved;
  ASSERT_EQ(podman({"rm", "--force", "--time", "0", first}).code, 0);
  const std::string second = new_name();
  const Result back = podman({"container", "restore", "--import", archive, "--name", second});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_GE(counter_inside(second), before);
  const int now = counter_inside(second);
  EXPECT_LT(now, before + 200) << "the number is the saved one, not a new one";
  EXPECT_TRUE(eventually([&] { return counter_inside(second) > now; }));
}

TEST_F(PodmanCheckpoint, OnlyWhatRunsIsSaved) {
  ASSERT_EQ(podman(run_words({"-d"}, {"/bin/true"})).code, 0);
  podman({"wait", name()});
  const Result refused = podman({"container", "checkpoint", name()});
  EXPECT_NE(refused.code, 0);
  EXPECT_TRUE(contains(refused.err, "not running")) << refused;
}

}  // namespace
}  // namespace wpar::test
