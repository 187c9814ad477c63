// SPDX-License-Identifier: Apache-2.0
// Terminals: over a console socket, in the foreground, for exec.
#include "tests/support/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class ConsoleTest : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    bundle().config["process"]["terminal"] = true;
    socket_ = std::make_unique<ConsoleSocket>(*temp_ / "console");
  }
  // Creates and starts with the console socket; gives the master.
  Terminal start_with_socket(const std::string& id) {
    const Result created = create(id, {"--console-socket", socket_->path()});
    EXPECT_EQ(created.code, 0) << created;
    Terminal terminal = socket_->receive();
    const Result started = runtime()({"start", id});
    EXPECT_EQ(started.code, 0) << started;
    return terminal;
  }
  std::unique_ptr<ConsoleSocket> socket_;
};

TEST_F(ConsoleTest, TheSocketReceivesOneMasterAndAName) {
  bundle().shell("tty; test -t 0 -a -t 1 -a -t 2 && echo all-three");
  Terminal terminal = start_with_socket(new_id());
  ASSERT_TRUE(terminal.valid());
  EXPECT_FALSE(socket_->payload().empty());
  const std::string seen = terminal.read_until("all-three");
  EXPECT_TRUE(contains(seen, "all-three")) << seen;
}

TEST_F(ConsoleTest, AnInteractiveShellAnswers) {
  bundle().args({"/bin/sh"});
  const std::string id = new_id();
  Terminal terminal = start_with_socket(id);
  ASSERT_TRUE(terminal.valid());
  terminal.type("echo $((6*7)) answered\n");
  EXPECT_TRUE(contains(terminal.read_until("42 answered"), "42 answered"));
  terminal.type("exit 3\n");
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
}

TEST_F(ConsoleTest, ControlCInterruptsTheForegroundProgram) {
  bundle().shell("trap 'echo interrupted; exit 0' INT; echo ready; while :; do sleep 0.05; done");
  Terminal terminal = start_with_socket(new_id());
  ASSERT_TRUE(contains(terminal.read_until("ready"), "ready"));
  terminal.type("\x03");
  EXPECT_TRUE(contains(terminal.read_until("interrupted"), "interrupted"));
}

TEST_F(ConsoleTest, ItIsTheControllingTerminalAndTheConsole) {
  bundle().config["process"]["consoleSize"] = {{"height", 33}, {"width", 111}};
  bundle().shell("stat -c '%F' /dev/console; /probe");
  Terminal terminal = start_with_socket(new_id());
  const std::string seen = terminal.read_until("\"env\":[");
  ASSERT_TRUE(contains(seen, "character special file")) << seen;
  EXPECT_TRUE(contains(
      seen, "\"isatty\":[true,true,true],\"height\":33,\"width\":111,\"controlling\":true"))
      << seen;
}

TEST_F(ConsoleTest, TheUserOfTheProcessOwnsIt) {
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  bundle().args({"/probe"});
  Terminal terminal = start_with_socket(new_id());
  const std::string seen = terminal.read_until("\"env\":[");
  EXPECT_TRUE(contains(seen, "\"controlling\":true,\"uid\":1000")) << seen;
}

TEST_F(ConsoleTest, TheConsoleSizeMeansNothingWithoutATerminal) {
  bundle().config["process"]["terminal"] = false;
  bundle().config["process"]["consoleSize"] = {{"height", 33}, {"width", 111}};
  EXPECT_EQ(facts()["tty"]["height"], 0);
}

TEST_F(ConsoleTest, CreateWithATerminalNeedsASocket) {
  bundle().shell("true");
  const Result result = create(new_id());
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result,
                    "cannot allocate tty if runwpar will detach without setting console socket");
}

TEST_F(ConsoleTest, ASocketWithoutATerminalIsRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 ignores the socket");
  bundle().config["process"]["terminal"] = false;
  const Result result = create(new_id(), {"--console-socket", socket_->path()});
  EXPECT_NE(result.code, 0);
}

TEST_F(ConsoleTest, ASocketThatNobodyListensOnIsRefused) {
  const Result result = create(new_id(), {"--console-socket", *temp_ / "nobody"});
  EXPECT_NE(result.code, 0);
  EXPECT_FALSE(result.timed_out);
  if (runtime().is_ours())
    expect_one_line(result, *temp_ / "nobody");
}

TEST_F(ConsoleTest, AForegroundRunUsesTheCallersTerminal) {
  bundle().shell(
      "until test \"$(stty size)\" = '21 87'; do sleep 0.02; done; echo sized; read line; echo "
      "\"<$line>\"; exit 6");
  bundle().write();
  int slave = -1;
  Terminal terminal = Terminal::open_pair(&slave);
  const winsize size{.ws_row = 21, .ws_col = 87, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(slave, TIOCSWINSZ, &size);
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.terminal = slave;
  Process process(command);
  ::close(slave);
  EXPECT_TRUE(contains(terminal.read_until("sized"), "sized")) << terminal.read_until("");
  terminal.type("hello\n");
  EXPECT_TRUE(contains(terminal.read_until("<hello>"), "<hello>")) << terminal.read_until("");
  EXPECT_EQ(process.wait().code, 6);
}

TEST_F(ConsoleTest, ExecGetsATerminalOfTheContainer) {
  bundle().config["process"]["terminal"] = false;
  const std::string id = start_waiting();
  const Result result = exec(id, {"/bin/sh", "-c", "tty; echo in; read x; echo got $x"},
                             {"--tty", "--detach", "--console-socket", socket_->path()});
  ASSERT_EQ(result.code, 0) << result;
  Terminal terminal = socket_->receive();
  ASSERT_TRUE(terminal.valid());
  const std::string seen = terminal.read_until("in");
  EXPECT_TRUE(contains(seen, "/dev/pts/")) << seen;
  terminal.type("text\n");
  EXPECT_TRUE(contains(terminal.read_until("got text"), "got text"));
}

TEST_F(ConsoleTest, ATerminalOfAProcessFileHasItsSize) {
  bundle().config["process"]["terminal"] = false;
  const std::string id = start_waiting();
  Json process = bundle().config["process"];
  process["args"] = {"/bin/sh", "-c", "stty size; echo end; read x"};
  process["terminal"] = true;
  process["consoleSize"] = {{"height", 33}, {"width", 111}};
  write_text(*temp_ / "process.json", process.dump());
  const Result result = runtime()({"exec", "--process", *temp_ / "process.json", "--detach",
                                   "--console-socket", socket_->path(), id});
  ASSERT_EQ(result.code, 0) << result;
  Terminal terminal = socket_->receive();
  ASSERT_TRUE(terminal.valid());
  EXPECT_TRUE(contains(terminal.read_until("end"), "33 111"));
  terminal.type("x\n");
}

}  // namespace
}  // namespace wpar::test
