// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using wpar::testing::fake_lifecycle;

const Command* const kAll[] = {&kCreate,  &kRun,        &kStart,   &kState, &kKill,     &kDelete,
                               &kList,    &kExec,       &kPs,      &kPause, &kResume,   &kUpdate,
                               &kEvents,  &kCheckpoint, &kRestore, &kSpec,  &kFeatures, &kLint,
                               &kExplain, &kCompletion, &kMounts};

Caller root_caller() {
  return {.is_root = true, .runtime_dir = "", .directory = "/"};
}

Caller nobody_may_ask() {
  ADD_FAILURE() << "the caller was looked at";
  return root_caller();
}

struct Answer {
  int code = 0;
  std::string out;
  std::string error;
};

// What main() does with the words.
Answer answer_to(const Words& words, Caller (*look)() = root_caller) {
  Answer answer;
  int failure_code = 1;
  ::testing::internal::CaptureStdout();
  try {
    const Invocation invocation = interpret(words, look);
    failure_code = invocation.failure_code;
    answer.code = execute(invocation, nullptr);
  } catch (const Error& error) {
    answer.error = error.what();
    answer.code = failure_code;
  }
  answer.out = ::testing::internal::GetCapturedStdout();
  return answer;
}

class Cli : public ::testing::Test {
 protected:
  void SetUp() override { wpar::testing::reset_fake_lifecycle(); }
};

TEST_F(Cli, ShowsHelpWithoutACommand) {
  const Answer bare = answer_to({});
  EXPECT_EQ(bare.code, 0);
  EXPECT_EQ(bare.error, "");
  EXPECT_EQ(bare.out, answer_to({"--help"}).out);
  EXPECT_EQ(bare.out, answer_to({"-h"}).out);
  EXPECT_EQ(bare.out, answer_to({"--debug", "--help", "create"}).out);
  EXPECT_EQ(bare.out, answer_to({"help"}).out);
  EXPECT_EQ(answer_to({"help", "exec"}).out, answer_to({"exec", "--help"}).out);
}

TEST_F(Cli, ListsEveryCommandAndGlobalOptionInTheHelp) {
  const std::string help = answer_to({"--help"}).out;
  for (const Command* command : kAll) {
    EXPECT_THAT(help, HasSubstr(fmt::format("\n  {} ", command->name)));
    EXPECT_THAT(help, HasSubstr(std::string(command->summary)));
  }
  for (const Option& option : kGlobalOptions) {
    EXPECT_TRUE(option.hidden || help.find(fmt::format("--{}", option.name)) != std::string::npos);
  }
}

TEST_F(Cli, ListsEveryOptionInTheHelpOfItsCommand) {
  for (const Command* command : kAll) {
    const Answer answer = answer_to({std::string(command->name), "--help"});
    EXPECT_EQ(answer.code, 0) << command->name;
    EXPECT_EQ(answer.error, "");
    EXPECT_THAT(answer.out, HasSubstr(fmt::format("Usage: runwpar {} ", command->name)));
    EXPECT_THAT(answer.out, HasSubstr(std::string(command->arguments)));
    for (const Option& option : command->options) {
      EXPECT_EQ(answer.out.find(fmt::format("--{}", option.name)) == std::string::npos,
                option.hidden)
          << command->name << " --" << option.name;
      EXPECT_TRUE(option.hidden || !option.help.empty()) << option.name;
    }
  }
  EXPECT_EQ(fake_lifecycle().called, "");
}

TEST_F(Cli, GivesNoNameTwiceInOneTable) {
  for (const Command* command : kAll) {
    std::vector<std::string> names = {"help", "h"};
    for (const Option& option : command->options) {
      names.emplace_back(option.name);
      if (option.letter != '\0') {
        names.emplace_back(1, option.letter);
      }
    }
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << command->name;
  }
}

TEST_F(Cli, TellsItsVersionAndNothingElse) {
  for (const char* word : {"--version", "-v", "-version", "-V"}) {
    const Answer answer = answer_to({word}, nobody_may_ask);
    EXPECT_EQ(answer.code, 0);
    EXPECT_THAT(answer.out, MatchesRegex("runwpar version [0-9.]+\n"
                                         "commit: [0-9a-z-]+\n"
                                         "spec: 1.3.0\n"
                                         "libseccomp: 2.5.4\n"));
  }
}

