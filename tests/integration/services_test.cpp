// SPDX-License-Identifier: Apache-2.0
// The service protocols of systemd: readiness (sd_notify(3)) and listening descriptors
// (sd_listen_fds(3)), with a manager that this test plays.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Services : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    manager_path_ = *temp_ / "manager";
    manager_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, manager_path_.c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(manager_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  void TearDown() override {
    ::close(manager_);
    ContainerTest::TearDown();
  }
  // What the manager has been told; descriptors that come along are closed, as systemd does at
  // BARRIER=1.
  std::vector<std::string> told() {
    std::vector<std::string> messages;
    char text[512];
    iovec part = {text, sizeof(text)};
    alignas(cmsghdr) char control[64];
    for (;;) {
      msghdr message = {};
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control;
      message.msg_controllen = sizeof(control);
      const ssize_t length = ::recvmsg(manager_, &message, MSG_CMSG_CLOEXEC);
      if (length < 0)
        return messages;
      messages.emplace_back(text, static_cast<std::size_t>(length));
      while (!messages.back().empty() && messages.back().back() == '\n')
        messages.back().pop_back();
      for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr;
           one = CMSG_NXTHDR(&message, one)) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(one), sizeof(fd));
        ::close(fd);
      }
    }
  }
  // Adds to `all` until the wanted message is there.
  bool hears(std::vector<std::string>& all, const std::string& wanted) {
    return eventually([&] {
      for (std::string& one : told())
        all.push_back(std::move(one));
      return std::find(all.begin(), all.end(), wanted) != all.end();
    });
  }
  Command with_manager(std::vector<std::string> words) {
    Command command = runtime().command(std::move(words));
    command.env = std::vector<std::string>{"NOTIFY_SOCKET=" + manager_path_, "PATH=/usr/bin:/bin"};
    return command;
  }
  Result create_with_manager(const std::string& id) {
    bundle().write();
    Command command = with_manager({"create", "--bundle", bundle().path(), id});
    command.output_path = *temp_ / (id + ".out");
    command.error_path = *temp_ / (id + ".err");
    return run(command);
  }
  std::string manager_path_;
  int manager_ = -1;
};

TEST_F(Services, ReadinessInTheForegroundIsPassedOnAndNothingElse) {
  WPAR_SKIP_PEER("crun", "it gives the container the manager's own socket");
  bundle().args({"/probe", "notify", "STATUS=lie", "WATCHDOG=1", "READY=1\nSTATUS=x", "STOPPING=1",
                 "READY=1", "MAINPID=1"});
  bundle().write();
  const Result result = run(with_manager({"run", "--bundle", bundle().path(), new_id()}));
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.out, "0\n") << "the container could not send";
  std::vector<std::string> all;
  EXPECT_TRUE(hears(all, "READY=1"));
  EXPECT_EQ(all, std::vector<std::string>{"READY=1"})
      << "the main process of the service is the runtime, which waits";
}

TEST_F(Services, StartWaitsUntilTheContainerIsReadyAndNamesItsProcess) {
  WPAR_SKIP_PEER("crun", "it gives the container the manager's own socket");
  bundle().args({"/bin/sh", "-c",
                 "while ! test -e /tmp/go; do sleep 0.02; done; "
                 "exec /probe notify-and-wait READY=1"});
  const std::string id = new_id();
  ASSERT_TRUE(create_with_manager(id).ok()) << error_of(id);
  EXPECT_TRUE(told().empty());
  Process start(with_manager({"start", id}));
  EXPECT_TRUE(runtime().wait_for(id, "running"));
  sleep_for(Milliseconds(200));
  EXPECT_TRUE(start.running()) << "start did not wait";
  write_text(bundle().in_root("/tmp/go"), "");
  std::vector<std::string> all;
  const std::string main_pid = fmt::format("MAINPID={}", runtime().pid(id));
  EXPECT_TRUE(hears(all, main_pid)) << fmt::format("{}", fmt::join(all, " "));
  EXPECT_TRUE(hears(all, "BARRIER=1") || !runtime().is_ours());
  const Result result = start.wait();
  EXPECT_EQ(result.code, 0) << result;
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(all[0], "READY=1");
  EXPECT_EQ(all[1], main_pid);
}

TEST_F(Services, StartEndsWithAContainerThatIsNeverReady) {
  WPAR_SKIP_PEER("crun", "it gives the container the manager's own socket");
  bundle().args({"/probe", "notify", "STATUS=not yet"});
  const std::string id = new_id();
  ASSERT_TRUE(create_with_manager(id).ok()) << error_of(id);
  const Result result = run(with_manager({"start", id}));
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(told().empty());
}

TEST_F(Services, AContainerThatStartWaitsForCanBeDeleted) {
  WPAR_SKIP_PEER("crun", "it gives the container the manager's own socket");
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_TRUE(create_with_manager(id).ok()) << error_of(id);
  Process start(with_manager({"start", id}));
  EXPECT_TRUE(runtime().wait_for(id, "running"));
  EXPECT_TRUE(runtime()({"delete", "--force", id}).ok());
  start.wait();
}

