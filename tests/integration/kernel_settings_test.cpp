// SPDX-License-Identifier: Apache-2.0
// Labels that must be applied or be an error, Intel RDT, stop signals, and what of a configuration
// is not for Linux.
#include <fmt/format.h>
#include <linux/keyctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class KernelSettings : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    WPAR_SKIP_PEER("runc", "1.1.5 words its refusals differently");
    WPAR_SKIP_PEER("crun", "1.8.1 words its refusals differently");
  }
  Json& process() { return bundle().config["process"]; }
};

bool apparmor_enabled() {
  return read_text("/sys/module/apparmor/parameters/enabled").starts_with("Y");
}

// A profile in the kernel for as long as the object lives.
class LoadedProfile {
 public:
  explicit LoadedProfile(const TempDir& temp)
      : name_("wpar-test-" + std::to_string(::getpid())), file_(temp / "profile") {
    write_text(file_, "profile " + name_ +
                          " flags=(attach_disconnected) {\n  file,\n  capability,\n  signal,\n"
                          "  ptrace,\n  umount,\n  deny /forbidden rw,\n}\n");
    loaded_ = parser("-a") == 0;
  }
  LoadedProfile(const LoadedProfile&) = delete;
  LoadedProfile& operator=(const LoadedProfile&) = delete;
  ~LoadedProfile() {
    if (loaded_)
      parser("-R");
  }
  bool loaded() const { return loaded_; }
  const std::string& name() const { return name_; }

 private:
  int parser(const char* how) const {
    Command command;
    command.argv = {find_program("apparmor_parser"), how, "-K", file_};
    return run(command).code;
  }
  std::string name_;
  std::string file_;
  bool loaded_ = false;
};

TEST_F(KernelSettings, AnAppArmorProfileIsAppliedOrRefused) {
  if (apparmor_enabled())
    GTEST_SKIP() << "AppArmor is enabled here: TheProgramRunsUnderItsAppArmorProfile tests it";
  process()["apparmorProfile"] = "some-profile";
  expect_one_line(run_bundle(), "/process/apparmorProfile: AppArmor is not enabled on this host");
  process()["apparmorProfile"] = "unconfined";
  bundle().args({"/probe", "exit", "0"});
  EXPECT_EQ(run_bundle().code, 0);
  process().erase("apparmorProfile");
  const std::string id = start_waiting();
  expect_one_line(exec(id, {"/bin/true"}, {"--apparmor", "some-profile"}),
                  "/process/apparmorProfile");
}

TEST_F(KernelSettings, TheProgramRunsUnderItsAppArmorProfile) {
  if (!apparmor_enabled())
    GTEST_SKIP() << "AppArmor is not enabled on this host";
  if (find_program("apparmor_parser").empty())
    GTEST_SKIP() << "no apparmor_parser (Debian: apparmor) to load a profile with";
  const LoadedProfile profile(*temp_);
  if (!profile.loaded())
    GTEST_SKIP() << "apparmor_parser cannot load a profile here";
  process()["apparmorProfile"] = profile.name();
  EXPECT_EQ(facts()["label"], profile.name() + " (enforce)");
  write_text(bundle().in_root("/forbidden"), "x");
  const std::string id = start_waiting();
  EXPECT_EQ(exec_facts(id)["label"], profile.name() + " (enforce)");
  EXPECT_EQ(exec(id, {"/probe", "open", "/forbidden"}).out, "13\n");
  EXPECT_EQ(exec(id, {"/probe", "open", "/etc/passwd"}).out, "0\n");
  process().erase("apparmorProfile");
  const std::string twin = start_waiting();
  EXPECT_EQ(exec_facts(twin)["label"], "unconfined");
  EXPECT_EQ(exec(twin, {"/probe", "open", "/forbidden"}).out, "0\n");
  EXPECT_EQ(exec(twin, {"/probe", "open", "/forbidden"}, {"--apparmor", profile.name()}).out,
            "13\n");
}

TEST_F(KernelSettings, AnAppArmorProfileThatIsNotLoadedIsAnError) {
  if (!apparmor_enabled())
    GTEST_SKIP() << "AppArmor is not enabled on this host";
  const std::string id = start_waiting();
  expect_one_line(exec(id, {"/bin/true"}, {"--apparmor", "wpar-test-no-such-profile"}),
                  "wpar-test-no-such-profile");
  process()["apparmorProfile"] = "wpar-test-no-such-profile";
  expect_one_line(run_bundle(), "`/proc/thread-self/attr/apparmor/exec`: ");
}

