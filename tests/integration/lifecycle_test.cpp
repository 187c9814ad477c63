// SPDX-License-Identifier: Apache-2.0
// create, start, state, kill, delete, run, list and their texts.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Lifecycle : public ContainerTest {};

TEST_F(Lifecycle, GoesFromCreatedToRunningToStoppedToGone) {
  bundle().shell("echo ran > /ran; exec /probe wait");
  const std::string id = new_id();
  const Result created = create(id);
  ASSERT_EQ(created.code, 0) << created;
  EXPECT_EQ(runtime().status(id), "created");
  EXPECT_FALSE(exists(bundle().in_root("/ran"))) << "the program ran before start";
  const Result started = runtime()({"start", id});
  ASSERT_EQ(started.code, 0) << started;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(eventually([&] { return exists(bundle().in_root("/ran")); }));
  const Result killed = runtime()({"kill", id, "KILL"});
  EXPECT_EQ(killed.code, 0) << killed;
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const Result deleted = runtime()({"delete", id});
  EXPECT_EQ(deleted.code, 0) << deleted;
  EXPECT_NE(runtime()({"state", id}).code, 0);
  EXPECT_EQ(started.out + started.err + killed.out + killed.err + deleted.out + deleted.err, "");
}

TEST_F(Lifecycle, StateTellsEveryField) {
  bundle().config["annotations"] = {{"org.example.key", "value with \"quotes\""}, {"empty", ""}};
  const std::string id = start_waiting();
  const Json state = runtime().state(id);
  ASSERT_TRUE(state.is_object());
  EXPECT_TRUE(state.value("ociVersion", "").starts_with("1."));
  EXPECT_EQ(state.value("id", ""), id);
  EXPECT_EQ(state.value("status", ""), "running");
  EXPECT_EQ(state.value("bundle", ""), bundle().path());
  EXPECT_EQ(state["annotations"], bundle().config["annotations"]);
  EXPECT_EQ(state.value("rootfs", ""), bundle().root());
  const std::string created = state.value("created", "");
  EXPECT_TRUE(created.size() >= 20 && created[4] == '-' && created[10] == 'T' &&
              created.back() == 'Z')
      << created;
  EXPECT_EQ(::kill(state.value("pid", -1), 0), 0);
  EXPECT_TRUE(
      read_text(fmt::format("/proc/{}/cmdline", state.value("pid", -1))).starts_with("/probe"));
}

TEST_F(Lifecycle, RunGivesTheExitCodeOfTheProgram) {
  for (const int code : {0, 1, 3, 42, 255}) {
    bundle().args({"/probe", "exit", std::to_string(code)});
    const Result result = run_bundle();
    EXPECT_EQ(result.code, code) << result;
    EXPECT_EQ(result.out + result.err, "");
  }
}

TEST_F(Lifecycle, RunGives128PlusTheSignal) {
  // Pid 1 cannot kill itself by most signals; a shell as the first process would hide the number.
  bundle().drop_namespace("pid");
  for (const int number : {SIGKILL, SIGTERM, SIGUSR1}) {
    bundle().args({"/probe", "die", std::to_string(number)});
    EXPECT_EQ(run_bundle().code, 128 + number);
  }
}

TEST_F(Lifecycle, RunPassesStdinAndBothOutputs) {
  bundle().shell("cat; echo to-stderr >&2");
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.input = "typed in";
  const Result result = run(command);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.out, "typed in");
  EXPECT_EQ(result.err, "to-stderr\n");
}

TEST_F(Lifecycle, RunLeavesNothingUnlessAskedToKeep) {
  bundle().args({"/probe", "exit", "0"});
  EXPECT_EQ(run_bundle().code, 0);
  EXPECT_EQ(runtime()({"list", "-q"}).out, "");
  WPAR_SKIP_PEER("runc", "1.1.5 --keep forgets the container's state");
  WPAR_SKIP_PEER("crun", "1.8.1 has another idea of --keep");
  EXPECT_EQ(run_bundle({"--keep"}).code, 0);
  const std::string id = split(runtime()({"list", "-q"}).out, '\n')[0];
  EXPECT_EQ(runtime().status(id), "stopped");
}

