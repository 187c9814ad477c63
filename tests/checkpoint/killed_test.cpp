// SPDX-License-Identifier: Apache-2.0
// A checkpoint or a restore that is killed: no container stays frozen, no half of one stays behind.
#include <fmt/format.h>
#include <signal.h>

#include "tests/checkpoint/checkpoint_world.h"

namespace wpar::test {
namespace {

class KilledCheckpoint : public CheckpointTest {
 protected:
  // Kills `words` of the runtime after that time; true when it was still at work.
  bool killed_after(std::vector<std::string> words, Milliseconds time) {
    Command command = runtime().command(std::move(words));
    command.timeout = Milliseconds(60000);
    command.output_path = *temp_ / "killed.out";
    command.error_path = *temp_ / "killed.err";
    Process process(command);
    sleep_for(time);
    const bool at_work = process.running();
    process.signal(SIGKILL);
    process.wait();
    // CRIU sees that nobody answers, cleans up and ends.
    EXPECT_TRUE(eventually([&] { return criu_processes() == 0; }, Milliseconds(10000)));
    adopted_children();
    return at_work;
  }
  // Those that work on our images.
  int criu_processes() {
    int count = 0;
    for (const pid_t pid : adopted_children())
      count += contains(read_text(fmt::format("/proc/{}/cmdline", pid)), "criu") ? 1 : 0;
    return count;
  }
};

TEST_F(KilledCheckpoint, TheContainerGoesOnOrIsStopped) {
  int interrupted = 0;
  for (int ms = 20; ms <= 420; ms += 40) {
    const std::string id = start_shell(kCount);
    ASSERT_TRUE(counts_on(1));
    interrupted += killed_after({"checkpoint", "--image-path", images(), id}, Milliseconds(ms));
    const std::string status = runtime().status(id);
    if (status == "running") {
      EXPECT_TRUE(counts_on(counter())) << "after " << ms << " ms";
    } else {
      EXPECT_TRUE(status == "stopped" || status.empty()) << status << " after " << ms << " ms";
    }
    const Result deleted = runtime()({"delete", "--force", id});
    EXPECT_EQ(deleted.code, 0) << deleted;
    EXPECT_TRUE(cgroups_with(id).empty());
    remove_tree(images());
  }
  EXPECT_GT(interrupted, 2) << "the times are too long for this machine";
}

TEST_F(KilledCheckpoint, ARestoreLeavesWhatDeleteCanRemove) {
  const std::string first = start_shell(kCount);
  ASSERT_TRUE(counts_on(1));
  ASSERT_EQ(checkpoint(first).code, 0);
  int interrupted = 0;
  for (int ms = 20; ms <= 420; ms += 40) {
    const std::string id = new_id();
    interrupted += killed_after(
        {"restore", "--detach", "--bundle", bundle().path(), "--image-path", images(), id},
        Milliseconds(ms));
    const std::string status = runtime().status(id);
    EXPECT_TRUE(status == "running" || status == "stopped" || status.empty()) << status;
    const Result deleted = runtime()({"delete", "--force", id});
    EXPECT_EQ(deleted.code, 0) << deleted;
    EXPECT_TRUE(cgroups_with(id).empty()) << "after " << ms << " ms";
    adopted_children();
  }
  EXPECT_GT(interrupted, 2) << "the times are too long for this machine";
  // The images have not suffered.
  const int last = counter();
  const Result back = restore(first);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
}

}  // namespace
}  // namespace wpar::test
