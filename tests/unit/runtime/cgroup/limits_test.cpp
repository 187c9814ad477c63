// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/cgroup/limits_v1.h"
#include "runtime/cgroup/limits_v2.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/route.h"

namespace wpar::cgroup {
namespace {

using plan::DeviceRule;
using plan::Limits;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> lines(const std::vector<FileWrite>& writes) {
  std::vector<std::string> all;
  for (const FileWrite& one : writes) {
    all.push_back(one.refusal.empty() ? fmt::format("{}={}", one.file, one.text)
                                      : fmt::format("{}: {}", one.pointer, one.refusal));
  }
  return all;
}

template <typename Work>
std::string message_of(Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Limits everything() {
  Limits limits;
  limits.memory = 1000;
  limits.memory_swap = 3000;
  limits.memory_reservation = 500;
  limits.cpu_shares = 1024;
  limits.cpu_period = 100000;
  limits.cpu_quota = 50000;
  limits.cpu_burst = 10;
  limits.cpuset_cpus = "0-1";
  limits.cpuset_mems = "0";
  limits.pids = 0;
  limits.block_weight = 500;
  limits.block_weight_device = {{.major = 8, .minor = 0, .weight = 10, .leaf_weight = {}}};
  limits.block_read_bps = {{8, 0, 1}};
  limits.block_write_bps = {{8, 0, 2}};
  limits.block_read_iops = {{8, 0, 3}};
  limits.block_write_iops = {{8, 0, 0}};
  limits.hugetlb = {{"2MB", 4194304}};
  return limits;
}

TEST(LimitsV1, BecomeOneWriteEachInOrder) {
  EXPECT_THAT(
      lines(limits_v1(everything())),
      ElementsAre("memory.limit_in_bytes=1000", "memory.memsw.limit_in_bytes=3000",
                  "memory.soft_limit_in_bytes=500", "cpu.shares=1024", "cpu.cfs_period_us=100000",
                  "cpu.cfs_quota_us=50000", "cpu.cfs_burst_us=10", "cpuset.cpus=0-1",
                  "cpuset.mems=0", "pids.max=0", "blkio.weight=500", "blkio.weight_device=8:0 10",
                  "blkio.throttle.read_bps_device=8:0 1", "blkio.throttle.write_bps_device=8:0 2",
                  "blkio.throttle.read_iops_device=8:0 3", "blkio.throttle.write_iops_device=8:0 0",
                  "hugetlb.2MB.limit_in_bytes=4194304", "hugetlb.2MB.rsvd.limit_in_bytes=4194304"));
}

TEST(LimitsV1, WriteNothingForWhatIsAbsentOrZero) {
  EXPECT_THAT(limits_v1({}), IsEmpty());
  Limits zeros;
  zeros.memory = zeros.memory_swap = zeros.memory_reservation = 0;
  zeros.cpu_shares = zeros.cpu_period = 0;
  zeros.cpu_quota = 0;
  zeros.block_weight = 0;
  zeros.cpuset_cpus = zeros.cpuset_mems = "";
  EXPECT_THAT(limits_v1(zeros), IsEmpty());
  EXPECT_THAT(limits_v2(zeros), IsEmpty());
}

TEST(LimitsV1, LiftTheSwapLimitBeforeTheMemoryLimit) {
  Limits limits;
  limits.memory = plan::kUnlimited;
  EXPECT_THAT(lines(limits_v1(limits)),
              ElementsAre("memory.memsw.limit_in_bytes=-1", "memory.limit_in_bytes=-1"));
}

TEST(LimitsV1, HaveRealtimeIdleSwappinessOomAndNetwork) {
  Limits limits;
  limits.swappiness = 0;
  limits.disable_oom_killer = false;
  limits.cpu_idle = 1;
  limits.cpu_shares = 2;
  limits.cpu_realtime_period = 1000000;
  limits.cpu_realtime_runtime = 0;
  limits.pids = -1;
  limits.network_class_id = 1048577;
  limits.network_priorities = {{"eth0", 5}};
  EXPECT_THAT(lines(limits_v1(limits)),
              ElementsAre("memory.swappiness=0", "memory.oom_control=0", "cpu.idle=1",
                          "cpu.rt_period_us=1000000", "cpu.rt_runtime_us=0", "pids.max=max",
                          "net_cls.classid=1048577", "net_prio.ifpriomap=eth0 5"));
  limits.network_priorities = {{"eth0 9", 5}};
  EXPECT_FALSE(limits_v1(limits).back().refusal.empty());
}

DeviceRule rule(bool allow, char type, std::int64_t major, std::int64_t minor,
                std::string_view access) {
  return {.allow = allow,
          .type = type,
          .major = major,
          .minor = minor,
          .read = access.find('r') != access.npos,
          .write = access.find('w') != access.npos,
          .mknod = access.find('m') != access.npos};
}
const DeviceRule kDenyAll = rule(false, 'a', -1, -1, "rwm");
const DeviceRule kAllowAll = rule(true, 'a', -1, -1, "rwm");

TEST(DevicesV1, KeepTheOrderOfTheRulesAndMergeNothing) {
  EXPECT_THAT(
      lines(devices_v1({kDenyAll, rule(true, 'c', 1, 3, "rwm"), rule(true, 'c', 1, 3, "rwm"),
                        rule(true, 'b', -1, -1, "m"), rule(false, 'c', 1, 3, "w")})),
      ElementsAre("devices.deny=a", "devices.allow=c 1:3 rwm", "devices.allow=c 1:3 rwm",
                  "devices.allow=b *:* m", "devices.deny=c 1:3 w"));
  EXPECT_THAT(devices_v1({}), IsEmpty());
}

TEST(DevicesV1, SplitARuleForBothTypesThatIsNotForEverything) {
  EXPECT_THAT(lines(devices_v1({kDenyAll, rule(true, 'a', -1, -1, "r")})),
              ElementsAre("devices.deny=a", "devices.allow=b *:* r", "devices.allow=c *:* r"));
  EXPECT_THAT(
      lines(devices_v1({kDenyAll, rule(true, 'a', 10, 200, "rwm")})),
      ElementsAre("devices.deny=a", "devices.allow=b 10:200 rwm", "devices.allow=c 10:200 rwm"));
}

TEST(DevicesV1, ADenialOfMoreDevicesReachesNarrowerExceptionsToo) {
  EXPECT_THAT(lines(devices_v1({kDenyAll, rule(true, 'c', 1, 3, "rwm"), rule(true, 'c', 5, 0, "rw"),
                                rule(false, 'c', 1, -1, "w")})),
              ElementsAre("devices.deny=a", "devices.allow=c 1:3 rwm", "devices.allow=c 5:0 rw",
                          "devices.deny=c 1:* w", "devices.deny=c 1:3 w"));
}

TEST(DevicesV1, RefuseAHoleThatTheKernelWouldNotMake) {
  const auto hole = [] {
    devices_v1({kDenyAll, rule(true, 'c', -1, -1, "rwm"), rule(false, 'c', 1, 3, "rwm")});
  };
  EXPECT_THAT(message_of(hole),
              HasSubstr("/linux/resources/devices/1: cgroup v1 cannot deny c 1:3"));
  const auto other_hole = [] {
    devices_v1({kAllowAll, rule(false, 'c', 1, -1, "rwm"), rule(true, 'c', 1, 3, "r")});
  };
  EXPECT_THAT(message_of(other_hole), HasSubstr("cannot allow c 1:3 r"));
  // Other access, other type, other numbers: no hole.
  EXPECT_NO_THROW(devices_v1({kDenyAll, rule(true, 'c', -1, -1, "m"), rule(false, 'c', 1, 3, "rw"),
                              rule(false, 'b', 1, 3, "m")}));
  // After a new start the earlier exceptions are gone.
  EXPECT_NO_THROW(devices_v1(
      {kDenyAll, rule(true, 'c', -1, -1, "rwm"), kDenyAll, rule(false, 'c', 1, 3, "rwm")}));
}

TEST(DevicesV1, RefuseAListThatBeginsInTheMiddle) {
  EXPECT_THROW(devices_v1({rule(true, 'c', 1, 3, "rwm")}), Error);
  EXPECT_THROW(devices_v1({rule(false, 'a', -1, -1, "rw")}), Error);
}

TEST(DevicesV1, ChangeWithoutAnInstantOfDenyingWhatStays) {
  EXPECT_THAT(
      lines(change_devices_v1("c 1:3 rwm\nc 5:0 rw\nb *:* m\n",
                              {kDenyAll, rule(true, 'c', 1, 3, "rwm"), rule(true, 'c', 5, 0, "r"),
                               rule(true, 'c', 1, 11, "r"), rule(true, 'b', -1, -1, "m")})),
      ElementsAre("devices.allow=c 1:11 r", "devices.deny=c 5:0 w"));
  EXPECT_THAT(change_devices_v1("c 1:3 rwm\n", {kDenyAll, rule(true, 'c', 1, 3, "rwm")}),
              IsEmpty());
}

TEST(DevicesV1, ChangeFromOrToEverythingBeginsAnew) {
  EXPECT_THAT(lines(change_devices_v1("a *:* rwm\n", {kDenyAll, rule(true, 'c', 1, 3, "r")})),
              ElementsAre("devices.deny=a", "devices.allow=c 1:3 r"));
  EXPECT_THAT(lines(change_devices_v1("c 1:3 r\n", {kAllowAll})), ElementsAre("devices.allow=a"));
}

TEST(DevicesV1, AreRestoredFromTheirList) {
  EXPECT_THAT(lines(restore_devices_v1("c 1:11 r\nc 1:3 r\n", "c 1:3 rwm\n")),
              ElementsAre("devices.allow=c 1:3 wm", "devices.deny=c 1:11 r"));
  EXPECT_THAT(lines(restore_devices_v1("c 1:3 r\n", "a *:* rwm\n")),
              ElementsAre("devices.allow=a"));
  EXPECT_THAT(lines(restore_devices_v1("a *:* rwm\n", "c 1:3 r\n")),
              ElementsAre("devices.deny=a", "devices.allow=c 1:3 r"));
}

TEST(Limits, OfRdmaAreTheSameInBothVersions) {
  Limits limits;
  limits.rdma = {{"mlx5_1", 3, std::nullopt}, {"mlx4_0", 2, 1}};
  for (const auto& writes : {limits_v1(limits), limits_v2(limits)}) {
    EXPECT_THAT(lines(writes), ElementsAre("rdma.max=mlx5_1 hca_handle=3",
                                           "rdma.max=mlx4_0 hca_handle=2 hca_object=1"));
  }
}

TEST(LimitsV2, WriteUnifiedValuesLineByLine) {
  const std::vector<FileWrite> writes = unified_writes({{"cgroup.max.depth", "3"},
                                                        {"io.max", "8:0 rbps=1\n8:16 wiops=2\n"},
                                                        {"memory.high", "5\n"}});
  EXPECT_THAT(lines(writes), ElementsAre("cgroup.max.depth=3", "io.max=8:0 rbps=1",
                                         "io.max=8:16 wiops=2", "memory.high=5\n"));
  EXPECT_EQ(writes[0].controller, "cgroup");
  EXPECT_EQ(writes[1].key, "8:0 ");
  EXPECT_EQ(writes[3].pointer, "/linux/resources/unified/memory.high");
}

TEST(LimitsV2, BecomeOneWriteEachInOrder) {
  EXPECT_THAT(
      lines(limits_v2(everything())),
      ElementsAre("memory.max=1000", "memory.swap.max=2000", "memory.low=500", "cpu.weight=100",
                  "cpu.max=50000 100000", "cpu.max.burst=10", "cpuset.cpus=0-1", "cpuset.mems=0",
                  "pids.max=0", "io.bfq.weight=500", "io.bfq.weight=8:0 10", "io.max=8:0 rbps=1",
                  "io.max=8:0 wbps=2", "io.max=8:0 riops=3", "io.max=8:0 wiops=max",
                  "hugetlb.2MB.max=4194304", "hugetlb.2MB.rsvd.max=4194304"));
  const std::vector<FileWrite> writes = limits_v2(everything());
  EXPECT_EQ(writes[9].other_file, "io.weight");
  EXPECT_EQ(writes[9].other_text, "4950");
  EXPECT_EQ(writes[10].other_text, "8:0 1");
}

TEST(LimitsV2, TurnSharesIntoAWeightOnTheQuadraticCurve) {
  EXPECT_EQ(weight_of_shares(0), 1U);
  EXPECT_EQ(weight_of_shares(2), 1U);
  EXPECT_EQ(weight_of_shares(3), 2U);
  EXPECT_EQ(weight_of_shares(1024), 100U);
  EXPECT_EQ(weight_of_shares(262143), 10000U);
  EXPECT_EQ(weight_of_shares(262144), 10000U);
  EXPECT_EQ(weight_of_shares(~std::uint64_t{0}), 10000U);
  EXPECT_EQ(io_weight(10), 1U);
  EXPECT_EQ(io_weight(1000), 10000U);
}

TEST(LimitsV2, CompleteWhatIsHalfGivenFromWhatIsThere) {
  Limits limits;
  limits.cpu_period = 200000;
  EXPECT_THAT(lines(limits_v2(limits)), ElementsAre("cpu.max=max 200000"));
  EXPECT_THAT(lines(limits_v2(limits, {.cpu_max = "5000 100000\n"})),
              ElementsAre("cpu.max=5000 200000"));
  limits = {};
  limits.cpu_quota = -1;
  EXPECT_THAT(lines(limits_v2(limits)), ElementsAre("cpu.max=max"));
  limits = {};
  limits.memory_swap = 3000;
  EXPECT_THAT(lines(limits_v2(limits, {.memory_max = "1000\n"})),
              ElementsAre("memory.swap.max=2000"));
  EXPECT_THAT(lines(limits_v2(limits)), ElementsAre(HasSubstr("needs a memory limit")));
}

TEST(LimitsV2, RefuseWhatV2CannotDo) {
  Limits limits;
  limits.memory = 2000;
  limits.memory_swap = 1000;
  limits.swappiness = 10;
  limits.disable_oom_killer = true;
  limits.cpu_realtime_runtime = 5;
  limits.block_leaf_weight = 10;
  EXPECT_THAT(
      lines(limits_v2(limits)),
      ElementsAre("memory.max=2000", HasSubstr("/linux/resources/memory/swap: 1000 is"),
                  HasSubstr("swappiness: cgroup v2"), HasSubstr("disableOOMKiller: cgroup"),
                  HasSubstr("realtimeRuntime: cgroup"), HasSubstr("leafWeight: cgroup v2")));
  limits = {};
  limits.disable_oom_killer = false;
  limits.memory = -1;
  EXPECT_THAT(lines(limits_v2(limits)), ElementsAre("memory.max=max", "memory.swap.max=max"));
}

const std::vector<Hierarchy> kHybrid = {{.v2 = false,
                                         .controllers = {"memory"},
                                         .mount_point = "/m",
                                         .mount_root = "/",
                                         .own_path = "/"},
                                        {.v2 = false,
                                         .controllers = {"devices"},
                                         .mount_point = "/d",
                                         .mount_root = "/",
                                         .own_path = "/"},
                                        {.v2 = true,
                                         .controllers = {"hugetlb", "io"},
                                         .mount_point = "/u",
                                         .mount_root = "/",
                                         .own_path = "/"}};

TEST(Route, GivesEachLimitToTheHierarchyThatHasItsController) {
  Limits limits;
  limits.memory = 5;
  limits.swappiness = 1;  // v1 can
  limits.hugetlb = {{"2MB", 1}};
  limits.block_weight = 10;
  limits.devices = {kDenyAll};
  std::vector<std::string> found;
  const Route routed = route(kHybrid, limits);
  for (const RoutedWrite& one : routed.writes) {
    found.push_back(fmt::format("{} {}", one.hierarchy, one.write.file));
  }
  EXPECT_THAT(found,
              ElementsAre("0 memory.limit_in_bytes", "0 memory.swappiness", "2 io.bfq.weight",
                          "2 hugetlb.2MB.max", "2 hugetlb.2MB.rsvd.max", "1 devices.deny"));
  EXPECT_THAT(routed.device_program, IsEmpty()) << "the v1 controller has them";
}

TEST(Route, RefusesALimitWhoseControllerIsNotMounted) {
  Limits limits;
  limits.network_class_id = 1;
  EXPECT_THAT(message_of([&] { route(kHybrid, limits); }),
              HasSubstr("/linux/resources/network/classID: the cgroup controller net_cls is not"));
  limits = {};
  limits.pids = 1;
  EXPECT_THAT(message_of([&] { route(kHybrid, limits); }),
              HasSubstr("/linux/resources/pids/limit"));
  EXPECT_THAT(route(kHybrid, {}).writes, IsEmpty());
}

TEST(Route, PutsUnifiedValuesLastAndOnlyOnV2) {
  Limits limits;
  limits.hugetlb = {{"2MB", 1}};
  limits.unified = {{"hugetlb.2MB.max", "7"}, {"cgroup.max.depth", "3"}, {"new.file", "x"}};
  const Route routed = route(kHybrid, limits);
  ASSERT_EQ(routed.writes.size(), 5U);
  EXPECT_EQ(routed.writes[2].write.text, "7");
  EXPECT_EQ(routed.writes[3].hierarchy, 2U) << "a file of every cgroup needs no controller";
  EXPECT_EQ(routed.writes[4].write.file, "new.file") << "what is unknown is the kernel's to refuse";
  limits = {};
  limits.unified = {{"memory.high", "1"}};
  EXPECT_THAT(message_of([&] { route(kHybrid, limits); }),
              HasSubstr("/linux/resources/unified/memory.high: the cgroup controller memory is a "
                        "v1 hierarchy"));
  EXPECT_THAT(message_of([&] { route({kHybrid[0]}, limits); }),
              HasSubstr("no cgroup v2 hierarchy is mounted"));
  limits.unified = {{"io.max", "8:0 rbps=1"}, {"cpu.max", "1"}};
  EXPECT_THAT(message_of([&] { route(kHybrid, limits); }),
              HasSubstr("unified/cpu.max: the cgroup controller cpu is not available"));
}

TEST(Route, MakesAProgramOfDeviceRulesWhereNoV1ControllerTakesThem) {
  const std::vector<Hierarchy> v2 = {{.v2 = true,
                                      .controllers = {"cpu", "memory", "pids"},
                                      .mount_point = "/u",
                                      .mount_root = "/",
                                      .own_path = "/"}};
  Limits limits;
  limits.memory = 5;
  limits.pids = 1;
  EXPECT_EQ(route(v2, limits).writes.size(), 2U);
  EXPECT_THAT(route(v2, limits).device_program, IsEmpty());
  limits.devices = {kDenyAll};
  EXPECT_EQ(route(v2, limits).writes.size(), 2U);
  EXPECT_THAT(route(v2, limits).device_program, Not(IsEmpty()));
  const std::vector<Hierarchy> hybrid_without = {kHybrid[0], kHybrid[2]};
  limits.pids.reset();
  EXPECT_THAT(route(hybrid_without, limits).device_program, Not(IsEmpty()));
  EXPECT_THAT(message_of([&] { route({kHybrid[0]}, limits); }),
              HasSubstr("/linux/resources/devices: neither the cgroup controller devices nor"));
  limits.devices.clear();
  EXPECT_NO_THROW(route({kHybrid[0]}, limits));
  limits.swappiness = 1;
  EXPECT_THAT(message_of([&] { route(v2, limits); }), HasSubstr("memory/swappiness"));
}

TEST(Processes, LeaveOutThoseOfAnotherPidNamespace) {
  std::vector<pid_t> pids;
  parse_processes("12\n0\n7\n-3\nx\n", pids);
  EXPECT_THAT(pids, ElementsAre(12, 7));
}

}  // namespace
}  // namespace wpar::cgroup
