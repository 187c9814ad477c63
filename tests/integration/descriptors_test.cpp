// SPDX-License-Identifier: Apache-2.0
// Which descriptors the program gets: 0, 1, 2 and what was asked to be preserved, nothing else.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Descriptors : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    for (int i = 0; i < 20; ++i) {
      const std::string folder = *temp_ / fmt::format("leak{}", i);
      make_directories(folder);
      opened_.push_back(::open(folder.c_str(), O_RDONLY | O_DIRECTORY));
    }
  }
  void TearDown() override {
    for (const int fd : opened_)
      ::close(fd);
    ContainerTest::TearDown();
  }
  Result run_with(std::vector<int> fds, std::vector<std::string> options = {}) {
    bundle().write();
    std::vector<std::string> words = {"run", "--bundle", bundle().path()};
    words.insert(words.end(), options.begin(), options.end());
    words.push_back(new_id());
    Command command = runtime().command(words);
    command.fds = std::move(fds);
    return run(command);
  }
  static std::vector<std::string> numbers(const Result& result) {
    std::vector<std::string> found;
    const Json seen = Json::parse(result.out, nullptr, false);
    if (!seen.is_object())
      return {"no output"};
    for (const auto& [number, target] : seen["fds"].items())
      found.push_back(number);
    return found;
  }
  std::vector<int> opened_;
};

TEST_F(Descriptors, OnlyTheStandardThreeReachTheProgram) {
  const Result result = run_with({});
  EXPECT_EQ(numbers(result), (std::vector<std::string>{"0", "1", "2"})) << result;
}

TEST_F(Descriptors, TheCallersLeaksDoNotReachTheProgram) {
  const Result result = run_with(opened_);
  EXPECT_EQ(numbers(result), (std::vector<std::string>{"0", "1", "2"})) << result;
}

TEST_F(Descriptors, PreservedOnesDoAndTheRestDoesNot) {
  write_text(*temp_ / "kept", "kept\n");
  const int kept = ::open((*temp_ / "kept").c_str(), O_RDONLY | O_CLOEXEC);
  const Result result = run_with({kept, kept, opened_[0], opened_[1]}, {"--preserve-fds", "2"});
  ::close(kept);
  EXPECT_EQ(numbers(result), (std::vector<std::string>{"0", "1", "2", "3", "4"})) << result;
}

TEST_F(Descriptors, APreservedOneIsTheSameFile) {
  write_text(*temp_ / "kept", "kept\n");
  const int kept = ::open((*temp_ / "kept").c_str(), O_RDONLY | O_CLOEXEC);
  bundle().shell("cat <&3");
  const Result result = run_with({kept}, {"--preserve-fds=1"});
  ::close(kept);
  EXPECT_EQ(result.out, "kept\n") << result;
}

TEST_F(Descriptors, PreservingMoreThanThereAreIsRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 does not look");
  const Result result = run_with({}, {"--preserve-fds", "3"});
  EXPECT_NE(result.code, 0);
}

TEST_F(Descriptors, TheCreatedInitHoldsNoDirectoryOfTheHost) {
  bundle().args({"/probe", "wait"});
  bundle().write();
  const std::string id = new_id();
  Command command = runtime().command({"create", "--bundle", bundle().path(), id});
  command.fds = opened_;
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result;
  const std::string folder = fmt::format("/proc/{}/fd", runtime().pid(id));
  std::string found;
  for (const std::string& number : list_directory(folder)) {
    struct stat info {};
    if (::stat((folder + "/" + number).c_str(), &info) != 0)
      continue;
    char target[4096] = "";
    if (::readlink((folder + "/" + number).c_str(), target, sizeof target - 1) < 0)
      continue;
    if (S_ISDIR(info.st_mode) || contains(target, "leak"))
      found += number + " -> " + target + "\n";
  }
  EXPECT_EQ(found, "");
}

TEST_F(Descriptors, ExecGivesTheStandardThreeAndThePreservedOnes) {
  const std::string id = start_waiting();
  for (const int count : {0, 2}) {
    Command command =
        runtime().command({"exec", fmt::format("--preserve-fds={}", count), id, "/probe"});
    command.fds = opened_;
    EXPECT_EQ(numbers(run(command)).size(), static_cast<std::size_t>(3 + count));
  }
}

TEST_F(Descriptors, ClosedStandardDescriptorsDoNotConfuseTheRuntime) {
  bundle().shell("echo done > /done; exit 4");
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.argv.insert(command.argv.begin(), {"/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&-"});
  EXPECT_EQ(run(command).code, 4);
  EXPECT_TRUE(exists(bundle().in_root("/done")));
}

}  // namespace
}  // namespace wpar::test
