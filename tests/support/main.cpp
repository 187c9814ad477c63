// SPDX-License-Identifier: Apache-2.0
// main() of the real-binary tests. The process gets a mount and a network namespace of its own, so
// that what others do on the machine cannot disturb a comparison of before and after; it adopts
// what runtimes leave behind, so that nothing can leave unseen.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

int network_before = -1;

bool own_namespaces() {
  network_before = ::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
    return false;
  if (::unshare(CLONE_NEWNS | CLONE_NEWNET) != 0)
    return false;
  // Shared, as on a host with systemd: a mount that a runtime fails to keep to itself shows up
  // here.
  if (::mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr) != 0 ||
      ::mount(nullptr, "/", nullptr, MS_SHARED | MS_REC, nullptr) != 0)
    return false;
  // crun refuses hosts where the version 2 mount beside version 1 has controllers.
  const std::string unified = cgroup_mount("");
  if (Runtime("").name() == "crun" && !unified.empty() && !cgroup_mount("memory").empty())
    ::umount2(unified.c_str(), MNT_DETACH);
  return true;
}

}  // namespace

int original_network_namespace() {
  return network_before;
}

}  // namespace wpar::test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  if (!::testing::GTEST_FLAG(list_tests) && wpar::test::running_as_root() &&
      !wpar::test::own_namespaces()) {
    std::perror("namespaces for the tests");
    return 1;
  }
  return RUN_ALL_TESTS();
}
