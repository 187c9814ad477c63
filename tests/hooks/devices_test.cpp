// SPDX-License-Identifier: Apache-2.0
// openwpar-hook-devices: the first WPAR that starts has a device, and nobody else while it runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

#include "specs/wpar/annotation_text.h"
#include "specs/wpar/device_document.h"
#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kRun = "/run/openwpar";

// A process that sleeps, in the place of a container's init.
class Init {
 public:
  Init() : process_({.argv = {"sleep", "1000"}, .timeout = Milliseconds(60000)}) {}
  pid_t pid() const { return process_.pid(); }
  void crash() {
    process_.signal(SIGKILL);
    process_.wait();
  }

 private:
  Process process_;
};

// In a mount namespace of its own, with an empty /run/openwpar.
class DevicesHook : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root: claims are kept below /run";
    }
    home_ = ::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_PRIVATE | MS_REC, nullptr), 0);
    ASSERT_EQ(::mount("run", "/run", "tmpfs", 0, nullptr), 0);
  }
  void TearDown() override {
    if (home_ >= 0) {
      ASSERT_EQ(::setns(home_, CLONE_NEWNS), 0);
      ::close(home_);
    }
  }

  static std::string document(const std::vector<std::int64_t>& minors) {
    spec::DeviceDocument document;
    for (const std::int64_t minor : minors) {
      document.devices.push_back(
          {.path = "/dev/sd" + std::to_string(minor), .type = "b", .major = 8, .minor = minor});
    }
    return spec::write_device_document(document);
  }
  static Command command(const std::string& id, pid_t pid, const std::string& annotation,
                         const std::vector<std::string>& words) {
    nlohmann::json state{{"ociVersion", "1.3.0"},
                         {"id", id},
                         {"status", words.empty() && pid == 0 ? "stopped" : "created"},
                         {"bundle", "/b"},
                         {"annotations", {{"org.openwpar.name", "wpar-" + id}}}};
    if (pid > 0) {
      state["pid"] = pid;
    }
    if (!annotation.empty()) {
      state["annotations"]["org.openwpar.devices"] = annotation;
    }
    Command command{.argv = {WPAR_HOOK_DEVICES}, .input = state.dump()};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    return command;
  }
  static Result start(const std::string& id, const Init& init,
                      const std::vector<std::int64_t>& minors) {
    return run(command(id, init.pid(), document(minors), {"start"}));
  }
  static Result stop(const std::string& id, const std::vector<std::int64_t>& minors) {
    return run(command(id, 0, document(minors), {"stop"}));
  }
  static std::vector<std::string> claims() {
    std::vector<std::string> names = list_directory(std::string(kRun) + "/devices");
    std::erase(names, ".lock");
    return names;
  }

 private:
  int home_ = -1;
};

TEST_F(DevicesHook, TheFirstOneHasTheDeviceUntilItStops) {
  Init one;
  Init two;
  ASSERT_TRUE(start("one", one, {16}).ok());
  EXPECT_THAT(claims(), ElementsAre("b8:16"));
  const Result refused = start("two", two, {16});
  EXPECT_EQ(refused.code, 1);
  EXPECT_EQ(refused.err,
            "openwpar-hook-devices: two: device /dev/sd16 (b 8:16) is exported to "
            "WPAR wpar-one (container one, process " +
                std::to_string(one.pid()) + "), and to one at a time only\n");
  EXPECT_TRUE(start("two", two, {32}).ok()) << "another device is free";
  one.crash();
  ASSERT_TRUE(stop("one", {16}).ok());
  EXPECT_THAT(claims(), ElementsAre("b8:32"));
  EXPECT_TRUE(start("two", two, {16, 32}).ok());
}

TEST_F(DevicesHook, IsSafeToRunTwice) {
  Init one;
  ASSERT_TRUE(start("one", one, {16}).ok());
  ASSERT_TRUE(start("one", one, {16}).ok());
  EXPECT_THAT(claims(), ElementsAre("b8:16"));
  one.crash();
  ASSERT_TRUE(stop("one", {16}).ok());
  ASSERT_TRUE(stop("one", {16}).ok());
  EXPECT_THAT(claims(), IsEmpty());
}

