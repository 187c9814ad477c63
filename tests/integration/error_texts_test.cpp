// SPDX-License-Identifier: Apache-2.0
// The words that engines look for in what a runtime prints: each consumer's own search is done
// here.
#include <fmt/format.h>
#include <regex.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// As Podman's getOCIRuntimeError does it: without regard to case.
bool matches(const std::string& text, const char* pattern) {
  regex_t compiled;
  EXPECT_EQ(::regcomp(&compiled, pattern, REG_EXTENDED | REG_ICASE | REG_NOSUB), 0);
  const bool found = ::regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  ::regfree(&compiled);
  return found;
}

constexpr const char* kPodmanDenied = "permission denied|operation not permitted";
constexpr const char* kPodmanNotFound =
    "executable file not found in|no such file or directory|open executable";

class ErrorTexts : public ContainerTest {
 protected:
  std::string failure(const Result& result) {
    EXPECT_NE(result.code, 0) << result;
    if (runtime().is_ours())
      expect_one_line(result);
    return result.err;
  }
  std::string failure_of_program(const std::string& program) {
    bundle().args({program});
    const std::string id = new_id();
    const Result created = create(id);
    Result result = created;
    result.err = error_of(id);
    return failure(result);
  }
};

TEST_F(ErrorTexts, AProgramThatIsNotThereIsNotFound) {
  const std::string text = failure_of_program("no-such-program");
  EXPECT_TRUE(matches(text, kPodmanNotFound) && !matches(text, kPodmanDenied)) << text;
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(text,
                         "unable to start container process: exec: \"no-such-program\": "
                         "executable file not found in $PATH"))
        << text;
  }
}

TEST_F(ErrorTexts, APathThatIsNotThereIsNoSuchFile) {
  const std::string text = failure_of_program("/no/such/program");
  EXPECT_TRUE(matches(text, kPodmanNotFound) && !matches(text, kPodmanDenied)) << text;
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(text,
                         "unable to start container process: exec: \"/no/such/program\": stat "
                         "/no/such/program: no such file or directory"))
        << text;
  }
}

TEST_F(ErrorTexts, ADirectoryIsDenied) {
  const std::string text = failure_of_program("/etc");
  EXPECT_TRUE(matches(text, kPodmanDenied) && !matches(text, kPodmanNotFound)) << text;
  if (runtime().is_ours()) {
    EXPECT_TRUE(
        contains(text, "unable to start container process: exec: \"/etc\": permission denied"))
        << text;
  }
}

TEST_F(ErrorTexts, ExecSaysTheSameOfItsProgram) {
  const std::string id = start_waiting();
  const std::string missing = failure(exec(id, {"no-such-program"}));
  EXPECT_TRUE(matches(missing, kPodmanNotFound) && !matches(missing, kPodmanDenied)) << missing;
  const std::string denied = failure(exec(id, {"/etc"}));
  EXPECT_TRUE(matches(denied, kPodmanDenied) && !matches(denied, kPodmanNotFound)) << denied;
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(missing,
                         "exec failed: unable to start container process: exec: "
                         "\"no-such-program\": executable file not found in $PATH"));
    EXPECT_EQ(exec(id, {"no-such-program"}).code, 255);
  }
}

TEST_F(ErrorTexts, AnIdThatIsTaken) {
  const std::string id = start_waiting();
  const Result again = create(id);
  EXPECT_NE(again.code, 0);
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(error_of(id), "container with given ID already exists")) << error_of(id);
  }
}

TEST_F(ErrorTexts, AnIdThatIsNone) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the words are ours and runc's";
  for (const char* id : {"a/b", "a b", ".", "..", "ä"})
    EXPECT_TRUE(contains(failure(runtime()({"state", id})), "invalid container ID format")) << id;
  EXPECT_TRUE(contains(failure(runtime()({"state", ""})), "container id cannot be empty"));
}

TEST_F(ErrorTexts, AContainerThatDoesNotExist) {
  const std::string absent = "wt-absent";
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"state", absent},
                                             {"start", absent},
                                             {"kill", absent, "TERM"},
                                             {"delete", absent},
                                             {"exec", absent, "true"}}) {
    const std::string text = failure(runtime()(words));
    if (runtime().is_ours()) {
      EXPECT_TRUE(contains(text, "does not exist")) << text;
    }
  }
  EXPECT_EQ(runtime()({"delete", "--force", absent}).code, 0);
}

// containerd and CRI-O take each of three texts for "it has ended already"; CRI-O minds the case.
TEST_F(ErrorTexts, AContainerThatHasStopped) {
  WPAR_SKIP_PEER("crun", "other words");
  const std::string id = start_shell("exit 0");
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_TRUE(contains(failure(runtime()({"kill", id, "KILL"})), "container not running"));
  EXPECT_EQ(runtime()({"kill", "--all", id, "KILL"}).code, 0);
  EXPECT_TRUE(
      contains(failure(runtime()({"start", id})), "cannot start a container that has stopped"));
  EXPECT_TRUE(contains(failure(exec(id, {"/bin/true"})), "cannot exec in a stopped container"));
}

TEST_F(ErrorTexts, AContainerThatRuns) {
  WPAR_SKIP_PEER("crun", "other words");
  const std::string id = start_waiting();
  EXPECT_TRUE(contains(failure(runtime()({"delete", id})),
                       fmt::format("cannot delete container {} that is not stopped: running", id)));
  EXPECT_TRUE(
      contains(failure(runtime()({"start", id})), "cannot start an already running container"));
}

TEST_F(ErrorTexts, AMissingConfiguration) {
  const std::string text = failure(runtime()({"run", "--bundle", bundle().path(), new_id()}));
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(text, "JSON specification file config.json not found")) << text;
  }
}

TEST_F(ErrorTexts, AConsoleThatNobodyTakes) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the words hold the name of the runtime";
  bundle().config["process"]["terminal"] = true;
  bundle().write();
  EXPECT_TRUE(
      contains(failure(runtime()({"create", "--bundle", bundle().path(), new_id()})),
               "cannot allocate tty if runwpar will detach without setting console socket"));
  bundle().config["process"]["terminal"] = false;
  bundle().write();
  EXPECT_TRUE(contains(failure(runtime()({"create", "--bundle", bundle().path(), "--console-socket",
                                          "/none", new_id()})),
                       "cannot use console socket if runwpar will not detach or allocate tty"));
}

TEST_F(ErrorTexts, ASignalThatIsNone) {
  WPAR_SKIP_PEER("crun", "other words");
  const std::string id = start_waiting();
  EXPECT_TRUE(contains(failure(runtime()({"kill", id, "NOPE"})), "unknown signal \"NOPE\""));
}

// Podman greps the output for one of two texts to learn whether an option is known.
TEST_F(ErrorTexts, AnOptionWithoutItsValue) {
  WPAR_SKIP_PEER("crun", "another option parser");
  const std::string text = failure(runtime()({"exec", "--process"}));
  EXPECT_TRUE(contains(text, "flag needs an argument") || contains(text, "requires an argument"))
      << text;
}

TEST_F(ErrorTexts, NoOtherErrorLooksLikeAMissingProgram) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the words are ours";
  const std::string id = start_waiting();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"start", id}, {"delete", id}, {"kill", id, "NOPE"}, {"state", "wt-absent"}}) {
    const std::string text = failure(runtime()(words));
    EXPECT_FALSE(matches(text, kPodmanNotFound) || matches(text, kPodmanDenied)) << text;
    EXPECT_FALSE(contains(text, "not found") || contains(text, "executable path is empty")) << text;
  }
}

}  // namespace
}  // namespace wpar::test
