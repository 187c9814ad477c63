// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/undo.h"

#include <gtest/gtest.h>

namespace wpar::cgroup {
namespace {

std::string undo(const std::string& file, const std::string& key, std::string_view before) {
  FileWrite write;
  write.key = key;
  return undo_text(write, file, before);
}

TEST(Undo, WritesTheWholeFileAgain) {
  EXPECT_EQ(undo("memory.limit_in_bytes", "", "9223372036854771712\n"), "9223372036854771712");
  EXPECT_EQ(undo("cpu.max", "", "max 100000\n"), "max 100000");
  EXPECT_EQ(undo("cpuset.cpus", "", "\n"), "\n");
  EXPECT_EQ(undo("memory.oom_control", "", "oom_kill_disable 1\nunder_oom 0\noom_kill 0\n"), "1");
}

TEST(Undo, WritesTheLineOfTheKeyAgain) {
  EXPECT_EQ(undo("blkio.throttle.read_bps_device", "8:0 ", "8:0 5\n8:16 7\n"), "8:0 5");
  EXPECT_EQ(undo("io.max", "8:16 ", "8:16 rbps=2 wbps=max riops=max wiops=max\n"),
            "8:16 rbps=2 wbps=max riops=max wiops=max");
  EXPECT_EQ(undo("net_prio.ifpriomap", "eth0 ", "lo 0\neth0 3\n"), "eth0 3");
  EXPECT_EQ(undo("io.bfq.weight", "default ", "default 100\n"), "default 100");
}

TEST(Undo, WritesWhatAMissingLineMeans) {
  EXPECT_EQ(undo("blkio.throttle.read_bps_device", "8:0 ", ""), "8:0 0");
  EXPECT_EQ(undo("io.max", "8:0 ", "8:16 rbps=2 wbps=max riops=max wiops=max\n"),
            "8:0 rbps=max wbps=max riops=max wiops=max");
  EXPECT_EQ(undo("rdma.max", "mlx5_0 ", ""), "mlx5_0 hca_handle=max hca_object=max");
  EXPECT_EQ(undo("io.weight", "8:0 ", "default 100\n"), "8:0 default");
}

}  // namespace
}  // namespace wpar::cgroup
