// SPDX-License-Identifier: Apache-2.0
// pause and resume: the v1 freezer or cgroup.freeze.
#include <fmt/format.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Pause : public ContainerTest {
 protected:
  // One that writes a longer and longer file.
  std::string start_counting() {
    const std::string id = start_shell("while :; do echo x >> /count; sleep 0.01; done & wait");
    EXPECT_TRUE(eventually([&] { return count() > 0; }));
    return id;
  }
  std::size_t count() { return read_text(bundle().in_root("/count")).size(); }
  bool goes_on() {
    const std::size_t before = count();
    return eventually([&] { return count() > before; }, Milliseconds(3000));
  }
  bool stands_still() {
    const std::size_t before = count();
    sleep_for(Milliseconds(100));
    return count() == before;
  }
};

TEST_F(Pause, StopsEveryProcessAndResumeLetsThemGoOn) {
  const std::string id = start_counting();
  const Result paused = runtime()({"pause", id});
  ASSERT_EQ(paused.code, 0) << paused;
  EXPECT_EQ(runtime().status(id), "paused");
  EXPECT_TRUE(stands_still());
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(goes_on());
}

TEST_F(Pause, SaysWhatIsWrongWithTheState) {
  const std::string id = start_waiting();
  const Result not_paused = runtime()({"resume", id});
  EXPECT_NE(not_paused.code, 0);
  EXPECT_EQ(runtime()({"pause", id}).code, 0);
  const Result again = runtime()({"pause", id});
  EXPECT_NE(again.code, 0);
  EXPECT_EQ(runtime().status(id), "paused");
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const Result stopped = runtime()({"pause", id});
  EXPECT_NE(stopped.code, 0);
  if (runtime().is_ours()) {
    expect_one_line(not_paused, "container not paused");
    expect_one_line(again, "container not running");
    expect_one_line(stopped, "container not running");
  }
  EXPECT_NE(runtime()({"pause", "wt" + temp_->tag() + "-none"}).code, 0);
}

TEST_F(Pause, WorksOnACreatedContainer) {
  WPAR_SKIP_PEER("crun", "1.8.1 pauses only what runs");
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0) << error_of(id);
  EXPECT_EQ(runtime()({"pause", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "paused");
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "created");
  EXPECT_EQ(runtime()({"start", id}).code, 0);
}

TEST_F(Pause, APausedContainerCanBeKilled) {
  const std::string id = start_counting();
  ASSERT_EQ(runtime()({"pause", id}).code, 0);
  const Result killed = runtime()({"kill", id, "KILL"});
  EXPECT_EQ(killed.code, 0) << killed;
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
}

TEST_F(Pause, APausedContainerCanBeDeletedByForce) {
  const std::string id = start_counting();
  ASSERT_EQ(runtime()({"pause", id}).code, 0);
  const Result deleted = runtime()({"delete", "--force", id});
  EXPECT_EQ(deleted.code, 0) << deleted;
  EXPECT_EQ(runtime().status(id), "");
}

TEST_F(Pause, ExecIntoAPausedContainerWaitsWhenAllowed) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "the text is ours, and crun has no --ignore-paused";
  const std::string id = start_counting();
  ASSERT_EQ(runtime()({"pause", id}).code, 0);
  expect_one_line(exec(id, {"/bin/true"}),
                  "cannot exec in a paused container (use --ignore-paused to override)");
  Process waiting(runtime().command({"exec", "--ignore-paused", id, "/bin/sh", "-c", "exit 7"}));
  sleep_for(Milliseconds(100));
  EXPECT_TRUE(waiting.running());
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(waiting.wait().code, 7);
}

}  // namespace
}  // namespace wpar::test
