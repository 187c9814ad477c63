// SPDX-License-Identifier: Apache-2.0
// Each option of a mount by what the container can and cannot do afterwards.
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class MountOptions : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    source_ = *temp_ / "source";
    make_directories(source_ + "/dir");
    write_text(source_ + "/file", "content\n");
    make_symlink("file", source_ + "/link");
  }
  void tmpfs(const std::string& destination, std::vector<std::string> options) {
    bundle().mount({{"destination", destination},
                    {"type", "tmpfs"},
                    {"source", "tmpfs"},
                    {"options", options}});
  }
  void own_user_namespace() {
    bundle().set_namespace("user", "");
    for (const char* kind : {"uidMappings", "gidMappings"})
      bundle().config["linux"][kind] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  }
  std::string last_mount(const Json& seen, const std::string& path) {
    const auto found = mounts_at(seen, path);
    EXPECT_FALSE(found.empty()) << path;
    return found.empty() ? "" : found.back();
  }
  // Of the mount and of its superblock.
  static bool has(const std::string& line, const std::string& option) {
    return contains("," + split(line, ' ')[5] + ",", "," + option + ",") ||
           contains("," + line.substr(line.rfind(' ') + 1) + ",", "," + option + ",");
  }
  std::string source_;
};

TEST_F(MountOptions, EveryWordOfTheSpecificationIsTakenByANewFileSystem) {
  for (const char* word : {"async",       "atime",       "defaults",   "dev",       "diratime",
                           "dirsync",     "exec",        "iversion",   "lazytime",  "loud",
                           "noatime",     "nodev",       "nodiratime", "noexec",    "noiversion",
                           "nolazytime",  "nomand",      "norelatime", "nosuid",    "nostrictatime",
                           "nosymfollow", "private",     "ratime",     "rdev",      "relatime",
                           "rexec",       "rnoatime",    "rnodev",     "rnoexec",   "rnosuid",
                           "ro",          "rprivate",    "rro",        "rrw",       "rshared",
                           "rslave",      "rsuid",       "rw",         "shared",    "silent",
                           "slave",       "strictatime", "suid",       "symfollow", "sync",
                           "unbindable",  "runbindable", "rsymfollow"})
    tmpfs(fmt::format("/options/{}", word), {word});
  const Result result = run_shell("grep -c ' /options/' /proc/self/mountinfo");
  EXPECT_EQ(result.out, "48\n") << result;
}

TEST_F(MountOptions, SuperblockWordsReachTheSuperblock) {
  WPAR_SKIP_PEER("crun", "1.8.1 passes lazytime as text");
  tmpfs("/s", {"sync", "dirsync", "lazytime"});
  tmpfs("/n", {"sync", "lazytime", "async", "nolazytime"});
  const Json seen = facts();
  for (const char* word : {"sync", "dirsync", "lazytime"})
    EXPECT_TRUE(has(last_mount(seen, "/s"), word)) << word << last_mount(seen, "/s");
  for (const char* word : {"sync", "lazytime"})
    EXPECT_FALSE(has(last_mount(seen, "/n"), word)) << word << last_mount(seen, "/n");
}

TEST_F(MountOptions, NosymfollowKeepsLinksFromBeingFollowed) {
  WPAR_SKIP_PEER("crun", "1.8.1 does not know the word");
  WPAR_SKIP_PEER("runc", "1.1.5 does not know the word");
  bundle().mount(bind_mount(source_, "/follow", {"bind"}));
  bundle().mount(bind_mount(source_, "/stay", {"bind", "nosymfollow"}));
  EXPECT_EQ(run_shell("cat /follow/link; cat /stay/link 2>/dev/null || echo stopped").out,
            "content\nstopped\n");
}