TEST_F(DevicesHook, TakesOverFromOneThatCrashed) {
  Init one;
  Init two;
  ASSERT_TRUE(start("one", one, {16}).ok());
  one.crash();  // nobody ran the stop hook
  ASSERT_TRUE(start("two", two, {16}).ok());
  ASSERT_TRUE(stop("one", {16}).ok()) << "late, and nothing of its own is left";
  EXPECT_EQ(start("three", Init(), {16}).code, 1);
  EXPECT_THAT(start("three", Init(), {16}).err, HasSubstr("wpar-two"));
}

TEST_F(DevicesHook, AReusedProcessIdIsNoOwner) {
  Init one;
  ASSERT_TRUE(start("one", one, {16}).ok());
  const std::string path = std::string(kRun) + "/devices/b8:16";
  nlohmann::json claim = nlohmann::json::parse(read_text(path));
  claim["startTime"] = claim["startTime"].get<std::uint64_t>() - 1;
  write_text(path, claim.dump());
  Init two;
  EXPECT_TRUE(start("two", two, {16}).ok());
}

TEST_F(DevicesHook, AnotherContainerOfTheSameNameIsAnother) {
  Init one;
  Init two;
  ASSERT_TRUE(start("same", one, {16}).ok());
  EXPECT_EQ(start("same", two, {16}).code, 1);
  ASSERT_TRUE(stop("same", {16}).ok()) << "the stop of the second must not take it from the first";
  EXPECT_THAT(claims(), ElementsAre("b8:16"));
}

TEST_F(DevicesHook, ClaimsAllOrNone) {
  Init one;
  Init two;
  ASSERT_TRUE(start("one", one, {48}).ok());
  EXPECT_EQ(start("two", two, {16, 32, 48}).code, 1);
  EXPECT_THAT(claims(), ElementsAre("b8:48"));
}

TEST_F(DevicesHook, OfManyAtOnceOneWins) {
  constexpr int kMany = 8;
  std::vector<std::unique_ptr<Init>> inits;
  std::vector<std::unique_ptr<Process>> hooks;
  for (int i = 0; i < kMany; ++i) {
    inits.push_back(std::make_unique<Init>());
  }
  for (int i = 0; i < kMany; ++i) {
    hooks.push_back(std::make_unique<Process>(
        command("c" + std::to_string(i), inits[i]->pid(), document({16, 17}), {"start"})));
  }
  int winners = 0;
  for (const auto& hook : hooks) {
    winners += hook->wait().code == 0 ? 1 : 0;
  }
  EXPECT_EQ(winners, 1);
  EXPECT_THAT(claims(), ElementsAre("b8:16", "b8:17"));
}

TEST_F(DevicesHook, ThePhaseFollowsFromTheStatus) {
  Init one;
  ASSERT_TRUE(run(command("one", one.pid(), spec::encode_annotation(document({16})), {})).ok());
  EXPECT_THAT(claims(), ElementsAre("b8:16"));
  one.crash();
  ASSERT_TRUE(run(command("one", 0, spec::encode_annotation(document({16})), {})).ok());
  EXPECT_THAT(claims(), IsEmpty());
}

TEST_F(DevicesHook, SaysWhatIsWrong) {
  Init one;
  EXPECT_THAT(run(command("one", one.pid(), "", {"start"})).err,
              HasSubstr("/annotations: org.openwpar.devices is missing"));
  EXPECT_THAT(run(command("one", one.pid(), "{\"version\":1}", {"start"})).err,
              HasSubstr("annotation org.openwpar.devices"));
  EXPECT_THAT(run(command("one", 0, document({16}), {"start"})).err, HasSubstr("/pid"));
  EXPECT_THAT(run(command("one", one.pid(), document({16}), {"restart"})).err,
              HasSubstr("neither start nor stop"));
  ASSERT_TRUE(start("one", one, {16}).ok());
  write_text(std::string(kRun) + "/devices/b8:16", "{\"id\":");
  const Result broken = start("two", Init(), {16});
  EXPECT_EQ(broken.code, 1);
  EXPECT_THAT(broken.err, HasSubstr("claim of b8:16"));
}

}  // namespace
}  // namespace wpar::test
