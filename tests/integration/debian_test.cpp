// SPDX-License-Identifier: Apache-2.0
// A real distribution: debootstrapped once into a cache, used through an overlay.
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>

#include "tests/support/cached_tree.h"
#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Debian : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    std::string reason;
    const std::string tree = find_or_fetch(
        debian_tree("debian-bookworm", "bookworm", {}, "needs debootstrap (Debian: debootstrap)"),
        &reason);
    if (tree.empty())
      GTEST_SKIP() << reason;
    for (const char* folder : {"upper", "work"})
      make_directories(*temp_ / folder);
    const std::string options =
        fmt::format("lowerdir={},upperdir={},workdir={}", tree, *temp_ / "upper", *temp_ / "work");
    remove_tree(bundle().root());
    make_directories(bundle().root());
    ASSERT_EQ(::mount("overlay", bundle().root().c_str(), "overlay", 0, options.c_str()), 0);
    mounted_ = true;
    copy_file(WPAR_PROBE_PATH, bundle().in_root("/probe"));
  }
  void TearDown() override {
    if (mounted_) {
      delete_all();
      ::umount2(bundle().root().c_str(), MNT_DETACH);
    }
    ContainerTest::TearDown();
  }
  bool mounted_ = false;
};

TEST_F(Debian, RunsItsOwnPrograms) {
  bundle().args({"/bin/bash", "-c",
                 "set -e; . /etc/os-release; echo $ID; dpkg --version | head -1; apt-get --version "
                 "| head -1; ls /usr | sort | head -1"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(result.out.starts_with("debian\nDebian 'dpkg'")) << result;
}

TEST_F(Debian, RunsUnderAnEngineSizedFilterAsAnotherUser) {
  bundle().config["linux"]["seccomp"] = engine_seccomp();
  bundle().config["process"]["user"] = {{"uid", 33}, {"gid", 33}};
  bundle().args({"/bin/bash", "-c", "id -un; perl -e 'print 6*7, \"\\n\"'; echo $HOME"});
  const Result result = run_bundle();
  EXPECT_EQ(result.out, "www-data\n42\n/var/www\n") << result;
}

TEST_F(Debian, AnInteractiveExecWorks) {
  const std::string id = start_waiting();
  EXPECT_EQ(exec(id, {"/usr/bin/env", "bash", "-c", "echo $((40+2))"}).out, "42\n");
}

}  // namespace
}  // namespace wpar::test