TEST_F(MountOptions, RecursiveWordsReachTheMountsBelow) {
  ASSERT_EQ(::mount("tmpfs", (source_ + "/dir").c_str(), "tmpfs", 0, nullptr), 0);
  bundle().mount(
      bind_mount(source_, "/all", {"rbind", "rro", "rnosuid", "rnodev", "rnoexec", "rnoatime"}));
  bundle().mount(bind_mount(source_, "/top", {"rbind", "ro", "nosuid", "nodev", "noexec"}));
  const Json seen = facts();
  for (const char* word : {"ro", "nosuid", "nodev", "noexec", "noatime"})
    EXPECT_TRUE(has(last_mount(seen, "/all/dir"), word)) << word << last_mount(seen, "/all/dir");
  for (const char* word : {"ro", "nosuid", "nodev", "noexec"})
    EXPECT_FALSE(has(split(last_mount(seen, "/top/dir"), '-')[0] + " ", word))
        << word << last_mount(seen, "/top/dir");
  ::umount2((source_ + "/dir").c_str(), MNT_DETACH);
}

TEST_F(MountOptions, RemountChangesWhatIsMountedAndOnlyThat) {
  tmpfs("/t", {"noexec", "size=1m"});
  bundle().mount(
      {{"destination", "/t"}, {"type", "none"}, {"options", {"remount", "nosuid", "sync"}}});
  bundle().mount({{"destination", "/sys"}, {"type", "sysfs"}, {"options", {"remount", "rw"}}});
  bundle().mount({{"destination", "/"}, {"type", "none"}, {"options", {"remount", "bind", "ro"}}});
  const Json seen = facts();
  for (const char* word : {"nosuid", "noexec", "sync", "size=1024k"})
    EXPECT_TRUE(has(last_mount(seen, "/t"), word)) << word << last_mount(seen, "/t");
  EXPECT_FALSE(contains(split(last_mount(seen, "/sys"), ' ')[5] + ",", "ro,"));
  EXPECT_TRUE(has(last_mount(seen, "/"), "ro")) << last_mount(seen, "/");
}

TEST_F(MountOptions, RemountOfNoMountIsAnError) {
  bundle().mount({{"destination", "/home"}, {"type", "none"}, {"options", {"remount", "ro"}}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "mount /home");
}

TEST_F(MountOptions, ALinkCanBeCopiedInsteadOfFollowed) {
  WPAR_SKIP_PEER("runc", "the word is crun's");
  WPAR_SKIP_PEER("crun", "1.8.1 does not know it yet");
  bundle().mount(bind_mount(source_ + "/link", "/new/copy", {"bind", "copy-symlink"}));
  bundle().mount(bind_mount(source_ + "/file", "/new/file", {"bind", "copy-symlink"}));
  EXPECT_EQ(run_shell("readlink /new/copy; cat /new/file").out, "file\ncontent\n");
  EXPECT_EQ(run_shell("readlink /new/copy").out, "file\n") << "the same link may be there already";
  ::unlink(bundle().in_root("/new/copy").c_str());
  make_symlink("/etc", bundle().in_root("/new/copy"));
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "is not a symbolic link to file");
}

TEST_F(MountOptions, ALinkCanBeMeantItselfOnEitherSide) {
  WPAR_SKIP_PEER("runc", "the words are crun's");
  WPAR_SKIP_PEER("crun", "1.8.1 does not know them yet");
  make_symlink("/etc/hostname", bundle().in_root("/link"));
  make_symlink("/etc/passwd", bundle().in_root("/kept"));
  bundle().mount(bind_mount(source_ + "/file", "/link", {"bind", "dest-nofollow"}));
  bundle().mount(bind_mount(source_ + "/link", "/kept", {"bind", "src-nofollow", "dest-nofollow"}));
  EXPECT_EQ(run_shell("cat /link /etc/hostname; readlink /kept").out,
            "content\nfrom-the-root\nfile\n");
}

TEST_F(MountOptions, ARelativeDestinationIsBelowTheRootWithAWarning) {
  bundle().mount(bind_mount(source_, "a/../data"));
  const Result result = run_shell("cat /data/file");
  EXPECT_EQ(result.out, "content\n");
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(result.err, "a relative destination is deprecated")) << result;
  }
}

