// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/cgroup/cgroup.h"

namespace wpar::cgroup {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kHybridMounts =
    "23 1 0:21 / / rw - ext4 /dev/vda rw\n"
    "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup  rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
constexpr std::string_view kHybridOwn =
    "9:name=systemd:/\n4:memory:/outer/in:ner\n1:cpu,cpuacct:/\n0::/\n";

TEST(Hierarchies, OfAHybridHostAreFoundInMountOrderWithV2Last) {
  const Host host = parse_hierarchies(kHybridMounts, kHybridOwn);
  EXPECT_EQ(host.mode, Mode::kHybrid);
  ASSERT_EQ(host.hierarchies.size(), 4U);
  EXPECT_THAT(host.hierarchies[0].controllers, ElementsAre("cpu", "cpuacct"));
  EXPECT_EQ(host.hierarchies[0].mount_point, "/sys/fs/cgroup/cpu,cpuacct");
  EXPECT_EQ(host.hierarchies[1].own_path, "/outer/in:ner");
  EXPECT_THAT(host.hierarchies[2].controllers, ElementsAre("name=systemd"));
  EXPECT_TRUE(host.hierarchies[3].v2);
}

TEST(Hierarchies, TellTheModeOfTheHost) {
  const std::string_view v1 = "5 1 0:1 / /c/pids rw - cgroup cgroup rw,pids\n";
  const std::string_view v2 = "6 1 0:2 / /c/v2 rw - cgroup2 cgroup2 rw\n";
  EXPECT_EQ(parse_hierarchies(v1, "3:pids:/\n").mode, Mode::kV1);
  EXPECT_EQ(parse_hierarchies(v2, "0::/user.slice\n").mode, Mode::kV2);
  EXPECT_TRUE(parse_hierarchies("", "").hierarchies.empty());
}

TEST(Hierarchies, UndoTheOctalEscapesOfMountinfo) {
  const Host host = parse_hierarchies(
      "5 1 0:1 /a\\011b /c/with\\040blank\\134 rw - cgroup cgroup rw,pids\n", "3:pids:/\n");
  ASSERT_EQ(host.hierarchies.size(), 1U);
  EXPECT_EQ(host.hierarchies[0].mount_point, "/c/with blank\\");
  EXPECT_EQ(host.hierarchies[0].mount_root, "/a\tb");
}

TEST(Hierarchies, SkipDamagedLinesAndKeepTheOthers) {
  const Host host = parse_hierarchies(
      "garbage\n5 1\n7 x 0:1 / /c rw - cgroup cgroup rw,pids\n8 1 0:1 / /short rw - cgroup\n"
      "5 1 0:1 / /c/pids rw - cgroup cgroup rw,pids\n\n",
      "nonsense\n3:pids\n3:pids:/\n");
  ASSERT_EQ(host.hierarchies.size(), 1U);
  EXPECT_EQ(host.hierarchies[0].mount_point, "/c/pids");
}

TEST(Hierarchies, IgnoreAMountThatAnotherOneHides) {
  const std::string_view own = "3:pids:/\n";
  const std::string shown =
      "2 1 0:9 / /c rw - tmpfs t rw\n5 2 0:1 / /c/pids rw - cgroup c rw,pids\n";
  EXPECT_EQ(parse_hierarchies(shown, own).hierarchies.size(), 1U);
  EXPECT_TRUE(
      parse_hierarchies(shown + "6 5 0:3 / /c/pids rw - tmpfs t rw\n", own).hierarchies.empty());
  EXPECT_TRUE(parse_hierarchies(shown + "6 2 0:3 / /c rw - tmpfs t rw\n", own).hierarchies.empty());
}

TEST(Hierarchies, SurviveARootMountedOverTheInitialRamDisk) {
  const Host host = parse_hierarchies(
      "1 0 0:1 / / rw - rootfs rootfs rw\n22 25 0:5 / /sys rw - sysfs sysfs rw\n"
      "25 1 0:6 / / rw - ext4 /dev/vda rw\n30 22 0:7 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
      "0::/\n");
  ASSERT_EQ(host.hierarchies.size(), 1U);
}

TEST(Hierarchies, PreferTheMountThatShowsOurOwnCgroupAndIsWritable) {
  const Host host = parse_hierarchies(
      "5 1 0:1 /elsewhere /a rw - cgroup c rw,pids\n6 1 0:1 /own /b ro - cgroup c rw,pids\n"
      "7 1 0:1 /own /c rw - cgroup c rw,pids\n",
      "3:pids:/own/me\n");
  ASSERT_EQ(host.hierarchies.size(), 1U);
  EXPECT_EQ(host.hierarchies[0].mount_point, "/c");
}

TEST(Hierarchies, AreReadFromADirectoryLikeProcWithTheControllersOfV2) {
  char name[] = "/tmp/wpar-test-XXXXXX";
  ASSERT_NE(::mkdtemp(name), nullptr);
  const std::string base = name;
  ASSERT_EQ(::mkdir((base + "/self").c_str(), 0700), 0);
  write_file(base + "/self/mountinfo", "6 1 0:2 / " + base + " rw - cgroup2 cgroup2 rw\n", 0600);
  write_file(base + "/self/cgroup", "0::/\n", 0600);
  write_file(base + "/cgroup.controllers", "cpu memory\n", 0600);
  const Host host = look_at_hierarchies(base);
  for (const char* file : {"/self/mountinfo", "/self/cgroup", "/cgroup.controllers"}) {
    ::unlink((base + file).c_str());
  }
  ::rmdir((base + "/self").c_str());
  ::rmdir(name);
  ASSERT_EQ(host.hierarchies.size(), 1U);
  EXPECT_THAT(host.hierarchies[0].controllers, ElementsAre("cpu", "memory"));
}

Host host_with(std::string root, std::string own, Mode mode = Mode::kV1) {
  return {.mode = mode,
          .hierarchies = {{.v2 = mode == Mode::kV2,
                           .controllers = {"pids"},
                           .mount_point = "/cg",
                           .mount_root = std::move(root),
                           .own_path = std::move(own)}}};
}

TEST(CgroupDirectories, OfAnAbsolutePathAreBelowTheMountPoint) {
  EXPECT_THAT(cgroup_directories(host_with("/", "/own"), "/a//./b/"), ElementsAre("/cg/a/b"));
  EXPECT_THAT(cgroup_directories(host_with("/docker/x", "/docker/x"), "/a"), ElementsAre("/cg/a"));
}

TEST(CgroupDirectories, OfARelativePathAreBelowTheRuntimesOwnCgroup) {
  EXPECT_THAT(cgroup_directories(host_with("/", "/"), "a"), ElementsAre("/cg/a"));
  EXPECT_THAT(cgroup_directories(host_with("/", "/own/x"), "a/b"), ElementsAre("/cg/own/x/a/b"));
  EXPECT_THAT(cgroup_directories(host_with("/docker/x", "/docker/x/y"), "a"),
              ElementsAre("/cg/y/a"));
}

TEST(CgroupDirectories, AreBesideTheRuntimesOwnCgroupOnV2) {
  EXPECT_THAT(cgroup_directories(host_with("/", "/user/scope", Mode::kV2), "a"),
              ElementsAre("/cg/user/a"));
  EXPECT_THAT(cgroup_directories(host_with("/", "/", Mode::kV2), "a"), ElementsAre("/cg/a"));
}

TEST(CgroupDirectories, RefuseEveryWayOut) {
  const std::string with_nul("/a\0b", 4);
  for (const std::string& path :
       {std::string("../a"), std::string("/a/../../b"), std::string("a/.."), std::string("/"),
        std::string("."), std::string(""), std::string("/a\nb"), with_nul}) {
    EXPECT_THROW(cgroup_directories(host_with("/", "/own"), path), Error) << path;
  }
  EXPECT_NO_THROW(cgroup_directories(host_with("/", "/own"), "/a..b/..c"));
}

TEST(CgroupDirectories, RefuseARelativePathWhereTheMountDoesNotShowOurOwnCgroup) {
  EXPECT_THROW(cgroup_directories(host_with("/docker/x", "/docker/xy"), "a"), Error);
  EXPECT_THROW(cgroup_directories(host_with("/", "/../other"), "a"), Error);
  EXPECT_THROW(cgroup_directories(host_with("/..", "/"), "a"), Error);
  EXPECT_NO_THROW(cgroup_directories(host_with("/docker/x", "/docker/xy"), "/a"));
}

TEST(CgroupDirectories, SayWhenNoHierarchyIsMounted) {
  try {
    cgroup_directories(Host{}, "/a");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("no cgroup hierarchy is mounted"));
  }
}

}  // namespace
}  // namespace wpar::cgroup
