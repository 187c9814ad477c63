// SPDX-License-Identifier: Apache-2.0
// The texts are what kernels print.
#include "runtime/cgroup/stats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::cgroup {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using Texts = std::map<std::string, std::string>;
using AddStats = void (*)(std::string_view, const Files&, const std::vector<std::string>&, Stats&);

Stats stats_of(AddStats add, std::string_view controller, const Texts& texts) {
  Stats stats;
  const Files files = [&](const std::string& file) -> std::optional<std::string> {
    const auto found = texts.find(file);
    return found == texts.end() ? std::nullopt : std::optional(found->second);
  };
  add(controller, files, {"2MB", "1GB"}, stats);
  return stats;
}

TEST(StatsV1, ReadCpuTime) {
  const CpuStats cpu = stats_of(add_stats_v1, "cpuacct",
                                {{"cpuacct.usage", "2291806\n"},
                                 {"cpuacct.usage_percpu", "2000000 291806 \n"},
                                 {"cpuacct.usage_all", "cpu user system\n0 1 2\n1 3 4\n"},
                                 {"cpuacct.stat", "user 12\nsystem 5\n"}})
                           .cpu;
  EXPECT_EQ(cpu.total, 2291806U);
  EXPECT_THAT(cpu.percpu, ElementsAre(2000000U, 291806U));
  EXPECT_THAT(cpu.percpu_user, ElementsAre(1U, 3U));
  EXPECT_THAT(cpu.percpu_kernel, ElementsAre(2U, 4U));
  EXPECT_EQ(cpu.user, 120000000U);
  EXPECT_EQ(cpu.kernel, 50000000U);
}

TEST(StatsV1, ReadThrottling) {
  const CpuStats cpu =
      stats_of(add_stats_v1, "cpu",
               {{"cpu.stat", "nr_periods 10\nnr_throttled 3\nthrottled_time 400\nnr_bursts 0\n"}})
          .cpu;
  EXPECT_EQ(cpu.periods, 10U);
  EXPECT_EQ(cpu.throttled_periods, 3U);
  EXPECT_EQ(cpu.throttled_time, 400U);
}

TEST(StatsV1, ReadMemory) {
  const MemoryStats memory = stats_of(add_stats_v1, "memory",
                                      {{"memory.stat", "cache 4096\nrss 8192\nnot a number\n"},
                                       {"memory.limit_in_bytes", "9223372036854771712\n"},
                                       {"memory.usage_in_bytes", "12288\n"},
                                       {"memory.max_usage_in_bytes", "16384\n"},
                                       {"memory.failcnt", "2\n"},
                                       {"memory.memsw.usage_in_bytes", "12289\n"},
                                       {"memory.kmem.usage_in_bytes", "7\n"},
                                       {"memory.kmem.tcp.failcnt", "1\n"}})
                                 .memory;
  EXPECT_EQ(memory.cache, 4096U);
  EXPECT_THAT(memory.raw, ElementsAre(Pair("cache", 4096U), Pair("rss", 8192U)));
  EXPECT_EQ(memory.usage.limit, 9223372036854771712U);
  EXPECT_EQ(memory.usage.usage, 12288U);
  EXPECT_EQ(memory.usage.max, 16384U);
  EXPECT_EQ(memory.usage.failcnt, 2U);
  EXPECT_EQ(memory.swap.usage, 12289U);
  EXPECT_EQ(memory.kernel.usage, 7U);
  EXPECT_EQ(memory.kernel_tcp.failcnt, 1U);
  EXPECT_FALSE(memory.pressure);
}

