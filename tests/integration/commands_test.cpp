// SPDX-License-Identifier: Apache-2.0
// The command line itself: spec, list, features, --version, --log, option spellings.
#include <fmt/format.h>
#include <sys/stat.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Commands : public ContainerTest {};

TEST_F(Commands, VersionNamesProgramCommitAndSpecification) {
  const Result result = runtime()({"--version"});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(result.out.starts_with(runtime().name() + " version ")) << result;
  EXPECT_TRUE(contains(result.out, "commit: "));
  EXPECT_TRUE(contains(result.out, "spec: 1."));
  if (runtime().is_ours()) {
    EXPECT_EQ(runtime()({"-v"}).out, result.out);
  }
}

TEST_F(Commands, UnknownOnesAreRefused) {
  const Result command = runtime()({"no-such-command"});
  EXPECT_NE(command.code, 0);
  EXPECT_NE(runtime()({"--no-such-option"}).code, 0);
  EXPECT_NE(runtime()({"run", "--no-such-option", "x"}).code, 0);
  EXPECT_NE(runtime()({"state"}).code, 0);
  EXPECT_NE(runtime()({"state", "a", "b"}).code, 0);
  if (!runtime().is_ours())
    return;
  EXPECT_EQ(command.code, 3);
  EXPECT_EQ(runtime()({"run", "--no-such-option", "x"}).code, 1);
  EXPECT_EQ(run({.argv = {runtime().program()}}).code, 0) << "no command: help";
}

TEST_F(Commands, OptionsCanBeSpelledAsGoProgramsDo) {
  WPAR_SKIP_PEER("crun", "another option parser");
  bundle().args({"/probe", "exit", "8"});
  bundle().write();
  const std::string b = bundle().path();
  EXPECT_EQ(runtime()({"run", "-b", b, new_id()}).code, 8);
  EXPECT_EQ(runtime()({"run", "-bundle", b, new_id()}).code, 8);
  EXPECT_EQ(runtime()({"run", "--bundle=" + b, new_id()}).code, 8);
  EXPECT_EQ(runtime()({"run", "-bundle=" + b, "--no-pivot=false", new_id()}).code, 8);
  EXPECT_EQ(runtime()({"run", "-no-subreaper", "--bundle", b, new_id()}).code, 8);
  const Result missing = runtime()({"run", "--bundle"});
  EXPECT_NE(missing.code, 0);
  EXPECT_TRUE(contains(missing.err + missing.out, "flag needs an argument") ||
              contains(missing.err + missing.out, "requires an argument"))
      << missing;
}

TEST_F(Commands, SpecWritesAConfigurationThatRuns) {
  Command command = runtime().command({"spec"});
  command.cwd = bundle().path();
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result;
  bundle().config = Json::parse(read_text(bundle().path() + "/config.json"));
  EXPECT_TRUE(bundle().config["process"]["terminal"].get<bool>());
  EXPECT_EQ(bundle().config["process"]["args"], Json({"sh"}));
  EXPECT_FALSE(bundle().config["process"]["capabilities"].contains("inheritable") &&
               !bundle().config["process"]["capabilities"]["inheritable"].empty() &&
               runtime().is_ours());
  const Result again = run(command);
  EXPECT_NE(again.code, 0) << "an existing file was overwritten";
  bundle().config["process"]["terminal"] = false;
  bundle().args({"/bin/sh", "-c", "exit 5"});
  const Result ran = run_bundle();
  EXPECT_EQ(ran.code, 5) << ran;
}

TEST_F(Commands, SpecTakesABundle) {
  const Result result = runtime()({"spec", "--bundle", bundle().path()});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(Json::parse(read_text(bundle().path() + "/config.json"), nullptr, false).is_object());
}

