// SPDX-License-Identifier: Apache-2.0
// A real distribution: debootstrapped once into a cache, used through an overlay.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// The tree, or the reason why there is none.
std::string debian_root(std::string* reason) {
  const char* chosen = std::getenv("WPAR_TEST_CACHE");
  const std::string cache = chosen != nullptr ? chosen : "/var/cache/openwpar-tests";
  const std::string tree = cache + "/debian-bookworm";
  if (exists(tree + "/.complete"))
    return tree;
  if (find_program("debootstrap").empty()) {
    *reason = "needs debootstrap (Debian: debootstrap)";
    return "";
  }
  make_directories(cache);
  const int lock = ::open((cache + "/.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ::flock(lock, LOCK_EX);
  if (!exists(tree + "/.complete")) {
    remove_tree(tree);
    Command command{.argv = {"debootstrap", "--variant=minbase", "bookworm", tree}};
    command.timeout = Milliseconds(600000);
    command.network_namespace = original_network_namespace();
    const Result result = run(command);
    if (result.ok()) {
      write_text(tree + "/.complete", "");
    } else {
      *reason = "debootstrap failed (no network?): " + result.out.substr(0, 300) +
                result.err.substr(0, 300);
      remove_tree(tree);
    }
  }
  ::close(lock);
  return reason->empty() ? tree : "";
}

class Debian : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    std::string reason;
    const std::string tree = debian_root(&reason);
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