TEST_F(KernelSettings, AnSelinuxLabelIsAppliedOrRefused) {
  if (exists("/sys/fs/selinux/enforce"))
    GTEST_SKIP() << "SELinux is enabled here, and its policy decides which labels are legal";
  process()["selinuxLabel"] = "system_u:system_r:container_t:s0";
  expect_one_line(run_bundle(), "/process/selinuxLabel: SELinux is not enabled on this host");
}

TEST_F(KernelSettings, IntelRdtNeedsAResctrlFileSystem) {
  if (contains(read_text("/proc/self/mountinfo"), " - resctrl "))
    GTEST_SKIP() << "resctrl is mounted: the classes of this host are not for tests";
  bundle().config["linux"]["intelRdt"] = {{"closID", "gold"}};
  const Result refused = run_bundle();
  EXPECT_NE(refused.code, 0);
  expect_one_line(refused, "/linux/intelRdt: no resctrl file system is mounted on this host");
  bundle().config["linux"]["intelRdt"] = {{"closID", "../gold"}};
  expect_one_line(run_bundle(), "/linux/intelRdt/closID");
}

TEST_F(KernelSettings, TheSessionKeyringIsItsOwnUnlessToldOtherwise) {
  const long own = ::syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
  if (own < 0)
    GTEST_SKIP() << "this kernel has no keyrings";
  const Json first = facts()["keyring"];
  EXPECT_GT(first, 0);
  EXPECT_NE(first, own);
  EXPECT_NE(facts()["keyring"], first);
  const Result result = run_bundle({"--no-new-keyring"});
  ASSERT_EQ(result.code, 0) << result;
  const Json kept = Json::parse(result.out)["keyring"];
  // setsid(2) or the change of ids does not change it: the caller's, or what may not be seen
  // (EACCES).
  EXPECT_TRUE(kept == own || kept == -1) << kept << " " << own;
}

TEST_F(KernelSettings, KillWithoutASignalSendsTheImagesStopSignal) {
  bundle().config["annotations"] = {{"org.opencontainers.image.stopSignal", "SIGUSR2"}};
  const char* script =
      "trap 'echo two; exit 2' USR2; trap 'echo term; exit 3' TERM; echo up; "
      "while :; do sleep 0.1; done";
  const std::string id = start_shell(script);
  ASSERT_TRUE(eventually([&] { return contains(output_of(id), "up"); }));
  ASSERT_EQ(runtime()({"kill", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return contains(output_of(id), "two"); })) << output_of(id);
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  bundle().config["annotations"]["org.opencontainers.image.stopSignal"] = "SIGNOSUCH";
  const std::string other = start_shell(script);
  ASSERT_TRUE(eventually([&] { return contains(output_of(other), "up"); }));
  ASSERT_EQ(runtime()({"kill", other}).code, 0);
  EXPECT_TRUE(eventually([&] { return contains(output_of(other), "term"); })) << output_of(other);
}

TEST_F(KernelSettings, SectionsOfOtherPlatformsAndUnknownMembersAreIgnored) {
  bundle().config["windows"] = {{"layerFolders", 5}};
  bundle().config["solaris"] = {{"milestone", Json::array()}};
  bundle().config["freebsd"] = "x";
  bundle().config["zos"] = Json::array();
  bundle().config["vm"] = {{"kernel", {{"path", 1}}}};
  bundle().config["org.example.unknown"] = {{"a", 1}};
  process()["commandLine"] = 1;  // for Windows
  process()["unknown"] = {1, 2};
  bundle().config["linux"]["unknown"] = Json::object();
  bundle().config["linux"]["seccomp"] = nullptr;
  bundle().config["hooks"] = nullptr;
  process()["rlimits"] = nullptr;
  bundle().args({"/probe", "exit", "0"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
}

TEST_F(KernelSettings, IntegersMayBeSpelledAsFloats) {
  bundle().args({"/probe"});
  bundle().write();
  std::string text = read_text(bundle().path() + "/config.json");
  const std::size_t at = text.find("\"uid\": 0");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 8, "\"uid\": 1e3");
  write_text(bundle().path() + "/config.json", text);
  const Result result = runtime()({"run", "--bundle", bundle().path(), new_id()});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(Json::parse(result.out)["uid"], 1000);
  text.replace(text.find("1e3"), 3, "1.5");
  write_text(bundle().path() + "/config.json", text);
  expect_one_line(runtime()({"run", "--bundle", bundle().path(), new_id()}), "/process/user/uid");
}

}  // namespace
}  // namespace wpar::test