TEST_F(Lifecycle, DetachedRunWritesThePidFileWithoutNewline) {
  bundle().args({"/probe", "wait"});
  bundle().write();
  const std::string id = new_id();
  const std::string file = *temp_ / "pid";
  const Result result =
      runtime()({"run", "-d", "--bundle", bundle().path(), "--pid-file", file, id});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(read_text(file), std::to_string(runtime().pid(id)));
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(Lifecycle, CreateWritesThePidFileBeforeItReturns) {
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  const std::string file = *temp_ / "pid";
  const Result result = create(id, {"--pid-file", file});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(read_text(file), std::to_string(runtime().pid(id)));
  EXPECT_EQ(list_directory(temp_->path()).size(), 5u) << "temporary names of the pid file are left";
}

TEST_F(Lifecycle, TheBundleIsTheCurrentDirectoryByDefault) {
  bundle().args({"/probe", "exit", "7"});
  bundle().write();
  Command command = runtime().command({"run", new_id()});
  command.cwd = bundle().path();
  EXPECT_EQ(run(command).code, 7);
}

TEST_F(Lifecycle, TheConfigurationIsReadAtCreate) {
  const std::string id = new_id();
  bundle().shell("echo first");
  ASSERT_EQ(create(id).code, 0);
  write_text(bundle().path() + "/config.json", "{}");
  EXPECT_EQ(runtime()({"start", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return output_of(id) == "first\n"; })) << output_of(id);
}

TEST_F(Lifecycle, AnIdCanBeUsedOnceAtATime) {
  const std::string id = start_waiting();
  const Result again = create(id);
  EXPECT_NE(again.code, 0);
  EXPECT_EQ(runtime().status(id), "running") << "the refusal harmed the container";
  if (runtime().is_ours())
    expect_one_line(runtime()({"create", "--bundle", bundle().path(), id}),
                    "container with given ID already exists");
  delete_all();
  bundle().args({"/probe", "exit", "0"});
  EXPECT_EQ(runtime()({"create", "--bundle", bundle().path(), id}).code, 0) << "id is not reusable";
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);
}

TEST_F(Lifecycle, IdsOutsideTheAlphabetAreRefused) {
  bundle().args({"/probe", "exit", "0"});
  bundle().write();
  for (const std::string id : {"", ".", "..", "a/b", "../x", "a b", "a\nb", "ä", "a*"}) {
    const Result result = runtime()({"run", "--bundle", bundle().path(), id});
    // crun takes a few of these; what counts for a peer is that nothing escapes (TearDown).
    if (runtime().is_ours())
      expect_one_line(result,
                      id.empty() ? "container id cannot be empty" : "invalid container ID format");
    EXPECT_FALSE(result.timed_out);
  }
  const std::string good = "wt" + temp_->tag() + "_a.b+c-D";
  EXPECT_EQ(runtime()({"run", "--bundle", bundle().path(), good}).code, 0);
}

TEST_F(Lifecycle, StartIsOnlyForCreatedContainers) {
  const std::string id = start_waiting();
  const Result again = runtime()({"start", id});
  EXPECT_NE(again.code, 0);
  ASSERT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  const Result stopped = runtime()({"start", id});
  EXPECT_NE(stopped.code, 0);
  if (!runtime().is_ours())
    return;
  expect_one_line(again, "cannot start an already running container");
  expect_one_line(stopped, "cannot start a container that has stopped");
}

TEST_F(Lifecycle, CommandsOnAContainerThatDoesNotExistFail) {
  for (const std::string command : {"state", "start", "kill", "delete"}) {
    const Result result = runtime()({command, "wt" + temp_->tag() + "-none"});
    EXPECT_EQ(result.code, 1) << command << result;
    if (runtime().is_ours())
      expect_one_line(result, "does not exist");
  }
  const Result exec = runtime()({"exec", "wt" + temp_->tag() + "-none", "true"});
  EXPECT_NE(exec.code, 0);
  const Result forced = runtime()({"delete", "--force", "wt" + temp_->tag() + "-none"});
  EXPECT_EQ(forced.code, 0) << forced;
}

