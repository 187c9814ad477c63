// SPDX-License-Identifier: Apache-2.0
// Each command from its words to the call of lifecycle, with the words that engines really use.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/runtime/cli/command_fixture.h"

namespace wpar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using wpar::testing::fake_lifecycle;

TEST_F(Commands, CreateTakesWhatConmonPasses) {
  EXPECT_EQ(run({"create", "--bundle", "/b", "--pid-file", "/p", "--no-pivot", "--no-new-keyring",
                 "--preserve-fds", "2", "--console-socket", "/c", "--pidfd-socket=/f", "web1"}),
            0);
  EXPECT_EQ(fake_lifecycle().called, "create");
  const lifecycle::CreateOptions& options = fake_lifecycle().create;
  EXPECT_EQ(options.id, "web1");
  EXPECT_EQ(options.bundle, "/b");
  EXPECT_EQ(options.pid_file, "/p");
  EXPECT_EQ(options.console_socket, "/c");
  EXPECT_EQ(options.pidfd_socket, "/f");
  EXPECT_TRUE(options.no_pivot);
  EXPECT_TRUE(options.no_new_keyring);
  EXPECT_EQ(options.preserve_fds, 2U);
}

TEST_F(Commands, CreateAndRunTakeAnotherConfiguration) {
  EXPECT_EQ(run({"create", "-f", "/c.json", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().create.config_file, "/c.json");
  wpar::testing::reset_fake_lifecycle();
  EXPECT_EQ(run({"run", "--config=other.json", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().run.create.config_file, "other.json");
}

TEST_F(Commands, KillAndDeleteTakeAPattern) {
  EXPECT_EQ(run({"kill", "--regex", "^web", "KILL"}), 0);
  EXPECT_EQ(fake_lifecycle().called, "kill --regex");
  EXPECT_EQ(fake_lifecycle().kill.id, "^web");
  EXPECT_EQ(fake_lifecycle().kill.signal, 9);
  EXPECT_EQ(run({"delete", "--force", "--regex", "^web"}), 0);
  EXPECT_EQ(fake_lifecycle().called, "delete --regex");
  EXPECT_EQ(fake_lifecycle().id, "^web");
  EXPECT_TRUE(fake_lifecycle().force);
  EXPECT_EQ(run({"delete", "--regex=false", "web"}), 0);
  EXPECT_EQ(fake_lifecycle().called, "delete");
}

TEST_F(Commands, CreateAsksForNothingByDefault) {
  EXPECT_EQ(run({"create", "web1"}), 0);
  const lifecycle::CreateOptions& options = fake_lifecycle().create;
  EXPECT_EQ(options.bundle, "");
  EXPECT_EQ(options.config_file, "");
  EXPECT_EQ(options.pid_file, "");
  EXPECT_EQ(options.console_socket, "");
  EXPECT_EQ(options.pidfd_socket, "");
  EXPECT_FALSE(options.no_pivot);
  EXPECT_FALSE(options.no_new_keyring);
  EXPECT_EQ(options.preserve_fds, 0U);
}

TEST_F(Commands, CreateRefusesANumberThatIsNone) {
  EXPECT_EQ(failure_of({"create", "--preserve-fds=-1", "web1"}),
            "invalid value \"-1\" for --preserve-fds: expected an integer from 0 to 4294967295");
  EXPECT_EQ(fake_lifecycle().called, "");
}

TEST_F(Commands, RunTakesTheOptionsOfCreateAndItsOwn) {
  fake_lifecycle().exit_code = 42;
  EXPECT_EQ(run({"run", "-b", "/b", "-d", "--keep", "-no-subreaper", "web1"}), 42);
  EXPECT_EQ(fake_lifecycle().called, "run");
  const lifecycle::RunOptions& options = fake_lifecycle().run;
  EXPECT_EQ(options.create.id, "web1");
  EXPECT_EQ(options.create.bundle, "/b");
  EXPECT_TRUE(options.detach);
  EXPECT_TRUE(options.keep);
  EXPECT_TRUE(options.no_subreaper);
}

TEST_F(Commands, RunWaitsByDefault) {
  EXPECT_EQ(run({"run", "web1"}), 0);
  EXPECT_FALSE(fake_lifecycle().run.detach);
  EXPECT_FALSE(fake_lifecycle().run.keep);
  EXPECT_FALSE(fake_lifecycle().run.no_subreaper);
}

TEST_F(Commands, RunFailsWithOne) {
  fake_lifecycle().failure = Error(ErrorKind::kSystem, "broken");
  EXPECT_EQ(failure_of({"run", "web1"}), "broken");
  EXPECT_EQ(failure_code_, 1);
}

TEST_F(Commands, ExecTakesWhatConmonPasses) {
  EXPECT_EQ(run({"exec", "--pid-file", "/p", "--process", "/spec.json", "--detach",
                 "--preserve-fds", "1", "--console-socket", "/c", "web1"}),
            0);
  const lifecycle::ExecOptions& options = fake_lifecycle().exec;
  EXPECT_EQ(options.id, "web1");
  EXPECT_EQ(options.process_file, "/spec.json");
  EXPECT_EQ(options.pid_file, "/p");
  EXPECT_EQ(options.console_socket, "/c");
  EXPECT_TRUE(options.detach);
  EXPECT_EQ(options.preserve_fds, 1U);
  EXPECT_THAT(options.args, IsEmpty());
}

TEST_F(Commands, ExecTakesWhatPeopleType) {
  fake_lifecycle().exit_code = 7;
  EXPECT_EQ(run({"exec",
                 "-t",
                 "--cwd=/srv",
                 "-e",
                 "A=1",
                 "--env",
                 "B=2",
                 "-u",
                 "1000:100",
                 "-g",
                 "5",
                 "-g",
                 "6",
                 "--cap",
                 "CAP_KILL",
                 "-c",
                 "CAP_CHOWN",
                 "--no-new-privs",
                 "--apparmor",
                 "prof",
                 "--process-label",
                 "l",
                 "--ignore-paused",
                 "--pidfd-socket",
                 "/f",
                 "web1",
                 "ls",
                 "-l",
                 "--",
                 "-t"}),
            7);
  const lifecycle::ExecOptions& options = fake_lifecycle().exec;
  EXPECT_EQ(options.id, "web1");
  EXPECT_THAT(options.args, ElementsAre("ls", "-l", "--", "-t"));
  EXPECT_EQ(options.cwd, "/srv");
  EXPECT_THAT(options.env, ElementsAre("A=1", "B=2"));
  EXPECT_TRUE(options.terminal);
  EXPECT_EQ(options.user, "1000:100");
  EXPECT_THAT(options.additional_gids, ElementsAre(5U, 6U));
  EXPECT_THAT(options.capabilities, ElementsAre("CAP_KILL", "CAP_CHOWN"));
  EXPECT_TRUE(options.no_new_privileges);
  EXPECT_TRUE(options.ignore_paused);
  EXPECT_FALSE(options.detach);
  EXPECT_EQ(options.apparmor_profile, "prof");
  EXPECT_EQ(options.process_label, "l");
  EXPECT_EQ(options.pidfd_socket, "/f");
}

TEST_F(Commands, ExecFailsWith255AndSaysSo) {
  fake_lifecycle().failure = Error(ErrorKind::kNotFound, "container does not exist");
  EXPECT_EQ(failure_of({"exec", "web1", "ls"}), "exec failed: container does not exist");
  EXPECT_EQ(failure_code_, 255);
}

TEST_F(Commands, ExecRefusesUsersAndGroupsThatAreNoNumbers) {
  for (const char* user : {"root", "", "0x", "4294967295", "1:", ":1", "1:2:3"}) {
    EXPECT_THAT(failure_of({"exec", "-u", user, "web1", "ls"}), HasSubstr("exec failed: invalid"))
        << user;
  }
  EXPECT_THAT(failure_of({"exec", "-g", "wheel", "web1", "ls"}), HasSubstr("group id \"wheel\""));
  EXPECT_EQ(fake_lifecycle().called, "");
  EXPECT_EQ(run({"exec", "-u", "4294967294", "-g", "0", "web1", "ls"}), 0);
}

TEST_F(Commands, ExecNeedsExactlyOneDescription) {
  EXPECT_EQ(failure_of({"exec", "web1"}), "exec failed: exec needs a command or --process FILE");
  EXPECT_EQ(failure_of({"exec", "-p", "/f", "web1", "ls"}),
            "exec failed: --process and a command exclude each other");
  const Words with_value = {"cwd", "env",      "user",         "additional-gids",
                            "cap", "apparmor", "process-label"};
  for (const std::string& name : with_value) {
    EXPECT_EQ(failure_of({"exec", "-p", "/f", "--" + name, "1", "web1"}),
              fmt::format("exec failed: --process and --{} exclude each other", name));
  }
  EXPECT_EQ(failure_of({"exec", "-p", "/f", "--no-new-privs", "web1"}),
            "exec failed: --process and --no-new-privs exclude each other");
  EXPECT_EQ(fake_lifecycle().called, "");
  EXPECT_EQ(run({"exec", "-p", "/f", "-t", "web1"}), 0);
}

TEST_F(Commands, KillLeavesTheSignalToTheContainer) {
  EXPECT_EQ(run({"kill", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().kill.id, "web1");
  EXPECT_EQ(fake_lifecycle().kill.signal, std::nullopt);
  EXPECT_FALSE(fake_lifecycle().kill.all);
}

TEST_F(Commands, KillTakesAllOnEitherSide) {
  for (const Words& words :
       {Words{"kill", "--all", "web1", "9"}, Words{"kill", "-a", "web1", "9"},
        Words{"kill", "web1", "--all", "KILL"}, Words{"kill", "web1", "SIGKILL", "-a"}}) {
    wpar::testing::reset_fake_lifecycle();
    EXPECT_EQ(run(words), 0);
    EXPECT_EQ(fake_lifecycle().kill.id, "web1");
    EXPECT_EQ(fake_lifecycle().kill.signal, 9);
    EXPECT_TRUE(fake_lifecycle().kill.all);
  }
}

TEST_F(Commands, KillRefusesUnknownSignals) {
  EXPECT_EQ(failure_of({"kill", "web1", "BOGUS"}), "unknown signal \"BOGUS\"");
  EXPECT_EQ(failure_of({"kill", "web1", "-9"}), "unknown signal \"-9\"");
  EXPECT_EQ(fake_lifecycle().called, "");
}

TEST_F(Commands, DeleteTakesForceOnEitherSide) {
  EXPECT_EQ(run({"delete", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().id, "web1");
  EXPECT_FALSE(fake_lifecycle().force);
  for (const Words& words : {Words{"delete", "--force", "web1"}, Words{"delete", "web1", "-f"}}) {
    wpar::testing::reset_fake_lifecycle();
    EXPECT_EQ(run(words), 0);
    EXPECT_EQ(fake_lifecycle().id, "web1");
    EXPECT_TRUE(fake_lifecycle().force);
  }
}

TEST_F(Commands, ExecTakesCgroupsBelow) {
  EXPECT_EQ(run({"exec", "--cgroup", "a/b", "web1", "ls"}), 0);
  EXPECT_EQ(fake_lifecycle().exec.cgroups, (std::map<std::string, std::string>{{"", "a/b"}}));
  wpar::testing::reset_fake_lifecycle();
  EXPECT_EQ(run({"exec", "--cgroup", "cpu,memory:x", "--cgroup=pids:y", "web1", "ls"}), 0);
  EXPECT_EQ(fake_lifecycle().exec.cgroups,
            (std::map<std::string, std::string>{{"cpu", "x"}, {"memory", "x"}, {"pids", "y"}}));
  wpar::testing::reset_fake_lifecycle();
  EXPECT_THAT(failure_of({"exec", "--cgroup", "a", "--cgroup", "b", "web1", "ls"}),
              HasSubstr("missing <controller>: prefix"));
  EXPECT_THAT(failure_of({"exec", "--cgroup", "cpu,:a", "web1", "ls"}), HasSubstr("empty"));
  EXPECT_THAT(failure_of({"exec", "--cgroup", "cpu:a", "--cgroup", "cpu:b", "web1", "ls"}),
              HasSubstr("multiple times"));
}

TEST_F(Commands, StatePrintsTheDocumentWithoutANewline) {
  fake_lifecycle().state = {.oci_version = "1.3.0",
                            .id = "web1",
                            .status = "running",
                            .pid = 7,
                            .bundle = "/b",
                            .annotations = {},
                            .rootfs = "",
                            .created = "",
                            .owner = ""};
  EXPECT_EQ(run({"state", "web1"}), 0);
  EXPECT_EQ(fake_lifecycle().id, "web1");
  EXPECT_THAT(out_, HasSubstr("\n  \"id\": \"web1\""));
  EXPECT_EQ(out_.back(), '}');
}

TEST_F(Commands, FeaturesNeedNoContainerAndPrintToStdoutOnly) {
  EXPECT_EQ(run({"features"}), 0);
  EXPECT_EQ(out_.front(), '{');
  EXPECT_EQ(err_, "");
  EXPECT_EQ(fake_lifecycle().called, "");
}

}  // namespace
}  // namespace wpar::cli