TEST_F(Commands, ListShowsEveryContainerInThreeForms) {
  const Result empty = runtime()({"list", "-q"});
  EXPECT_EQ(empty.code, 0) << empty;
  EXPECT_EQ(empty.out, "");
  const std::string first = start_waiting();
  const std::string second = start_waiting();
  const Result quiet = runtime()({"list", "-q"});
  EXPECT_EQ(quiet.out, first + "\n" + second + "\n") << quiet;
  const Result table = runtime()({"list"});
  const std::vector<std::string> lines = split(table.out, '\n');
  ASSERT_GE(lines.size(), 3u) << table;
  if (runtime().name() != "crun") {
    std::vector<std::string> header;
    for (const std::string& word : split(lines[0], ' '))
      if (!word.empty())
        header.push_back(word);
    EXPECT_EQ(header,
              (std::vector<std::string>{"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}));
  }
  EXPECT_TRUE(contains(lines[1], first) && contains(lines[1], "running"));
  const Json all = Json::parse(runtime()({"list", "--format", "json"}).out, nullptr, false);
  ASSERT_TRUE(all.is_array() && all.size() == 2);
  EXPECT_EQ(all[0]["id"], first);
  EXPECT_EQ(all[1]["status"], "running");
}

TEST_F(Commands, ABrokenContainerDoesNotHideTheOthersInList) {
  WPAR_SKIP_PEER("crun", "1.8.1 gives up");
  const std::string id = start_waiting();
  make_directories(runtime().root() + "/wtbroken-" + temp_->tag());
  write_text(runtime().root() + "/wtbroken-" + temp_->tag() + "/state.json", "{nonsense");
  const Result result = runtime()({"list"});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(contains(result.out, id)) << result;
  remove_tree(runtime().root() + "/wtbroken-" + temp_->tag());
}

TEST_F(Commands, ListOfAnEmptyRootIsAnEmptyJsonArray) {
  WPAR_SKIP_PEER("runc", "1.1.5 prints null");
  WPAR_SKIP_PEER("crun", "1.8.1 prints blanks inside");
  EXPECT_EQ(Json::parse(runtime()({"list", "-f", "json"}).out, nullptr, false), Json::array());
}

TEST_F(Commands, FeaturesNeedsNoRootAndPrintsOneDocument) {
  WPAR_SKIP_PEER("crun", "1.8.1 has none");
  const Result result = run({.argv = {runtime().program(), "features"}});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.err, "");
  const Json document = Json::parse(result.out, nullptr, false);
  ASSERT_TRUE(document.is_object());
  EXPECT_TRUE(document.contains("ociVersionMin") && document.contains("ociVersionMax"));
  EXPECT_EQ(document["hooks"].size(), 6u);
  for (const char* option : {"rbind", "rro", "nosuid", "rslave"})
    EXPECT_NE(std::find(document["mountOptions"].begin(), document["mountOptions"].end(), option),
              document["mountOptions"].end())
        << option;
  EXPECT_TRUE(document["linux"]["seccomp"]["enabled"].get<bool>());
  EXPECT_TRUE(document["linux"]["cgroup"]["v1"].get<bool>());
  EXPECT_GE(document["linux"]["namespaces"].size(), 7u);
}

TEST_F(Commands, AJsonLogHoldsExactlyOneObjectForAFailure) {
  const std::string log = *temp_ / "log.json";
  bundle().args({"/no/such/program"});
  bundle().write();
  const Result result =
      run({.argv = {runtime().program(), "--root", runtime().root(), "--log", log, "--log-format",
                    "json", "run", "--bundle", bundle().path(), new_id()}});
  EXPECT_NE(result.code, 0);
  const std::vector<std::string> lines = read_lines(log);
  ASSERT_FALSE(lines.empty());
  const Json last = Json::parse(lines.back(), nullptr, false);
  ASSERT_TRUE(last.is_object()) << lines.back();
  EXPECT_EQ(last.value("level", ""), "error");
  EXPECT_TRUE(contains(last.value("msg", ""), "no such file or directory") ||
              contains(last.value("msg", ""), "not found") || !runtime().is_ours());
  EXPECT_FALSE(last.value("time", "").empty());
  if (runtime().is_ours()) {
    EXPECT_EQ(lines.size(), 1u) << read_text(log);
  }
}

TEST_F(Commands, AJsonLogIsEmptyWhenAllIsWell) {
  const std::string log = *temp_ / "log.json";
  bundle().args({"/probe", "exit", "0"});
  bundle().write();
  const Result result =
      run({.argv = {runtime().program(), "--log-format=json", "--log=" + log, "--root",
                    runtime().root(), "run", "--bundle", bundle().path(), new_id()}});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(read_text(log), "");
}

TEST_F(Commands, AnotherConfigurationCanBeNamed) {
  WPAR_SKIP_PEER("runc", "it has no --config");
  WPAR_SKIP_PEER("crun", "1.8.1 writes another file into the state");
  bundle().args({"/probe", "exit", "5"});
  bundle().write();
  write_text(*temp_ / "other.json", read_text(bundle().path() + "/config.json"));
  bundle().args({"/probe", "exit", "6"});
  bundle().write();
  const auto run_with = [&](const std::string& file) {
    Command command =
        runtime().command({"run", "--config", file, "--bundle", bundle().path(), new_id()});
    command.cwd = *temp_ / ".";
    return run(command);
  };
  EXPECT_EQ(run_with(*temp_ / "other.json").code, 5);
  EXPECT_EQ(run_with("other.json").code, 5) << "relative to the current directory";
  const Result missing = run_with("none.json");
  EXPECT_NE(missing.code, 0);
  expect_one_line(missing, "none.json: no such file or directory");
}

TEST_F(Commands, KillAndDeleteTakeAPatternForTheId) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "not every peer has --regex";
  const std::string first = start_waiting();
  const std::string second = start_waiting();
  EXPECT_EQ(runtime()({"kill", "--regex", "^no-such", "KILL"}).code, 0);
  EXPECT_EQ(runtime().status(first), "running");
  const Result killed = runtime()({"kill", "--regex", "^" + first + "$", "KILL"});
  EXPECT_EQ(killed.code, 0) << killed;
  EXPECT_TRUE(runtime().wait_for(first, "stopped"));
  EXPECT_EQ(runtime().status(second), "running") << "the pattern does not match it";
  // One that runs is a failure, and does not spare the other.
  const Result removed = runtime()({"delete", "--regex", "^wt" + temp_->tag()});
  EXPECT_NE(removed.code, 0);
  expect_one_line(removed, "that is not stopped: running");
  EXPECT_EQ(runtime().status(first), "");
  EXPECT_EQ(runtime()({"delete", "--force", "-r", "^wt" + temp_->tag()}).code, 0);
  EXPECT_EQ(runtime()({"list", "-q"}).out, "");
  const Result bad = runtime()({"kill", "--regex", "a("});
  EXPECT_NE(bad.code, 0);
  expect_one_line(bad, "invalid regular expression \"a(\": ");
}

TEST_F(Commands, TheLogLevelDecidesWhatIsInTheFile) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the texts are ours";
  bundle().args({"/probe", "exit", "0"});
  // A capability that nobody can have is a warning, since version 1.1 of the specification.
  bundle().config["ociVersion"] = "1.1.0";
  bundle().config["process"]["capabilities"]["bounding"].push_back("CAP_OF_THE_FUTURE");
  bundle().write();
  const auto log_at = [&](const std::string& level) {
    const std::string log = *temp_ / ("log-" + level);
    const Result result = run({.argv = {runtime().program(), "--root", runtime().root(), "--log",
                                        "file:" + log, "--log-format=json", "--log-level", level,
                                        "run", "--bundle", bundle().path(), new_id()}});
    EXPECT_EQ(result.code, 0) << result;
    return read_text(log);
  };
  EXPECT_EQ(log_at("error"), "");
  EXPECT_TRUE(contains(log_at("warning"), "\"level\":\"warning\""));
}