TEST_F(Lifecycle, KillOfAStoppedContainerFailsUnlessForAll) {
  const std::string id = start_shell("true");
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  const Result killed = runtime()({"kill", id, "TERM"});
  EXPECT_NE(killed.code, 0);
  if (runtime().is_ours())
    expect_one_line(killed, "container not running");
  WPAR_SKIP_PEER("crun", "1.8.1 refuses kill --all of a stopped container");
  const Result all = runtime()({"kill", "--all", id, "TERM"});
  EXPECT_EQ(all.code, 0) << all;
}

TEST_F(Lifecycle, ADeadInitThatNobodyReapedCountsAsStopped) {
  WPAR_SKIP_PEER("crun", "1.8.1 takes a zombie for a running process");
  const std::string id = start_shell("true");
  EXPECT_TRUE(eventually([&] { return runtime().status(id) == "stopped"; }));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
}

TEST_F(Lifecycle, DeleteRefusesARunningContainer) {
  const std::string id = start_waiting();
  const Result refused = runtime()({"delete", id});
  EXPECT_NE(refused.code, 0);
  EXPECT_EQ(runtime().status(id), "running");
  if (runtime().is_ours())
    expect_one_line(refused, "that is not stopped: running");
  const Result forced = runtime()({"delete", "--force", id});
  EXPECT_EQ(forced.code, 0) << forced;
}

TEST_F(Lifecycle, DeleteForceRemovesACreatedContainer) {
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0);
  EXPECT_EQ(runtime()({"delete", "-f", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "");
}

TEST_F(Lifecycle, ACreatedContainerThatWasKilledIsStoppedAndDeletable) {
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0);
  EXPECT_EQ(runtime()({"kill", id, "SIGKILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_NE(runtime()({"start", id}).code, 0);
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
}

class KillSignal : public ContainerTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(KillSignal, IsUnderstoodInEverySpelling) {
  const std::string word = GetParam();
  if (word == "term" || word == "sigterm")
    WPAR_SKIP_PEER("crun", "names are case-sensitive");
  const std::string id =
      start_shell("trap 'echo got' TERM; touch /ready; while :; do sleep 0.05; done");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  std::vector<std::string> words = {"kill", id};
  if (!word.empty())
    words.push_back(word);
  const Result killed = runtime()(words);
  EXPECT_EQ(killed.code, 0) << killed;
  EXPECT_TRUE(eventually([&] { return contains(output_of(id), "got"); }));
}

INSTANTIATE_TEST_SUITE_P(Spelling, KillSignal,
                         ::testing::Values("", "15", "TERM", "SIGTERM", "term", "sigterm"));

TEST_F(Lifecycle, UnknownSignalsAreRefused) {
  const std::string id = start_waiting();
  for (const std::string word : {"NOPE", "SIGNOPE", "99999", "-1", "9x", "SIG"}) {
    const Result result = runtime()({"kill", id, "--", word});
    EXPECT_NE(result.code, 0) << word;
    if (runtime().is_ours())
      expect_one_line(runtime()({"kill", id, word}), word == "-1" ? "" : "unknown signal");
  }
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(Lifecycle, RealTimeSignalsHaveNames) {
  WPAR_SKIP_PEER("crun", "its table of names ends before");
  WPAR_SKIP_PEER("runc", "its table of names ends before");
  const std::string id = start_waiting();
  const Result result = runtime()({"kill", id, "RTMIN+3"});
  EXPECT_EQ(result.code, 0) << result;
}

TEST_F(Lifecycle, KillInTheHostPidNamespaceReachesTheWholeCgroup) {
  bundle().drop_namespace("pid");
  const std::string id = start_shell("sleep 1000 & touch /ready; wait");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  EXPECT_EQ(runtime()({"kill", "--all", id, "KILL"}).code, 0);
  EXPECT_TRUE(eventually([] { return adopted_children().empty(); })) << "a process survived";
}

TEST_F(Lifecycle, DeleteForceEndsProcessesOfTheHostPidNamespace) {
  bundle().drop_namespace("pid");
  const std::string id = start_shell("sleep 1000 & sleep 1000 & touch /ready; wait");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);
  EXPECT_TRUE(eventually([] { return adopted_children().empty(); })) << "a process survived";
}

}  // namespace
}  // namespace wpar::test
