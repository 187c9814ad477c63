// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/unit_properties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::cgroup {
namespace {

using plan::UnitProperty;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kInfinity = "18446744073709551615";

std::vector<Hierarchy> v2() {
  return {{.v2 = true,
           .controllers = {"cpu", "cpuset", "io", "memory", "pids", "hugetlb"},
           .mount_point = "/sys/fs/cgroup",
           .mount_root = "/",
           .own_path = "/"}};
}

std::vector<Hierarchy> v1() {
  std::vector<Hierarchy> hierarchies;
  for (const char* name : {"cpu", "cpuset", "blkio", "memory", "pids"}) {
    hierarchies.push_back({.controllers = {name},
                           .mount_point = std::string("/sys/fs/cgroup/") + name,
                           .mount_root = "/",
                           .own_path = "/"});
  }
  return hierarchies;
}

UnitProperty number(const char* name, const std::string& value) {
  return {name, "t", {value}};
}

TEST(UnitProperties, SayWhatTheFilesSayOnV2) {
  plan::Limits limits;
  limits.memory = 64 << 20;
  limits.memory_swap = 80 << 20;
  limits.memory_reservation = 32 << 20;
  limits.cpu_shares = 1024;
  limits.cpu_quota = 50000;
  limits.cpu_period = 200000;
  limits.pids = 7;
  limits.block_weight = 1000;
  limits.cpuset_cpus = "0-2,8";
  limits.cpuset_mems = "0";
  EXPECT_THAT(
      unit_properties(v2(), limits),
      ElementsAre(number("MemoryMax", "67108864"), number("MemorySwapMax", "16777216"),
                  number("MemoryLow", "33554432"), number("CPUWeight", "100"),
                  number("CPUQuotaPeriodUSec", "200000"), number("CPUQuotaPerSecUSec", "250000"),
                  UnitProperty{"AllowedCPUs", "ay", {"7", "1"}},
                  UnitProperty{"AllowedMemoryNodes", "ay", {"1"}}, number("TasksMax", "7"),
                  number("IOWeight", "10000")));
}

TEST(UnitProperties, SayWhatTheFilesSayOnV1) {
  plan::Limits limits;
  limits.memory = 64 << 20;
  limits.cpu_shares = 512;
  limits.cpu_quota = 50000;
  limits.pids = -1;
  limits.block_weight = 300;
  EXPECT_THAT(unit_properties(v1(), limits),
              ElementsAre(number("MemoryLimit", "67108864"), number("CPUShares", "512"),
                          number("TasksMax", kInfinity), number("BlockIOWeight", "300"),
                          number("CPUQuotaPerSecUSec", "500000")));
}

TEST(UnitProperties, LiftLimits) {
  plan::Limits limits;
  limits.memory = -1;
  limits.cpu_quota = -1;
  limits.pids = -1;
  EXPECT_THAT(unit_properties(v2(), limits),
              ElementsAre(number("MemoryMax", kInfinity), number("MemorySwapMax", kInfinity),
                          number("CPUQuotaPerSecUSec", kInfinity), number("TasksMax", kInfinity)));
}

TEST(UnitProperties, CompleteHalfABandwidthWithWhatHolds) {
  plan::Limits quota;
  quota.cpu_quota = 30000;
  plan::Limits period;
  period.cpu_period = 50000;
  const CurrentV2 current = {.cpu_max = "20000 60000\n"};
  for (const auto& hierarchies : {v1(), v2()}) {
    EXPECT_THAT(unit_properties(hierarchies, quota, current),
                ElementsAre(number("CPUQuotaPerSecUSec", "500000")));
    EXPECT_THAT(
        unit_properties(hierarchies, period, current),
        ElementsAre(number("CPUQuotaPeriodUSec", "50000"), number("CPUQuotaPerSecUSec", "400000")));
  }
}

TEST(UnitProperties, RoundBandwidthUpToWholePercents) {
  const auto per_second = [](std::int64_t quota, std::uint64_t period) {
    plan::Limits limits;
    limits.cpu_quota = quota;
    limits.cpu_period = period;
    return unit_properties(v2(), limits).back().values.front();
  };
  EXPECT_EQ(per_second(33333, 100000), "340000");
  EXPECT_EQ(per_second(1000, 1000000), "10000");
  EXPECT_EQ(per_second(400000, 100000), "4000000");
}

TEST(UnitProperties, KnowUnifiedValuesAndTheLastOneWins) {
  plan::Limits limits;
  limits.memory = 64 << 20;
  limits.unified = {
      {.file = "memory.max", .text = "128M"},   {.file = "memory.high", .text = "max"},
      {.file = "cpu.max", .text = "max 50000"}, {.file = "io.weight", .text = "default 77"},
      {.file = "memory.min", .text = "odd"},    {.file = "hugetlb.2MB.max", .text = "0"}};
  EXPECT_THAT(unit_properties(v2(), limits),
              ElementsAre(number("MemoryMax", "134217728"), number("MemoryHigh", kInfinity),
                          number("CPUQuotaPeriodUSec", "50000"),
                          number("CPUQuotaPerSecUSec", kInfinity), number("IOWeight", "77")));
}

TEST(UnitProperties, HaveOneTaskAtLeastAndKnowIdleGroups) {
  plan::Limits limits;
  limits.pids = 0;
  limits.cpu_idle = 1;
  EXPECT_THAT(unit_properties(v2(), limits),
              ElementsAre(number("CPUWeight", "0"), number("TasksMax", "1")));
  limits.cpu_idle = 0;
  EXPECT_THAT(unit_properties(v2(), limits), ElementsAre(number("TasksMax", "1")));
}

TEST(UnitProperties, LeaveOutListsThatAreNoneToSystemd) {
  plan::Limits limits;
  for (const char* list : {"0-100:1/2", "3-1", "9999"}) {
    limits.cpuset_cpus = list;
    EXPECT_THAT(unit_properties(v2(), limits), IsEmpty()) << list;
  }
}

plan::DeviceRule rule(bool allow, char type, std::int64_t major, std::int64_t minor,
                      bool mknod = true) {
  return {.allow = allow, .type = type, .major = major, .minor = minor, .mknod = mknod};
}

TEST(DeviceProperties, ListWhatIsAllowed) {
  const auto any = plan::DeviceRule::kAny;
  EXPECT_THAT(device_properties({}, false), IsEmpty());
  EXPECT_THAT(device_properties({rule(false, 'a', any, any), rule(true, 'c', 1, 3),
                                 rule(true, 'c', 136, any, false), rule(true, 'b', any, any),
                                 rule(true, 'a', 10, 200), rule(false, 'c', 1, 3)},
                                false),
              ElementsAre(UnitProperty{"DevicePolicy", "s", {"strict"}},
                          UnitProperty{"DeviceAllow",
                                       "a(ss)",
                                       {"/dev/char/1:3", "rwm", "char-136", "rw", "block-*", "rwm",
                                        "/dev/char/10:200", "rwm", "/dev/block/10:200", "rwm"}}));
}

TEST(DeviceProperties, AllowEverythingOrReplaceAList) {
  const auto any = plan::DeviceRule::kAny;
  EXPECT_THAT(device_properties({rule(true, 'a', any, any)}, false),
              ElementsAre(UnitProperty{"DevicePolicy", "s", {"auto"}}));
  EXPECT_THAT(device_properties({rule(true, 'a', any, any), rule(false, 'a', any, any)}, true),
              ElementsAre(UnitProperty{"DevicePolicy", "s", {"strict"}},
                          UnitProperty{"DeviceAllow", "a(ss)", {}}));
}

}  // namespace
}  // namespace wpar::cgroup
