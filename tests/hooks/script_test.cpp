// SPDX-License-Identifier: Apache-2.0
// openwpar-hook-script: what the script is given, what its end means, and which files are refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ScriptHook : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root: only root's scripts are run";
    }
  }

  std::string write_script(const std::string& body, unsigned mode = 0755) {
    write_text(script_, "#!/bin/sh\n" + body, mode);
    return script_;
  }
  Result run_hook(const std::vector<std::string>& words, const nlohmann::json& annotations = {}) {
    nlohmann::json state{{"ociVersion", "1.3.0"},
                         {"id", "web1"},
                         {"status", "created"},
                         {"pid", ::getpid()},
                         {"bundle", "/b"}};
    if (!annotations.is_null()) {
      state["annotations"] = annotations;
    }
    Command command{.argv = {WPAR_HOOK_SCRIPT}, .input = state.dump()};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.env = std::vector<std::string>{"COLOUR=blue", "WPAR_NAME=forged"};
    return run(command);
  }
  std::string refusal(const std::string& path) {
    const Result result = run_hook({"start", path});
    EXPECT_EQ(result.code, 1) << result;
    EXPECT_FALSE(exists(mark_)) << "the script ran";
    return result.err;
  }

  TempDir directory_;
  std::string script_ = directory_ / "rc.web1";
  std::string mark_ = directory_ / "mark";
};

TEST_F(ScriptHook, GivesTheScriptItsWordsAndItsWpar) {
  write_script(
      "echo \"$0 $* $WPAR_NAME $WPAR_ID $WPAR_BUNDLE ${WPAR_PID:-none} $COLOUR $(pwd)\" >" + mark_ +
      "\n");
  const Result started = run_hook({"start", script_});
  ASSERT_TRUE(started.ok()) << started;
  EXPECT_EQ(read_trimmed(mark_),
            script_ + " start web1 web1 web1 /b " + std::to_string(::getpid()) + " blue /");
  const Result stopped = run_hook({"stop", script_}, {{"org.openwpar.name", "Web-One"}});
  ASSERT_TRUE(stopped.ok()) << stopped;
  EXPECT_EQ(read_trimmed(mark_), script_ + " stop Web-One Web-One web1 /b none blue /");
}

TEST_F(ScriptHook, PutsTheLastLinesOfAFailureIntoOneLine) {
  write_script("echo early >&2; echo no licence >&2; echo 'giving up' >&2; exit 3\n");
  const Result result = run_hook({"start", script_});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "openwpar-hook-script: web1: script " + script_ +
                            " start: exit code 3: early; no licence; giving up\n");
}

TEST_F(ScriptHook, BoundsWhatAFailureSays) {
  write_script("i=0; while [ $i -lt 20000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1\n");
  const Result result = run_hook({"start", script_});
  EXPECT_EQ(result.code, 1);
  EXPECT_LT(result.err.size(), 5000U);
  EXPECT_THAT(result.err, HasSubstr("line 19999"));
  EXPECT_THAT(result.err, Not(HasSubstr("line 1998;")));
}

TEST_F(ScriptHook, NamesTheSignalThatEndedTheScript) {
  write_script("kill -9 $$\n");
  EXPECT_THAT(run_hook({"start", script_}).err, HasSubstr("killed by signal 9"));
}

TEST_F(ScriptHook, DoesNotWaitForADaemonThatKeepsStderr) {
  write_script("sleep 15 </dev/null & echo $! >" + mark_ + "\n");
  const Result result = run_hook({"start", script_});
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_LT(result.took.count(), 5000);
  ::kill(static_cast<pid_t>(std::stol(read_trimmed(mark_))), SIGKILL);
}

TEST_F(ScriptHook, SaysWhyAScriptCannotBeStarted) {
  write_text(script_, "#!/no/such/shell\n", 0755);
  EXPECT_THAT(run_hook({"start", script_}).err,
              HasSubstr("exec " + script_ + ": no such file or directory"));
}

TEST_F(ScriptHook, TakesThePathFromItsArgumentsOnly) {
  write_script("echo ran >" + mark_ + "\n");
  const Result result = run_hook({"start"}, {{"org.openwpar.script", script_}});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("expected two arguments"));
  EXPECT_FALSE(exists(mark_));
  EXPECT_THAT(run_hook({"restart", script_}).err, HasSubstr("neither start nor stop"));
  EXPECT_FALSE(exists(mark_));
}

TEST_F(ScriptHook, RefusesWhatOthersThanRootCouldHaveWritten) {
  write_script("echo ran >" + mark_ + "\n");
  ASSERT_EQ(::chmod(script_.c_str(), 0775), 0);
  EXPECT_THAT(refusal(script_), HasSubstr("writable by others"));
  ASSERT_EQ(::chmod(script_.c_str(), 0757), 0);
  EXPECT_THAT(refusal(script_), HasSubstr("writable by others"));
  ASSERT_EQ(::chmod(script_.c_str(), 0755), 0);
  ASSERT_EQ(::chown(script_.c_str(), 1234, 0), 0);
  EXPECT_THAT(refusal(script_), HasSubstr("belongs to user 1234"));
  ASSERT_EQ(::chown(script_.c_str(), 0, 0), 0);
  ASSERT_EQ(::chown(directory_.path().c_str(), 1234, 0), 0);
  EXPECT_THAT(refusal(script_), HasSubstr(directory_.path() + " belongs to user 1234"));
  ASSERT_EQ(::chown(directory_.path().c_str(), 0, 0), 0);
  ASSERT_EQ(::chmod(directory_.path().c_str(), 0777), 0);
  EXPECT_THAT(refusal(script_), HasSubstr(directory_.path() + " is writable by others"));
  ASSERT_EQ(::chmod(directory_.path().c_str(), 01777), 0);
  EXPECT_TRUE(run_hook({"start", script_}).ok());
  EXPECT_TRUE(exists(mark_));
}

TEST_F(ScriptHook, RefusesWhatIsNoPlainExecutableFile) {
  write_script("echo ran >" + mark_ + "\n", 0644);
  ASSERT_EQ(::chmod(script_.c_str(), 0644), 0);
  EXPECT_THAT(refusal(script_), HasSubstr("not executable"));
  ASSERT_EQ(::chmod(script_.c_str(), 0755), 0);
  make_symlink(script_, directory_ / "link");
  EXPECT_THAT(refusal(directory_ / "link"), HasSubstr("symbolic link"));
  make_symlink(directory_.path(), directory_ / "up");
  EXPECT_THAT(refusal(directory_ / "up/rc.web1"), HasSubstr("symbolic link"));
  EXPECT_THAT(refusal(directory_.path()), HasSubstr("not a regular file"));
  EXPECT_THAT(refusal("rc.web1"), HasSubstr("expected an absolute path"));
  EXPECT_THAT(refusal(""), HasSubstr("expected an absolute path"));
  EXPECT_THAT(refusal(directory_ / "../" + script_), HasSubstr("write it as"));
  EXPECT_THAT(refusal(directory_ / "none"), HasSubstr("no such file or directory"));
  EXPECT_TRUE(run_hook({"start", script_}).ok());
}

}  // namespace
}  // namespace wpar::test
