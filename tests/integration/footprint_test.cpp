// SPDX-License-Identifier: Apache-2.0
// What a container costs while its init waits for start: memory that nobody else uses.
#include <fmt/format.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// "Pss:   123 kB" of /proc/PID/smaps_rollup.
int pss_of(const std::string& pid) {
  for (const std::string& line : read_lines("/proc/" + pid + "/smaps_rollup"))
    if (line.starts_with("Pss:"))
      return std::stoi(line.substr(4));
  return -1;
}

constexpr int kLimit = 400;  // KiB

#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Footprint : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (kSanitized)
      GTEST_SKIP() << "the memory of a sanitized program says nothing of the program's";
  }
  std::string create_waiting() {
    bundle().args({"/bin/sh", "-c", "exit 7"});
    const std::string id = new_id();
    EXPECT_TRUE(create(id).ok()) << error_of(id);
    return id;
  }
  // Init gives its memory back after `create` has left, so the number is waited for.
  int settled_pss(const std::string& id) {
    const std::string pid = fmt::format("{}", runtime().state(id)["pid"].get<int>());
    eventually([&] {
      const int now = pss_of(pid);
      return now > 0 && now < kLimit;
    });
    return pss_of(pid);
  }
};

TEST_F(Footprint, AnInitThatWaitsHoldsLessThan400Kilobytes) {
  const std::string id = create_waiting();
  const int pss = settled_pss(id);
  EXPECT_GT(pss, 0);
  RecordProperty("pss_kib", pss);
  if (runtime().is_ours()) {
    EXPECT_LT(pss, kLimit);
  }
  // What was given back comes again when it is needed.
  EXPECT_TRUE(runtime()({"start", id}).ok());
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
}

TEST_F(Footprint, SoDoesEachOfSeveral) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i)
    ids.push_back(create_waiting());
  for (const std::string& id : ids) {
    const int pss = settled_pss(id);
    EXPECT_GT(pss, 0);
    if (runtime().is_ours()) {
      EXPECT_LT(pss, kLimit) << id;
    }
  }
}

TEST_F(Footprint, AFilterAndHooksAreStillThereAfterTheWait) {
  bundle().config["linux"]["seccomp"] = {
      {"defaultAction", "SCMP_ACT_ALLOW"},
      {"syscalls", {{{"names", {"mkdir", "mkdirat"}}, {"action", "SCMP_ACT_ERRNO"}}}}};
  bundle().hook("startContainer", {{"path", "/bin/touch"}, {"args", {"touch", "/tmp/hooked"}}});
  bundle().args({"/bin/sh", "-c", "test -e /tmp/hooked && ! mkdir /tmp/new && echo both"});
  const std::string id = new_id();
  ASSERT_TRUE(create(id).ok()) << error_of(id);
  settled_pss(id);
  const Result started = runtime()({"start", id});
  EXPECT_TRUE(started.ok()) << started;
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(output_of(id), "both\n") << error_of(id);
}

}  // namespace
}  // namespace wpar::test
