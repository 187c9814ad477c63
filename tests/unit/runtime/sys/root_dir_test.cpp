// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/root_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/sys/run_program.h"

namespace wpar::sys {
namespace {

// <top>/root is the container root, <top>/outside must never change.
class RootDirTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/wpar-root-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    top_ = pattern;
    ASSERT_EQ(::mkdir((top_ + "/root").c_str(), 0755), 0);
    ASSERT_EQ(::mkdir((top_ + "/outside").c_str(), 0755), 0);
    root_ = RootDir(UniqueFd(::open((top_ + "/root").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)));
  }
  void TearDown() override {
    EXPECT_EQ(::rmdir((top_ + "/outside").c_str()), 0) << "something was made outside of the root";
    run_program({.path = "/bin/rm", .args = {"rm", "-rf", top_}});
  }
  void link(const std::string& target, const std::string& name) {
    ASSERT_EQ(::symlink(target.c_str(), (top_ + "/root/" + name).c_str()), 0);
  }
  bool exists(const std::string& inside) {
    struct stat info = {};
    return ::lstat((top_ + "/root/" + inside).c_str(), &info) == 0;
  }
  std::string top_;
  RootDir root_;
};

TEST_F(RootDirTest, MakesAllMissingDirectories) {
  EXPECT_TRUE(root_.make_directory("/a/b/c"));
  EXPECT_TRUE(exists("a/b/c"));
}

TEST_F(RootDirTest, AnAbsoluteLinkStaysInside) {
  link(top_ + "/outside", "jump");
  EXPECT_TRUE(root_.make_directory("/jump/new"));
  EXPECT_TRUE(exists(top_.substr(1) + "/outside/new"));
}

TEST_F(RootDirTest, ARelativeLinkCannotClimbOut) {
  link("../outside", "jump");
  EXPECT_TRUE(root_.make_directory("/jump/new"));
  EXPECT_TRUE(exists("outside/new"));
}

TEST_F(RootDirTest, DotsInThePathCannotClimbOut) {
  EXPECT_TRUE(root_.make_directory("/../../outside/new"));
  EXPECT_TRUE(exists("outside/new"));
}

TEST_F(RootDirTest, MakesTheTargetOfADanglingLinkInside) {
  ASSERT_TRUE(root_.make_directory("/etc"));
  link("/run/real", "etc/link");
  EXPECT_TRUE(root_.make_file("/etc/link"));
  EXPECT_TRUE(exists("run/real"));
}

TEST_F(RootDirTest, FollowsAnOrdinaryLink) {
  ASSERT_TRUE(root_.make_directory("/run"));
  ASSERT_TRUE(root_.make_directory("/var"));
  link("../run", "var/run");
  EXPECT_TRUE(root_.make_directory("/var/run/lock"));
  EXPECT_TRUE(exists("run/lock"));
}

TEST_F(RootDirTest, GivesUpOnALoop) {
  link("b", "a");
  link("a", "b");
  try {
    root_.make_directory("/a/x");
    FAIL() << "a loop was resolved";
  } catch (const Error& error) {
    EXPECT_EQ(error.errno_value(), ELOOP);
  }
}

TEST_F(RootDirTest, RefusesEveryLinkWhereAsked) {
  ASSERT_TRUE(root_.make_directory("/real"));
  link("real", "proc");
  EXPECT_THROW(root_.make_directory("/proc", Links::kRefuse), Error);
  EXPECT_TRUE(root_.make_directory("/real", Links::kRefuse));
}

TEST_F(RootDirTest, FindsNothingBehindADanglingLink) {
  link("nowhere", "dangling");
  EXPECT_FALSE(root_.find("/dangling", O_PATH));
  EXPECT_FALSE(root_.find("/missing", O_PATH));
  EXPECT_TRUE(root_.find("/", O_PATH));
}

TEST_F(RootDirTest, RefusesAFileWhereADirectoryIsWanted) {
  ASSERT_TRUE(root_.make_file("/file"));
  EXPECT_THROW(root_.make_directory("/file"), Error);
  EXPECT_THROW(root_.make_directory("/file/below"), Error);
}

TEST_F(RootDirTest, RefusesMagicLinksOfProc) {
  const RootDir host(UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  EXPECT_THROW(host.open("/proc/self/cwd", O_PATH), Error);
  EXPECT_TRUE(host.open("/proc/self", O_PATH));
}

TEST_F(RootDirTest, StaysOnTheMountOfAProcfs) {
  const RootDir proc(UniqueFd(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  EXPECT_TRUE(proc.open_on_same_mount("thread-self/stat", O_RDONLY));
  EXPECT_THROW(proc.open_on_same_mount("thread-self/cwd/.", O_PATH), Error) << "a magic link";
  EXPECT_THROW(proc.open_on_same_mount("../etc/passwd", O_PATH), Error);
  const RootDir host(UniqueFd(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)));
  EXPECT_THROW(host.open_on_same_mount("proc/self", O_PATH), Error) << "another mount";
}

}  // namespace
}  // namespace wpar::sys