TEST_F(MountOptions, FlagsOfTheSourceAreKeptInAUserNamespace) {
  ASSERT_EQ(::mount("tmpfs", source_.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOATIME, nullptr),
            0);
  own_user_namespace();
  make_directories(bundle().in_root("/data"));
  bundle().mount(bind_mount(source_, "/data", {"bind", "ro"}));
  const Json seen = facts();
  for (const char* word : {"ro", "nosuid", "nodev", "noatime"})
    EXPECT_TRUE(has(last_mount(seen, "/data"), word)) << word << last_mount(seen, "/data");
  ::umount2(source_.c_str(), MNT_DETACH);
}

TEST_F(MountOptions, TheHostsSysIsShownReadOnlyWhereTheNetworkIsShared) {
  WPAR_SKIP_PEER("runc", "1.1.5 refuses: the configuration must bind it");
  own_user_namespace();
  bundle().drop_namespace("network");
  bundle().drop_mount("/sys/fs/cgroup");
  const Json seen = facts();
  const std::string line = mounts_at(seen, "/sys").at(0);
  EXPECT_TRUE(contains(line, " - sysfs ")) << line;
  for (const char* word : {"ro", "nosuid", "nodev", "noexec"})
    EXPECT_TRUE(has(line, word)) << line;
  for (const Json& each : seen["mountinfo"]) {
    if (split(each.get<std::string>(), ' ')[4].starts_with("/sys/")) {
      EXPECT_TRUE(has(each, "ro")) << each;
    }
  }
}

TEST_F(MountOptions, AUserNamespaceWithItsOwnNetworkHasItsOwnSys) {
  own_user_namespace();
  const Result result = run_shell("ls /sys/class/net");
  EXPECT_EQ(result.out, "lo\n") << result;
}

TEST_F(MountOptions, TheHostsQueuesAreShownWhereIpcIsShared) {
  WPAR_SKIP_PEER("runc", "1.1.5 refuses: the configuration must bind them");
  if (!exists("/dev/mqueue") || !contains(read_text("/proc/self/mountinfo"), " /dev/mqueue "))
    GTEST_SKIP() << "the host has no /dev/mqueue mount";
  own_user_namespace();
  bundle().drop_namespace("ipc");
  const Json seen = facts();
  EXPECT_TRUE(contains(last_mount(seen, "/dev/mqueue"), " - mqueue "));
}

TEST_F(MountOptions, ProcTakesItsOwnOptions) {
  bundle().drop_mount("/proc");
  Json proc = {{"destination", "/proc"}, {"type", "proc"}, {"source", "proc"}};
  proc["options"] = {"hidepid=2", "nosuid"};
  bundle().config["mounts"].insert(bundle().config["mounts"].begin(), proc);
  bundle().config["linux"].erase("maskedPaths");
  bundle().config["linux"].erase("readonlyPaths");
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  const std::string id = start_waiting();
  EXPECT_EQ(
      exec(id, {"/bin/sh", "-c", "ls -d /proc/[0-9]* | grep -cx /proc/1"}, {"--user", "2000"}).out,
      "0\n");
  EXPECT_EQ(exec(id, {"/bin/sh", "-c", "ls -d /proc/[0-9]* | grep -cx /proc/1"}).out, "1\n");
}

TEST_F(MountOptions, CgroupsAreMountedWithoutACgroupNamespaceToo) {
  bundle().drop_namespace("cgroup");
  const std::string memory = cgroup_mount("memory");
  const std::string procs =
      memory.empty() ? "/sys/fs/cgroup/cgroup.procs" : "/sys/fs/cgroup/memory/cgroup.procs";
  const Result result = run_shell(fmt::format(
      "cat {}; mkdir /sys/fs/cgroup/x /sys/fs/cgroup/*/x 2>/dev/null || echo refused", procs));
  EXPECT_TRUE(result.out.starts_with("1\n")) << "its own cgroup" << result;
  EXPECT_TRUE(contains(result.out, "refused")) << result;
}

}  // namespace
}  // namespace wpar::test
