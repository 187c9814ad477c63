// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/proc.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

namespace wpar::sys {
namespace {

constexpr const char* kTail =
    " S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 1000 200 18446744073709551615";

TEST(ProcessStat, ReadsStateAndStartTime) {
  const auto stat = parse_process_stat(std::string("7 (sh)") + kTail);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 1);
  EXPECT_EQ(stat->start_time, 4242U);
}

TEST(ProcessStat, IsNotFooledByTheNameOfTheProcess) {
  const auto stat = parse_process_stat(std::string("7 (x) Z 1 1 1 (y)") + kTail);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->state, 'S');
}

TEST(ProcessStat, RefusesWhatIsNone) {
  for (const char* wrong : {"", "7 (sh", "7 (sh) S 1 2 3", "7 (sh) SS"}) {
    EXPECT_FALSE(parse_process_stat(wrong)) << wrong;
  }
}

TEST(ProcessIds, HoldThisProcessAndItsParent) {
  const std::vector<pid_t> pids = process_ids();
  EXPECT_NE(std::find(pids.begin(), pids.end(), ::getpid()), pids.end());
  EXPECT_EQ(find_process_stat(::getpid())->parent, ::getppid());
  EXPECT_EQ(find_pid_namespace(::getpid()), find_pid_namespace(::getppid()));
  EXPECT_FALSE(find_pid_namespace(4'194'305));
}

TEST(ProcessStat, TellsThisProcessFromAnotherWithItsPid) {
  const auto mine = find_process_stat(::getpid());
  ASSERT_TRUE(mine);
  EXPECT_TRUE(is_running(::getpid(), mine->start_time));
  EXPECT_FALSE(is_running(::getpid(), mine->start_time + 1));
  EXPECT_FALSE(find_process_stat(4'194'305));  // above the kernel's largest pid
}

TEST(KernelVersion, IsComparedByNumber) {
  EXPECT_TRUE(kernel_is_at_least(5, 12));  // what the runtime itself needs
  EXPECT_FALSE(kernel_is_at_least(1000, 0));
}

}  // namespace
}  // namespace wpar::sys