TEST_F(Services, RunDetachedWaitsToo) {
  WPAR_SKIP_PEER("crun", "it gives the container the manager's own socket");
  bundle().args({"/probe", "notify-and-wait", "READY=1"});
  bundle().write();
  const std::string id = new_id();
  Command command = with_manager({"run", "--detach", "--bundle", bundle().path(), id});
  command.output_path = *temp_ / "out";
  command.error_path = *temp_ / "err";
  Process process(command);
  std::vector<std::string> all;
  EXPECT_TRUE(hears(all, "BARRIER=1") || !runtime().is_ours());
  EXPECT_EQ(process.wait().code, 0) << read_text(*temp_ / "err");
  ASSERT_GE(all.size(), 2u);
  EXPECT_EQ(all[0], "READY=1");
  EXPECT_EQ(all[1], fmt::format("MAINPID={}", runtime().pid(id)));
}

TEST_F(Services, TheContainersEnvironmentNamesItsOwnSocket) {
  WPAR_SKIP_PEER("crun", "another path");
  bundle().config["process"]["env"].push_back("NOTIFY_SOCKET=/from/the/image");
  bundle().shell(
      "echo $NOTIFY_SOCKET; ls -ld /run/notify | cut -c1-10; touch /run/notify/x || "
      "echo read-only");
  bundle().write();
  const Result result = run(with_manager({"run", "--bundle", bundle().path(), new_id()}));
  EXPECT_EQ(result.out, "/run/notify/notify.sock\ndrwxr-xr-x\nread-only\n") << result;
}

TEST_F(Services, AManagerThatIsNotThereIsNamedBeforeAnythingHappens) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "peers find out later";
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_TRUE(create_with_manager(id).ok()) << error_of(id);
  Command start = with_manager({"start", id});
  start.env = std::vector<std::string>{"NOTIFY_SOCKET=/none/such"};
  const Result result = run(start);
  EXPECT_EQ(result.code, 1);
  expect_one_line(result, "NOTIFY_SOCKET: ");
  EXPECT_EQ(runtime().status(id), "created");
  EXPECT_EQ(runtime()({"start", id}).code, 0) << "without a manager there is nobody to tell";
  EXPECT_EQ(runtime().status(id), "running");
}

class ListenFds : public Services {
 protected:
  // A shell gives LISTEN_PID the number that the runtime will have.
  Result run_listening(std::vector<int> fds, const std::string& variables,
                       std::vector<std::string> options = {}) {
    bundle().write();
    Command command = runtime().command({"run", "--bundle", bundle().path()});
    command.argv.insert(command.argv.begin(), {"/bin/sh", "-c", variables + " exec \"$@\"", "sh"});
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.argv.push_back(new_id());
    command.fds = std::move(fds);
    return run(command);
  }
  int open_file(const std::string& name) {
    write_text(*temp_ / name, name + "\n");
    opened_.push_back(::open((*temp_ / name).c_str(), O_RDONLY | O_CLOEXEC));
    return opened_.back();
  }
  void TearDown() override {
    for (const int fd : opened_)
      ::close(fd);
    Services::TearDown();
  }
  std::vector<int> opened_;
};

TEST_F(ListenFds, ReachTheContainerWithItsOwnPid) {
  bundle().shell(
      "echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES; cat <&3; cat <&4; ls /proc/self/fd");
  const Result result =
      run_listening({open_file("one"), open_file("two")},
                    "export LISTEN_PID=$$ LISTEN_FDS=2 LISTEN_FDNAMES=web:admin;");
  const std::string names = runtime().is_ours() ? " web:admin" : "";
  EXPECT_TRUE(result.out.starts_with("2 1" + names + "\none\ntwo\n")) << result;
}

TEST_F(ListenFds, StandBeforePreservedOnes) {
  bundle().shell("echo $LISTEN_FDS; cat <&3; cat <&4; readlink /proc/self/fd/5 || echo none");
  const Result result =
      run_listening({open_file("listen"), open_file("kept"), open_file("leak")},
                    "export LISTEN_PID=$$ LISTEN_FDS=1;", {"--preserve-fds", "1"});
  EXPECT_TRUE(result.out.starts_with("1\nlisten\nkept\n")) << result;
}

TEST_F(ListenFds, ForSomebodyElseStayOutside) {
  WPAR_SKIP_PEER("crun", "it does not look at LISTEN_PID");
  bundle().shell("echo .$LISTEN_FDS.$LISTEN_PID.; test -e /proc/self/fd/4 || echo closed");
  const Result result =
      run_listening({open_file("one"), open_file("two")}, "export LISTEN_PID=1 LISTEN_FDS=2;");
  EXPECT_EQ(result.out, "...\nclosed\n") << result;
}

TEST_F(ListenFds, ThatAreNotThereAreRefused) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the words are ours";
  const Result missing = run_listening({}, "export LISTEN_PID=$$ LISTEN_FDS=3;");
  EXPECT_EQ(missing.code, 1);
  expect_one_line(missing, "is not open");
  const Result nonsense = run_listening({}, "export LISTEN_PID=$$ LISTEN_FDS=many;");
  EXPECT_EQ(nonsense.code, 1);
  expect_one_line(nonsense, "LISTEN_FDS: \"many\" is not a number of descriptors");
}

}  // namespace
}  // namespace wpar::test
