// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/stats_document.h"

#include <gtest/gtest.h>

namespace wpar::lifecycle {
namespace {

TEST(StatsDocument, KeepsWhatHasNoOmitemptyWhenAllIsZero) {
  EXPECT_EQ(
      stats_document("web1", {}, {}),
      R"({"type":"stats","id":"web1","data":{"cpu":{"usage":{"kernel":0,"user":0},"throttling":{}},)"
      R"("cpuset":{"cpu_exclusive":0,"mem_hardwall":0,"mem_exclusive":0,"memory_migrate":0,)"
      R"("memory_spread_page":0,"memory_spread_slab":0,"memory_pressure":0,"sched_load_balance":0,)"
      R"("sched_relax_domain_level":0},"memory":{"usage":{"limit":0,"failcnt":0},)"
      R"("swap":{"limit":0,"failcnt":0},"kernel":{"limit":0,"failcnt":0},)"
      R"("kernelTCP":{"limit":0,"failcnt":0}},"pids":{},"blkio":{},"hugetlb":{},"intel_rdt":{},)"
      R"("network_interfaces":null}})");
}

TEST(StatsDocument, WritesEverything) {
  cgroup::Stats stats;
  stats.cpu.total = 7;
  stats.cpu.percpu = {3, 4};
  stats.cpu.percpu_kernel = {1, 2};
  stats.cpu.percpu_user = {2, 2};
  stats.cpu.throttled_time = 9;
  stats.cpu.pressure = cgroup::Pressure{.some = {1.5, 0.25, 0, 77}, .full = {}};
  stats.cpuset.cpus = {0, 1};
  stats.cpuset.mems = {0};
  stats.memory.usage = {.limit = cgroup::kNoLimit, .usage = 5, .max = 6, .failcnt = 1};
  stats.memory.raw = {{"anon", 1}};
  stats.pids = {.current = 2, .limit = 3};
  stats.block.service_bytes = {{8, 0, "Read", 4096}, {0, 0, "", 0}};
  stats.hugetlb["2MB"] = {.limit = 5, .usage = 2, .max = 0, .failcnt = 0};
  const std::string text =
      stats_document("web1", stats, {{.name = "et\"h0", .rx_bytes = 1, .tx_dropped = 8}});
  const auto holds = [&](std::string_view part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin " << text;
  };
  holds(R"("usage":{"total":7,"percpu":[3,4],"percpu_kernel":[1,2],"percpu_user":[2,2],)");
  holds(R"("throttling":{"throttledTime":9},"psi":{"some":{"avg10":1.5,"avg60":0.25,"avg300":0,)"
        R"("total":77},"full":{"avg10":0,"avg60":0,"avg300":0,"total":0}}})");
  holds(R"("cpuset":{"cpus":[0,1],"cpu_exclusive":0,"mems":[0],)");
  holds(R"("usage":{"limit":18446744073709551615,"usage":5,"max":6,"failcnt":1})");
  holds(R"("raw":{"anon":1})");
  holds(R"("pids":{"current":2,"limit":3})");
  holds(R"("ioServiceBytesRecursive":[{"major":8,"op":"Read","value":4096},{}])");
  holds(R"("hugetlb":{"2MB":{"usage":2,"failcnt":0}})");
  holds(R"("network_interfaces":[{"Name":"et\"h0","RxBytes":1,"RxPackets":0,"RxErrors":0,)"
        R"("RxDropped":0,"TxBytes":0,"TxPackets":0,"TxErrors":0,"TxDropped":8}])");
}

TEST(OomDocument, NamesTheContainer) {
  EXPECT_EQ(oom_document("web1"), R"({"type":"oom","id":"web1"})");
}

TEST(Interfaces, AreReadFromProc) {
  const auto all = parse_interfaces(
      "Inter-|   Receive                                                |  Transmit\n"
      " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs "
      "drop fifo colls carrier compressed\n"
      "    lo:     100       2    3    4    0     0          0         0      500       6    7    "
      "8 "
      "   0     0       0          0\n"
      "a:b: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], (InterfaceStats{.name = "lo",
                                    .rx_bytes = 100,
                                    .rx_packets = 2,
                                    .rx_errors = 3,
                                    .rx_dropped = 4,
                                    .tx_bytes = 500,
                                    .tx_packets = 6,
                                    .tx_errors = 7,
                                    .tx_dropped = 8}));
  EXPECT_EQ(all[1].name, "a:b");
  EXPECT_EQ(all[1].tx_bytes, 2U);
}

}  // namespace
}  // namespace wpar::lifecycle
