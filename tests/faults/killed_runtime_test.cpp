// SPDX-License-Identifier: Apache-2.0
// SIGKILL of the runtime at any time, then delete --force: nothing may be left, the id is free
// again.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class KilledRuntime : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    bundle().args({"/probe", "wait"});
    bundle().config["linux"]["resources"]["pids"] = {{"limit", 50}};
    bundle().config["linux"]["resources"]["memory"] = {{"limit", 256 << 20}};
    bundle().config["linux"]["seccomp"] = engine_seccomp();
    bundle().mount(bind_mount(temp_->path(), "/outside"));
    bundle().write();
    before_ = std::make_unique<HostSnapshot>(temp_->tag(), runtime().root());
  }
  std::vector<std::string> words(const std::string& verb, const std::string& id) {
    if (verb == "start")
      return {verb, id};
    if (verb == "delete")
      return {verb, "--force", id};
    return {verb, "--bundle", bundle().path(), id};
  }
  // After the blow: delete --force, and everything is as before.
  void expect_clean(const std::string& id, const std::string& when) {
    const Result deleted = runtime()({"delete", "--force", id});
    EXPECT_EQ(deleted.code, 0) << when << deleted;
    const std::vector<std::string> left = before_->differences();
    for (const std::string& difference : left)
      ADD_FAILURE() << when << ": " << difference;
    for (const pid_t pid : adopted_children())
      ::kill(pid, SIGKILL);
    dirty_ += left.empty() ? 0 : 1;
  }
  std::chrono::microseconds duration_of_create() {
    std::vector<std::chrono::microseconds> all;
    for (int i = 0; i < 5; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      Process process(runtime().command(words("create", new_id())));
      EXPECT_TRUE(process.wait().ok());
      all.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
          std::chrono::steady_clock::now() - begin));
      delete_all();
    }
    std::sort(all.begin(), all.end());
    return all[2];
  }
  // strace(1) of the runtime's own process, with the given options.
  Command traced(std::vector<std::string> options, const std::string& verb, const std::string& id) {
    Command command;
    command.argv = {"strace"};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    for (const std::string& word : runtime().command(words(verb, id)).argv)
      command.argv.push_back(word);
    command.timeout = Milliseconds(5000);
    return command;
  }
  // Which system calls the runtime makes, and how often.
  std::map<std::string, int> calls_of(const std::string& verb, const std::string& id) {
    const std::string file = *temp_ / "trace";
    EXPECT_TRUE(run(traced({"-o", file}, verb, id)).ok());
    std::map<std::string, int> counts;
    for (const std::string& line : read_lines(file)) {
      const std::size_t parenthesis = line.find('(');
      if (parenthesis != std::string::npos && line[0] >= 'a' && line[0] <= 'z')
        ++counts[line.substr(0, parenthesis)];
    }
    for (const char* harmless :
         {"execve", "exit_group", "brk", "rt_sigaction", "fstat", "newfstatat", "mprotect",
          "arch_prctl", "prlimit64", "getrandom", "rseq"})
      counts.erase(harmless);
    return counts;
  }
  std::unique_ptr<HostSnapshot> before_;
  int dirty_ = 0;
};

TEST_F(KilledRuntime, AtARandomTimeOfCreateLeavesNothingThatDeleteForceCannotRemove) {
  const auto duration = duration_of_create();
  std::mt19937 random(20240229);
  std::uniform_int_distribution<std::int64_t> moments(0, duration.count() * 5 / 4);
  const std::string id = new_id();
  int finished = 0;
  for (int round = 0; round < 100 && dirty_ < 3; ++round) {
    const std::int64_t moment = moments(random);
    Process process(runtime().command(words("create", id)));
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(moment);
    while (std::chrono::steady_clock::now() < end) {
    }
    process.signal(SIGKILL);
    finished += process.wait().code == 0 ? 1 : 0;
    expect_clean(
        id, fmt::format("round {}, killed after {} us of {}", round, moment, duration.count()));
  }
  RecordProperty("creates_that_finished_first", finished);
  EXPECT_LT(finished, 60) << "too few creates were hit";
  const Result again = runtime()(words("create", id));
  EXPECT_EQ(again.code, 0) << "the id is not reusable" << again;
}