TEST(StatsV1, ReadPidsAndCpusetsAndHugePages) {
  EXPECT_EQ(
      stats_of(add_stats_v1, "pids", {{"pids.current", "3\n"}, {"pids.max", "max\n"}}).pids.limit,
      0U);
  const Stats pids =
      stats_of(add_stats_v1, "pids", {{"pids.current", "3\n"}, {"pids.max", "17\n"}});
  EXPECT_EQ(pids.pids.current, 3U);
  EXPECT_EQ(pids.pids.limit, 17U);
  const CpusetStats cpuset = stats_of(add_stats_v1, "cpuset",
                                      {{"cpuset.cpus", "0-2,5\n"},
                                       {"cpuset.mems", "0\n"},
                                       {"cpuset.sched_load_balance", "1\n"},
                                       {"cpuset.sched_relax_domain_level", "-1\n"}})
                                 .cpuset;
  EXPECT_THAT(cpuset.cpus, ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(cpuset.mems, ElementsAre(0));
  EXPECT_EQ(cpuset.sched_load_balance, 1U);
  EXPECT_EQ(cpuset.sched_relax_domain_level, -1);
  const Stats huge = stats_of(add_stats_v1, "hugetlb",
                              {{"hugetlb.2MB.usage_in_bytes", "2097152\n"},
                               {"hugetlb.2MB.max_usage_in_bytes", "4194304\n"},
                               {"hugetlb.2MB.failcnt", "1\n"}});
  ASSERT_EQ(huge.hugetlb.size(), 1U);
  EXPECT_EQ(huge.hugetlb.at("2MB").usage, 2097152U);
  EXPECT_EQ(huge.hugetlb.at("2MB").max, 4194304U);
  EXPECT_EQ(huge.hugetlb.at("2MB").failcnt, 1U);
}

TEST(StatsV1, ReadBlockIoOfTheThrottleWhereTheSchedulerTellsNothing) {
  const BlockStats block = stats_of(add_stats_v1, "blkio",
                                    {{"blkio.bfq.io_service_bytes_recursive", "Total 0\n"},
                                     {"blkio.throttle.io_service_bytes_recursive",
                                      "8:0 Read 4096\n8:0 Write 0\n8:0 Total 4096\nTotal 4096\n"},
                                     {"blkio.throttle.io_serviced", "8:0 Read 1\n"}})
                               .block;
  EXPECT_THAT(block.service_bytes,
              ElementsAre(BlockEntry{8, 0, "Read", 4096}, BlockEntry{8, 0, "Write", 0},
                          BlockEntry{8, 0, "Total", 4096}));
  EXPECT_THAT(block.serviced, ElementsAre(BlockEntry{8, 0, "Read", 1}));
  const BlockStats bfq = stats_of(add_stats_v1, "blkio",
                                  {{"blkio.bfq.io_service_bytes_recursive", "8:0 Read 1\n"},
                                   {"blkio.bfq.sectors_recursive", "8:0 9\n"}})
                             .block;
  EXPECT_THAT(bfq.sectors, ElementsAre(BlockEntry{8, 0, "", 9}));
}

TEST(StatsV2, ReadCpuTimeInMicroseconds) {
  const CpuStats cpu =
      stats_of(add_stats_v2, "cpu",
               {{"cpu.stat",
                 "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 4\nnr_throttled 1\n"
                 "throttled_usec 6\n"},
                {"cpu.pressure",
                 "some avg10=1.50 avg60=0.25 avg300=0.00 total=77\n"
                 "full avg10=0.00 avg60=0.00 avg300=0.01 total=8\n"}})
          .cpu;
  EXPECT_EQ(cpu.total, 5000U);
  EXPECT_EQ(cpu.user, 3000U);
  EXPECT_EQ(cpu.kernel, 2000U);
  EXPECT_EQ(cpu.periods, 4U);
  EXPECT_EQ(cpu.throttled_time, 6000U);
  ASSERT_TRUE(cpu.pressure);
  EXPECT_EQ(cpu.pressure->some, (PressureLine{1.5, 0.25, 0, 77}));
  EXPECT_EQ(cpu.pressure->full, (PressureLine{0, 0, 0.01, 8}));
}

TEST(StatsV2, CountSwapWithMemoryAsV1Does) {
  Texts texts = {{"memory.stat", "anon 1\nfile 4096\n"},
                 {"memory.current", "1000\n"},
                 {"memory.max", "5000\n"},
                 {"memory.peak", "2000\n"},
                 {"memory.events", "low 0\nmax 3\n"},
                 {"memory.swap.current", "10\n"},
                 {"memory.swap.max", "100\n"}};
  MemoryStats memory = stats_of(add_stats_v2, "memory", texts).memory;
  EXPECT_EQ(memory.cache, 4096U);
  EXPECT_EQ(memory.usage.limit, 5000U);
  EXPECT_EQ(memory.usage.max, 2000U);
  EXPECT_EQ(memory.usage.failcnt, 3U);
  EXPECT_EQ(memory.swap.usage, 1010U);
  EXPECT_EQ(memory.swap.limit, 5100U);
  texts["memory.swap.max"] = "max\n";
  memory = stats_of(add_stats_v2, "memory", texts).memory;
  EXPECT_EQ(memory.swap.limit, kNoLimit);
}

TEST(StatsV2, ReadIoInTheTermsOfV1) {
  const BlockStats block =
      stats_of(add_stats_v2, "blkio",
               {{"io.stat", "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n7:0 \n"}})
          .block;
  EXPECT_THAT(block.service_bytes,
              ElementsAre(BlockEntry{8, 16, "Read", 1}, BlockEntry{8, 16, "Write", 2}));
  EXPECT_THAT(block.serviced,
              ElementsAre(BlockEntry{8, 16, "Read", 3}, BlockEntry{8, 16, "Write", 4}));
}

TEST(StatsV2, ReadHugePagesAndCpusets) {
  const Stats huge =
      stats_of(add_stats_v2, "hugetlb",
               {{"hugetlb.2MB.current", "2097152\n"}, {"hugetlb.2MB.events", "max 4\n"}});
  EXPECT_EQ(huge.hugetlb.at("2MB").usage, 2097152U);
  EXPECT_EQ(huge.hugetlb.at("2MB").failcnt, 4U);
  EXPECT_FALSE(huge.hugetlb.contains("1GB"));
  EXPECT_THAT(stats_of(add_stats_v2, "cpuset", {{"cpuset.cpus.effective", "0-1\n"}}).cpuset.cpus,
              ElementsAre(0, 1));
}

TEST(Stats, AreZeroWithoutFiles) {
  for (const AddStats add : {add_stats_v1, add_stats_v2}) {
    for (const char* controller :
         {"cpu", "cpuacct", "cpuset", "memory", "pids", "blkio", "hugetlb"}) {
      const Stats stats = stats_of(add, controller, {});
      EXPECT_EQ(stats.memory.usage.usage, 0U);
      EXPECT_THAT(stats.hugetlb, IsEmpty());
      EXPECT_FALSE(stats.cpu.pressure);
    }
  }
}

TEST(Lists, AreNumbersAndRanges) {
  EXPECT_THAT(parse_list(""), IsEmpty());
  EXPECT_THAT(parse_list("\n"), IsEmpty());
  EXPECT_THAT(parse_list("7\n"), ElementsAre(7));
  EXPECT_THAT(parse_list("5-3,x,1-"), IsEmpty());
}

}  // namespace
}  // namespace wpar::cgroup
