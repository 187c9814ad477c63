// SPDX-License-Identifier: Apache-2.0
// Containers of an ordinary user in units of the user's own manager (systemd --user).
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/cgroup_files.h"
#include "tests/systemd/systemd_world.h"

namespace wpar::test {
namespace {

constexpr const char* kUser = "tester";  // of tests/vm

class SystemdUser : public SystemdTest {
 protected:
  void SetUp() override {
    if (!only_cgroup_v2())
      GTEST_SKIP() << "a user's manager has no controllers of version 1: SystemdUserV1 tests that";
    set_up();
  }
  void set_up() {
    const passwd* user = ::getpwnam(kUser);
    if (user == nullptr)
      GTEST_SKIP() << "needs the user " << kUser << " of tests/vm";
    SystemdTest::SetUp();
    if (temp_ == nullptr)
      return;
    directory_ = fmt::format("/run/user/{}", user->pw_uid);
    if (!exists(directory_ + "/systemd/private"))
      GTEST_SKIP() << "needs systemd --user of " << kUser << " (tests/systemd/in_guest)";
    bundle().config["linux"]["cgroupsPath"] = fmt::format(":wpartest:{}", temp_->tag());
    run({.argv = {"/bin/chown", "-R", kUser, temp_->path()}});
    std::vector<std::string> below = as_user();
    below.insert(below.end(), {"/usr/bin/systemd-run", "--user", "--quiet", "--wait", "--pipe",
                               "--collect", "--setenv=XDG_RUNTIME_DIR"});
    runtime().call_through(below, {});
  }
  std::vector<std::string> as_user() const {
    return {"/usr/sbin/runuser",
            "-u",
            kUser,
            "--",
            "/usr/bin/env",
            "XDG_RUNTIME_DIR=" + directory_,
            "PATH=/usr/bin:/bin:/usr/sbin:/sbin"};
  }
  std::string user_property(const std::string& name) const { return user_property(name, unit()); }
  std::string user_property(const std::string& name, const std::string& unit) const {
    std::vector<std::string> words = as_user();
    words.insert(words.end(),
                 {"/usr/bin/systemctl", "--user", "show", "--property", name, "--value", unit});
    const Result shown = run({.argv = words});
    return shown.out.substr(0, shown.out.find('\n'));
  }
  std::string directory_;
};

TEST_F(SystemdUser, AContainerIsInAScopeOfTheUsersManager) {
  resources() = {{"memory", {{"limit", 64 << 20}}}, {"pids", {{"limit", 9}}}};
  const std::string id = start_by_systemd("exec sleep 1000");
  ASSERT_EQ(user_property("ActiveState"), "active");
  EXPECT_EQ(user_property("MemoryMax"), "67108864");
  const std::string folder = "/sys/fs/cgroup" + user_property("ControlGroup");
  EXPECT_TRUE(contains(folder, "/user.slice/" + unit())) << folder;
  EXPECT_EQ(read_trimmed(folder + "/memory.max"), "67108864");
  EXPECT_EQ(read_trimmed(folder + "/pids.max"), "9");
  EXPECT_EQ(read_trimmed(folder + "/cgroup.procs"), std::to_string(runtime().pid(id)));
  const Result inside = exec(id, {"/bin/sh", "-c", "echo inside; exit 3"});
  EXPECT_EQ(inside.code, 3) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  const Result updated = runtime()({"update", "--pids-limit", "12", id});
  EXPECT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(user_property("TasksMax"), "12");
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);
  EXPECT_FALSE(exists(folder));
  EXPECT_EQ(user_property("LoadState"), "not-found");
}

class SystemdUserV1 : public SystemdUser {
 protected:
  void SetUp() override {
    if (only_cgroup_v2())
      GTEST_SKIP() << "no controller of this host is in a version 1 hierarchy";
    set_up();
  }
};

TEST_F(SystemdUserV1, IsToldThatHisManagerHasNoControllers) {
  const std::string id = new_id();
  bundle().shell("exec sleep 1000");
  EXPECT_EQ(create_by_systemd(id).code, 1);
  EXPECT_TRUE(contains(error_of(id),
                       "a user's service manager has no cgroup controllers on a host with cgroup "
                       "v1; use --cgroup-manager cgroupfs or disabled"))
      << error_of(id);
  EXPECT_EQ(user_property("LoadState"), "not-found");
}

// podman of the ordinary user, started as systemd --user starts services.
class SystemdUserPodman : public SystemdUser {
 protected:
  void SetUp() override {
    for (const char* program : {"podman", "conmon"})
      if (find_program(program).empty())
        GTEST_SKIP() << "needs " << program;
    SystemdUser::SetUp();
  }
  void TearDown() override {
    if (temp_ != nullptr && !directory_.empty()) {
      podman({"rm", "--force", "--time", "1", "--ignore", name()});
      stop_pause_process();
    }
    SystemdUser::TearDown();
  }
  std::string name() const { return "wt" + temp_->tag(); }
  Result podman(const std::vector<std::string>& words) {
    std::vector<std::string> all = as_user();
    all.insert(all.end(),
               {"/usr/bin/env", "HOME=" + temp_->path(), "/usr/bin/systemd-run", "--user",
                "--quiet", "--wait", "--pipe", "--collect",
                // A container that podman leaves running is not the service's to kill.
                "--property=KillMode=process", "--setenv=XDG_RUNTIME_DIR", "--setenv=HOME",
                "/usr/bin/podman", "--runtime", runtime().program(), "--cgroup-manager=systemd",
                "--events-backend=file", "--storage-driver=vfs", "--root", *temp_ / "storage",
                "--runroot", *temp_ / "run"});
    all.insert(all.end(), words.begin(), words.end());
    return run({.argv = all, .timeout = Milliseconds(90000)});
  }
  // It keeps podman's user namespace open for the next call, for ever.
  void stop_pause_process() const {
    const std::string file = directory_ + "/libpod/tmp/pause.pid";
    if (exists(file)) {
      ::kill(std::atoi(read_trimmed(file).c_str()), SIGKILL);
      ::unlink(file.c_str());
    }
  }
};

TEST_F(SystemdUserPodman, RunsAProgramUnderItsLimits) {
  const Result ran =
      podman({"run", "--rm", "--name", name(), "--network=none", "--memory", "64m", "--rootfs",
              bundle().root(), "/bin/sh", "-c", "cat /sys/fs/cgroup/memory.max; exit 3"});
  EXPECT_EQ(ran.code, 3) << ran;
  EXPECT_EQ(ran.out, "67108864\n") << ran;
}

TEST_F(SystemdUserPodman, ADetachedContainerTakesExecUpdateStopAndRm) {
  const Result started = podman({"run", "-d", "--name", name(), "--network=none", "--pids-limit",
                                 "33", "--rootfs", bundle().root(), "/probe", "wait"});
  ASSERT_EQ(started.code, 0) << started;
  const std::string id = started.out.substr(0, started.out.find('\n'));
  const std::string scope = fmt::format("libpod-{}.scope", id);
  EXPECT_EQ(user_property("ActiveState", scope), "active");
  EXPECT_EQ(user_property("TasksMax", scope), "33");
  const Result inside = podman({"exec", name(), "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  const Result updated = podman({"update", "--pids-limit", "44", name()});
  EXPECT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(user_property("TasksMax", scope), "44");
  const Result stopped = podman({"stop", "--time", "20", name()});
  EXPECT_EQ(stopped.code, 0) << stopped;
  EXPECT_EQ(podman({"inspect", "--format", "{{.State.ExitCode}}", name()}).out, "0\n");
  const Result removed = podman({"rm", name()});
  EXPECT_EQ(removed.code, 0) << removed;
  EXPECT_EQ(user_property("LoadState", scope), "not-found");
}

TEST_F(SystemdUser, OutsideOfTheManagersTreeItSaysHowToGetIn) {
  runtime().call_through(as_user(), {});
  const std::string id = new_id();
  bundle().shell("exec sleep 1000");
  EXPECT_EQ(create_by_systemd(id).code, 1);
  EXPECT_TRUE(contains(error_of(id),
                       "run it below the user's service manager, as systemd-run --user --scope"))
      << error_of(id);
  EXPECT_EQ(user_property("LoadState"), "not-found");
}

TEST_F(SystemdUser, AMissingManagerIsNamed) {
  runtime().call_through({"/usr/sbin/runuser", "-u", kUser, "--", "/usr/bin/env", "-i"}, {});
  const std::string id = new_id();
  bundle().shell("exec sleep 1000");
  EXPECT_EQ(create_by_systemd(id).code, 1);
  EXPECT_TRUE(contains(error_of(id), "reach the user's service manager")) << error_of(id);
}

}  // namespace
}  // namespace wpar::test