TEST_F(Commands, CompletionOffersCommandsOptionsChoicesAndIds) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "ours makes it itself";
  const std::string bash = find_program("bash");
  if (bash.empty())
    GTEST_SKIP() << "needs bash";
  const std::string id = start_waiting();
  const auto complete = [&](std::vector<std::string> words) {
    Command command = {.argv = {bash, "-c",
                                "source <(\"$1\" completion); COMP_WORDS=(\"$@\"); "
                                "COMP_WORDS=(\"${COMP_WORDS[@]}\"); COMP_CWORD=$(($# - 1)); "
                                "_runwpar; echo \" ${COMPREPLY[*]} \"",
                                "bash", runtime().program()}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return run(command).out;
  };
  EXPECT_TRUE(contains(complete({""}), " create ")) << complete({""});
  EXPECT_TRUE(contains(complete({"li"}), " list ") && contains(complete({"li"}), " lint "));
  EXPECT_TRUE(contains(complete({"create", "--pid"}), " --pid-file "))
      << complete({"create", "--pid"});
  EXPECT_TRUE(contains(complete({"list", "--format", ""}), " table json "));
  EXPECT_TRUE(contains(complete({"--root", runtime().root(), "kill", ""}), " " + id + " "))
      << complete({"--root", runtime().root(), "kill", ""});
}

TEST_F(Commands, RootsAreSeparate) {
  const std::string id = start_waiting();
  const Runtime other(*temp_ / "other-root");
  EXPECT_EQ(other.status(id), "");
  EXPECT_NE(other({"kill", id, "KILL"}).code, 0);
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(Commands, TheStateIsPrivate) {
  const std::string id = start_waiting();
  struct stat info {};
  ASSERT_EQ(::stat(runtime().root().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077, 0u) << "others may look into the root of the state";
  ASSERT_EQ(::stat((runtime().root() + "/" + id).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 066, 0u);
}

TEST_F(Commands, NothingIsNeededFromTheEnvironment) {
  bundle().args({"/probe", "wait"});
  bundle().write();
  const std::string id = new_id();
  const auto bare = [&](std::vector<std::string> words) {
    Command command = runtime().command(words);
    command.env = std::vector<std::string>{"XDG_RUNTIME_DIR="};
    return run(command);
  };
  EXPECT_TRUE(bare({"create", "--bundle", bundle().path(), id}).ok());
  EXPECT_TRUE(bare({"start", id}).ok());
  EXPECT_TRUE(bare({"state", id}).ok());
  EXPECT_TRUE(bare({"kill", id, "KILL"}).ok());
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_TRUE(bare({"delete", id}).ok());
}

}  // namespace
}  // namespace wpar::test
