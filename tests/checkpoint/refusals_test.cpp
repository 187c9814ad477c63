// SPDX-License-Identifier: Apache-2.0
// What checkpoint and restore must refuse, and that nothing is left behind or changed by it.
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "tests/checkpoint/checkpoint_world.h"
#include "tests/support/seccomp_agent.h"

namespace wpar::test {
namespace {

class CheckpointRefusals : public CheckpointTest {
 protected:
  // `swrk` that says it is 3.17.1 and no more.
  std::string old_criu() {
    const std::string path = *temp_ / "old-criu";
    write_text(
        path,
        "#!/bin/sh\nprintf '\\010\\012\\020\\001\\122\\006\\010\\003\\020\\021\\040\\001' >&3\n"
        "exec cat <&3 >/dev/null\n",
        0755);
    return path;
  }
};

TEST_F(CheckpointRefusals, OnlyWhatRunsCanBeSaved) {
  const std::string id = new_id();
  bundle().args({"/probe", "wait"});
  ASSERT_EQ(create(id).code, 0);
  expect_one_line(checkpoint(id), "container is not running");
  EXPECT_EQ(runtime().status(id), "created");
  ASSERT_EQ((runtime()({"kill", id, "KILL"})).code, 0);
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  expect_one_line(checkpoint(id), "container is not running");
  expect_one_line(checkpoint("wt-nobody"), "does not exist");
  EXPECT_FALSE(exists(images()));
}

TEST_F(CheckpointRefusals, WithoutCriuItSaysWhatToInstall) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ::setenv("WPAR_CRIU", "no-such-criu", 1);
  const Result missing = checkpoint(id);
  expect_one_line(missing, "executable file not found");
  EXPECT_TRUE(contains(missing.err, "CRIU 4.0 or newer")) << missing;
  ::setenv("WPAR_CRIU", "/no/such/criu", 1);
  expect_one_line(checkpoint(id), "no such file or directory");
  ::setenv("WPAR_CRIU", "/bin/true", 1);
  expect_one_line(checkpoint(id), "ask /bin/true for its version");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter()));
}

TEST_F(CheckpointRefusals, AnOldCriuIsNamed) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id, {"--leave-running"}).code, 0);
  ::setenv("WPAR_CRIU", old_criu().c_str(), 1);
  expect_one_line(checkpoint(id), "is CRIU 3.17.1: checkpoint and restore need CRIU 4.0 or newer");
  EXPECT_EQ(runtime().status(id), "running");
  const std::string other = new_id();
  const Result back = restore(other);
  expect_one_line(back, "is CRIU 3.17.1");
  EXPECT_EQ(runtime().state(other), nullptr);
  EXPECT_TRUE(cgroups_with(other).empty());
}

TEST_F(CheckpointRefusals, ARestoreNeedsImages) {
  bundle().shell(kCount);
  bundle().write();
  const std::string id = new_id();
  expect_one_line(restore(id), "no such file or directory");
  make_directories(images());
  expect_one_line(restore(id), "holds no checkpoint");
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(cgroups_with(id).empty());
}

TEST_F(CheckpointRefusals, AFailedRestoreLeavesNothing) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id).code, 0);
  const std::string tree = images() + "/pstree.img";
  const std::string saved = read_text(tree);
  ASSERT_FALSE(saved.empty());
  write_text(tree, saved.substr(0, 6));
  const std::string pid_file = *temp_ / "pid";
  const Result back = restore(id, {"--pid-file", pid_file});
  expect_one_line(back, "could not restore");
  EXPECT_TRUE(contains(back.err, "restore.log")) << back;
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(cgroups_with(id).empty());
  EXPECT_FALSE(exists(pid_file));
  // Whole again, they are good for a restore.
  write_text(tree, saved);
  const int last = counter();
  const Result again = restore(id);
  EXPECT_EQ(again.code, 0) << again;
  EXPECT_TRUE(counts_on(last));
}

TEST_F(CheckpointRefusals, AFailingHookEndsTheRestore) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id).code, 0);
  bundle().config["hooks"]["createRuntime"] = {
      {{"path", "/bin/sh"}, {"args", {"sh", "-c", "exit 3"}}}};
  bundle().write();
  const int last = counter();
  const Result back = restore(id);
  expect_one_line(back, "createRuntime");
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(cgroups_with(id).empty());
  EXPECT_EQ(counter(), last) << "it ran for a moment";
}

