// SPDX-License-Identifier: Apache-2.0
// podman and conmon with the runtime under them.
#include <unistd.h>

#include "tests/engines/podman_world.h"
#include "tests/support/console.h"

namespace wpar::test {
namespace {

TEST_F(Podman, RunsAProgramAndGivesItsOutputAndExitCode) {
  const Result result = podman(run_words({"--rm"}, {"/bin/sh", "-c", "echo hello; exit 3"}));
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_EQ(result.out, "hello\n");
}

TEST_F(Podman, TellsAMissingProgramFromOneThatIsNotAllowed) {
  const Result missing = podman(run_words({"--rm"}, {"/no/such/program"}));
  EXPECT_EQ(missing.code, 127) << missing;
  const Result unknown = podman(run_words({"--rm"}, {"no-such-program"}));
  EXPECT_EQ(unknown.code, 127) << unknown;
  const Result denied = podman(run_words({"--rm"}, {"/etc"}));
  EXPECT_EQ(denied.code, 126) << denied;
}

TEST_F(Podman, ExecStopAndRemoveWork) {
  ASSERT_EQ(podman(run_words({"-d"}, {"/probe", "wait"})).code, 0);
  const std::string id = name();
  const Result inside = podman({"exec", id, "/bin/sh", "-c", "echo inside; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  EXPECT_EQ(podman({"exec", id, "/no/such/program"}).code, 127);
  EXPECT_EQ(podman({"exec", "--user", "1000", id, "id", "-u"}).out, "1000\n");
  const Result stopped = podman({"stop", "--time", "5", id});
  EXPECT_EQ(stopped.code, 0) << stopped;
  EXPECT_LT(stopped.took.count(), 5000) << "SIGTERM did not reach the program";
  EXPECT_EQ(podman({"inspect", "--format", "{{.State.ExitCode}}", id}).out, "0\n");
  EXPECT_EQ(podman({"rm", id}).code, 0);
}

TEST_F(Podman, CreateStartKillAndLogsWork) {
  std::vector<std::string> words = run_words({}, {"/bin/sh", "-c", "echo logged; exec sleep 1000"});
  words[0] = "create";
  ASSERT_EQ(podman(words).code, 0);
  ASSERT_EQ(podman({"start", name()}).code, 0);
  EXPECT_TRUE(eventually([&] { return podman({"logs", name()}).out == "logged\n"; }));
  EXPECT_EQ(podman({"kill", name()}).code, 0);
  EXPECT_EQ(podman({"wait", name()}).out, "137\n");
}

TEST_F(Podman, PassesLimitsUserAndEnvironment) {
  const Result result = podman(run_words(
      {"--rm", "--memory", "64m", "--pids-limit", "33", "--user", "1000:50", "--env", "A=1",
       "--workdir", "/tmp", "--hostname", "named", "--read-only", "--cap-drop", "all"},
      {"/probe"}));
  ASSERT_EQ(result.code, 0) << result;
  const Json seen = Json::parse(result.out);
  EXPECT_EQ(seen["uid"], 1000);
  EXPECT_EQ(seen["gid"], 50);
  EXPECT_EQ(seen["cwd"], "/tmp");
  EXPECT_EQ(seen["hostname"], "named");
  EXPECT_EQ(seen["status"]["CapBnd"], "0000000000000000");
  EXPECT_EQ(seen["status"]["Seccomp"], "2");
}

TEST_F(Podman, GivesATerminal) {
  int slave = -1;
  Terminal terminal = Terminal::open_pair(&slave);
  Command with_terminal = command(run_words(
      {"--rm", "-it"}, {"/bin/sh", "-c", "test -t 0 && echo is-a-tty; read x; echo got $x"}));
  with_terminal.terminal = slave;
  Process process(with_terminal);
  ::close(slave);
  EXPECT_TRUE(contains(terminal.read_until("is-a-tty", Milliseconds(20000)), "is-a-tty"))
      << terminal.read_until("");
  terminal.type("words\n");
  EXPECT_TRUE(contains(terminal.read_until("got words"), "got words"));
  EXPECT_EQ(process.wait().code, 0);
}

}  // namespace
}  // namespace wpar::test