TEST_F(Cli, RefusesUnknownCommandsWithThree) {
  const Answer answer = answer_to({"frobnicate", "--help"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.error, "unknown command \"frobnicate\"");
}

// A mistyped topic answered by the general help and 0 looks like an answer.
TEST_F(Cli, RefusesHelpOnUnknownCommandsWithThree) {
  const Answer answer = answer_to({"help", "frobnicate"});
  EXPECT_EQ(answer.code, 3);
  EXPECT_EQ(answer.out, "");
  EXPECT_EQ(answer.error, "unknown command \"frobnicate\"");
  EXPECT_EQ(answer_to({"help", "help"}).out, answer_to({"help"}).out);
}

TEST_F(Cli, CountsArguments) {
  const std::pair<Words, const char*> cases[] = {
      {{"create"}, "\"create\" requires exactly 1 argument(s)"},
      {{"create", "a", "b"}, "\"create\" requires exactly 1 argument(s)"},
      {{"create", "a", "--bundle", "b"}, "\"create\" requires exactly 1 argument(s)"},
      {{"run"}, "\"run\" requires exactly 1 argument(s)"},
      {{"start"}, "\"start\" requires exactly 1 argument(s)"},
      {{"state", "a", "b"}, "\"state\" requires exactly 1 argument(s)"},
      {{"kill"}, "\"kill\" requires a minimum of 1 argument(s)"},
      {{"kill", "a", "9", "10"}, "\"kill\" requires a maximum of 2 argument(s)"},
      {{"delete"}, "\"delete\" requires exactly 1 argument(s)"},
      {{"list", "a"}, "\"list\" requires exactly 0 argument(s)"},
      {{"spec", "a"}, "\"spec\" requires exactly 0 argument(s)"},
      {{"features", "a"}, "\"features\" requires exactly 0 argument(s)"},
      {{"exec"}, "\"exec\" requires a minimum of 1 argument(s)"},
  };
  for (const auto& [words, text] : cases) {
    const Answer answer = answer_to(words);
    EXPECT_EQ(answer.code, 1) << text;
    EXPECT_EQ(answer.error, text);
    EXPECT_EQ(fake_lifecycle().called, "");
  }
}

TEST_F(Cli, RefusesUnknownOptionsBeforeAndAfterTheCommand) {
  EXPECT_EQ(answer_to({"--nope", "state", "x"}).error, "flag provided but not defined: -nope");
  EXPECT_EQ(answer_to({"state", "--nope", "x"}).error, "flag provided but not defined: -nope");
  EXPECT_EQ(answer_to({"create", "--bundle"}).error, "flag needs an argument: --bundle");
  EXPECT_EQ(answer_to({"create", "--bundle"}).code, 1);
}

TEST_F(Cli, KnowsWhichCommandsEnterContainers) {
  for (const Command* command : kAll) {
    const std::string name(command->name);
    EXPECT_EQ(command->enters_container,
              name == "create" || name == "run" || name == "exec" || name == "mounts")
        << name;
  }
  EXPECT_TRUE(interpret({"create", "x"}, root_caller).enters_container());
  EXPECT_FALSE(interpret({"create", "--help"}, root_caller).enters_container());
  EXPECT_FALSE(interpret({"state", "x"}, root_caller).enters_container());
  EXPECT_FALSE(interpret({"--version"}, root_caller).enters_container());
}

TEST_F(Cli, ProtectsTheProgramBeforeItEntersAContainer) {
  char name[] = "runwpar";
  char* argv[] = {name, nullptr};
  for (const Words& words : {Words{"create", "x"}, Words{"run", "x"}, Words{"exec", "x", "ls"}}) {
    wpar::testing::reset_fake_lifecycle();
    execute(interpret(words, root_caller), argv);
    EXPECT_EQ(fake_lifecycle().called, words.front());
    EXPECT_EQ(fake_lifecycle().protected_argv, argv) << words.front();
  }
  for (const char* name_of_other : {"start", "kill", "delete"}) {
    wpar::testing::reset_fake_lifecycle();
    execute(interpret({name_of_other, "x"}, root_caller), argv);
    EXPECT_EQ(fake_lifecycle().called, name_of_other);
    EXPECT_EQ(fake_lifecycle().protected_argv, nullptr) << name_of_other;
  }
}

TEST_F(Cli, PassesTheRootOn) {
  EXPECT_EQ(answer_to({"--root", "/r", "start", "web1"}).code, 0);
  EXPECT_EQ(fake_lifecycle().called, "start");
  EXPECT_EQ(fake_lifecycle().context.root, "/r");
  EXPECT_EQ(fake_lifecycle().id, "web1");
}

TEST_F(Cli, FailsWithOneAndTheTextOfTheOperation) {
  fake_lifecycle().failure = Error(ErrorKind::kNotFound, "container does not exist");
  const Answer answer = answer_to({"state", "web1"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_EQ(answer.error, "container does not exist");
}

}  // namespace
}  // namespace wpar::cli