TEST_F(CheckpointRefusals, ATakenNameIsTaken) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id, {"--leave-running"}).code, 0);
  expect_one_line(restore(id), "container with given ID already exists");
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(CheckpointRefusals, AListenerOfSystemCallsCannotComeBack) {
  const SeccompAgent agent(*temp_ / "agent", EPERM);
  Json& seccomp = bundle().config["linux"]["seccomp"];
  seccomp = {{"defaultAction", "SCMP_ACT_ALLOW"},
             {"listenerPath", *temp_ / "agent"},
             {"syscalls", {{{"names", {"chroot"}}, {"action", "SCMP_ACT_NOTIFY"}}}}};
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  expect_one_line(checkpoint(id), "/linux/seccomp: CRIU restores filters without their listener");
  EXPECT_TRUE(counts_on(counter()));
  EXPECT_FALSE(exists(images()));
}

TEST_F(CheckpointRefusals, AFilterWithoutListenerComesBack) {
  bundle().config["linux"]["seccomp"] = {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"syscalls", {{{"names", {"chroot"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", EPERM}}}}};
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  const Result saved = checkpoint(id);
  ASSERT_EQ(saved.code, 0) << saved;
  const int last = counter();
  // The configuration of the restore wants one.
  bundle().config["linux"]["seccomp"]["listenerPath"] = *temp_ / "agent";
  bundle().config["linux"]["seccomp"]["syscalls"][0] = {{"names", {"chroot"}},
                                                        {"action", "SCMP_ACT_NOTIFY"}};
  bundle().write();
  expect_one_line(restore(id), "/linux/seccomp: CRIU restores filters without their listener");
  EXPECT_EQ(runtime().state(id), nullptr);
  bundle().config["linux"].erase("seccomp");
  bundle().write();
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
  const std::string status = read_text(fmt::format("/proc/{}/status", runtime().pid(id)));
  EXPECT_TRUE(contains(status, "Seccomp:\t2")) << status;
}

TEST_F(CheckpointRefusals, ASecurityModuleThatIsNotThereIsNamed) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id, {"--leave-running"}).code, 0);
  const std::string other = new_id();
  expect_one_line(restore(other, {"--lsm-profile", "smack:x"}),
                  "expected apparmor:NAME or selinux");
  expect_one_line(restore(other, {"--lsm-profile", "apparmor:"}), "expected apparmor:NAME");
  if (!exists("/sys/module/apparmor/parameters/enabled"))
    expect_one_line(restore(other, {"--lsm-profile", "apparmor:x"}),
                    "--lsm-profile apparmor:x: AppArmor is not enabled on this host");
  if (!exists("/sys/fs/selinux/enforce")) {
    expect_one_line(restore(other, {"--lsm-profile", "selinux:a:b:c:s0"}),
                    "--lsm-profile selinux:a:b:c:s0: SELinux is not enabled on this host");
    expect_one_line(restore(other, {"--lsm-mount-context", "a:b:c:s0"}),
                    "--lsm-mount-context a:b:c:s0: SELinux is not enabled on this host");
  }
  EXPECT_EQ(runtime().state(other), nullptr);
  ASSERT_EQ(restore(other).code, 0);
}

TEST_F(CheckpointRefusals, AnOrdinaryUserIsToldWhy) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(id, {"--leave-running"}).code, 0);
  const std::vector<std::string> without = {"setpriv", "--bounding-set=-sys_admin",
                                            "--inh-caps=-all", "--"};
  runtime().call_through(without, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WPAR_CRIU=" + criu_});
  expect_one_line(checkpoint(id), "CRIU needs CAP_SYS_ADMIN");
  const std::string other = new_id();
  expect_one_line(restore(other), "CRIU needs CAP_SYS_ADMIN");
  runtime().call_through({"unshare", "--user", "--map-root-user", "--"},
                         {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WPAR_CRIU=" + criu_});
  expect_one_line(checkpoint(id), "outside of user namespaces");
  runtime().call_through({}, {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WPAR_CRIU=" + criu_});
  EXPECT_EQ(runtime().state(other), nullptr);
  EXPECT_TRUE(counts_on(counter()));
}

TEST_F(CheckpointRefusals, OptionsThatContradictAreRefused) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  expect_one_line(checkpoint(id, {"--parent-path", "/abs"}), "relative to --image-path");
  expect_one_line(checkpoint(id, {"--parent-path", "../nothing"}), "no such file or directory");
  expect_one_line(checkpoint(id, {"--lazy-pages", "--status-fd", "99"}), "--status-fd 99");
  EXPECT_EQ(runtime().status(id), "running");
}

}  // namespace
}  // namespace wpar::test