TEST_F(KilledRuntime, AtEverySystemCallOfCreateLeavesNothingEither) {
  if (find_program("strace").empty())
    GTEST_SKIP() << "needs strace";
  const std::string id = new_id();
  const std::map<std::string, int> counts = calls_of("create", id);
  ASSERT_EQ(runtime()({"delete", "--force", id}).code, 0);
  int points = 0;
  for (const auto& [name, count] : counts) {
    const int step = count > 24 ? count / 12 : 1;
    for (int k = 1; k <= count && dirty_ < 3; k += step) {
      const std::string when = fmt::format("killed at {} number {}", name, k);
      const Result result = run(traced({"-o", "/dev/null", "-e", "trace=" + name, "-e",
                                        fmt::format("inject={}:signal=SIGKILL:when={}", name, k)},
                                       "create", id));
      EXPECT_FALSE(result.timed_out) << when;
      expect_clean(id, when);
      ++points;
    }
  }
  RecordProperty("points", points);
  EXPECT_GT(points, 50);
}

TEST_F(KilledRuntime, DuringStartDeleteOrRunLeavesADeletableContainer) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> moments(0, 15000);
  for (const std::string verb : {"start", "delete", "run"}) {
    for (int round = 0; round < 12 && dirty_ < 3; ++round) {
      const std::string id = new_id();
      if (verb != "run") {
        ASSERT_TRUE(runtime()(words("create", id)).ok());
      }
      Process process(runtime().command(words(verb, id)));
      const auto end =
          std::chrono::steady_clock::now() + std::chrono::microseconds(moments(random));
      while (std::chrono::steady_clock::now() < end) {
      }
      process.signal(SIGKILL);
      process.wait();
      expect_clean(id, fmt::format("{} round {}", verb, round));
    }
  }
}

TEST_F(KilledRuntime, TwinAnUndisturbedCreateOutlivesItsRuntime) {
  const std::string id = new_id();
  ASSERT_TRUE(runtime()(words("create", id)).ok());
  EXPECT_EQ(runtime().status(id), "created");
  ASSERT_TRUE(runtime()({"start", id}).ok());
  EXPECT_EQ(runtime().status(id), "running");
}

class Storage : public KilledRuntime {};

TEST_F(Storage, AFullStateDirectoryIsACleanError) {
  const std::string state = *temp_ / "tiny";
  const std::string id = "wt" + temp_->tag() + "-full";
  make_directories(state, 0700);
  ASSERT_TRUE(
      run({.argv = {"mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2,mode=700", "tmpfs", state}})
          .ok());
  const Runtime tiny(state);
  Command command = tiny.command(words("create", id));
  command.timeout = Milliseconds(5000);
  const Result result = run(command);
  EXPECT_NE(result.code, 0) << result;
  EXPECT_FALSE(result.timed_out);
  if (runtime().is_ours())
    expect_one_line(result, "no space left on device");
  EXPECT_EQ(tiny({"delete", "--force", id}).code, 0);
  EXPECT_TRUE(run({.argv = {"umount", state}}).ok());
}

class Storm : public KilledRuntime {};

TEST_F(Storm, ManyCreatesOfOneIdHaveExactlyOneWinner) {
  const std::string id = new_id();
  std::vector<std::unique_ptr<Process>> all;
  for (int i = 0; i < 16; ++i)
    all.push_back(std::make_unique<Process>(runtime().command(words("create", id))));
  int winners = 0;
  for (const auto& process : all)
    winners += process->wait().code == 0 ? 1 : 0;
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(runtime().status(id), "created");
}

TEST_F(Storm, ManyDifferentCreatesAtOnceAllWork) {
  std::vector<std::string> ids;
  std::vector<std::unique_ptr<Process>> all;
  for (int i = 0; i < 16; ++i) {
    ids.push_back(new_id());
    all.push_back(std::make_unique<Process>(runtime().command(words("create", ids.back()))));
  }
  for (const auto& process : all)
    EXPECT_EQ(process->wait().code, 0);
  for (const std::string& id : ids)
    EXPECT_EQ(runtime().status(id), "created");
}

}  // namespace
}  // namespace wpar::test
