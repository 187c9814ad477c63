// SPDX-License-Identifier: Apache-2.0
// --log journald: and syslog: reach the daemons' sockets. Each test listens at the socket in a
// mount namespace of its own, where the place of the socket is an empty file system.
#include <fmt/format.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// sys.argv: the socket's path, then the command, which is to fail.
constexpr const char* kListen = R"(
import os, socket, subprocess, sys
path = sys.argv[1]
os.makedirs(os.path.dirname(path), exist_ok=True)
daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
daemon.bind(path)
daemon.settimeout(10)
code = subprocess.run(sys.argv[2:]).returncode
print(code)
print(daemon.recv(65536).decode())
)";

class LogTargets : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (runtime_ != nullptr && !runtime().is_ours())
      GTEST_SKIP() << "runc has one --log, a file";
  }
  // `prepare` are shell commands in the namespace.
  Result listen(const std::string& prepare, const std::string& socket, const std::string& target) {
    write_text(*temp_ / "listen.py", kListen);
    return run({.argv = {"unshare", "--mount", "--propagation", "private", "sh", "-c",
                         prepare + " && exec python3 \"$@\"", "sh", *temp_ / "listen.py", socket,
                         runtime().program(), "--root", runtime().root(), "--log", target, "state",
                         "no-such-container"}});
  }
};

TEST_F(LogTargets, TheJournalGetsPriorityNameAndMessage) {
  const Result result =
      listen("mount -t tmpfs wpar /run", "/run/systemd/journal/socket", "journald:web1");
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_TRUE(contains(result.out, "1\nPRIORITY=3\nSYSLOG_IDENTIFIER=web1\nMESSAGE=")) << result;
  EXPECT_TRUE(contains(result.out, "container no-such-container does not exist")) << result;
}

TEST_F(LogTargets, SyslogGetsFacilityPriorityNameAndMessage) {
  const std::string dev = *temp_ / "dev";
  make_directories(dev);
  const Result result =
      listen(fmt::format("mount -t tmpfs wpar {0} && cp -a /dev/null /dev/urandom {0} && "
                         "mount --move {0} /dev",
                         dev),
             "/dev/log", "syslog:web1");
  ASSERT_EQ(result.code, 0) << result;
  // LOG_USER | LOG_ERR
  EXPECT_TRUE(contains(result.out, "1\n<11>")) << result;
  EXPECT_TRUE(contains(result.out, " web1[")) << result;
  EXPECT_TRUE(contains(result.out, "container no-such-container does not exist")) << result;
}

TEST_F(LogTargets, ADaemonThatIsNotThereIsNoFailureOfTheCommand) {
  const Result result =
      run({.argv = {"unshare", "--mount", "--propagation", "private", "sh", "-c",
                    "mount -t tmpfs wpar /run && exec \"$@\"", "sh", runtime().program(), "--root",
                    runtime().root(), "--log", "journald:web1", "list", "--quiet"}});
  EXPECT_EQ(result.code, 0) << result;
}

}  // namespace
}  // namespace wpar::test
