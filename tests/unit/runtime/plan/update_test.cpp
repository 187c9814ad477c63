// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/update.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"

namespace wpar::plan {
namespace {

oci::Resources former() {
  oci::Resources resources;
  resources.devices = {{.allow = false, .type = {}, .major = {}, .minor = {}, .access = {}}};
  resources.memory = oci::MemoryResources{};
  resources.memory->limit = 1000;
  resources.cpu = oci::CpuResources{};
  resources.cpu->quota = 5;
  resources.cpu->period = 10;
  resources.pids_limit = 7;
  resources.hugepage_limits = {{"2MB", 1}, {"1GB", 2}};
  resources.unified = {{"memory.high", "1"}};
  return resources;
}

TEST(MergeResources, KeepWhatWasNotAskedFor) {
  EXPECT_EQ(merge_resources(former(), {}), former());
  oci::Resources asked;
  asked.cpu = oci::CpuResources{};
  asked.cpu->quota = 6;
  oci::Resources expected = former();
  expected.cpu->quota = 6;
  EXPECT_EQ(merge_resources(former(), asked), expected);
}

TEST(MergeResources, ReplaceByKey) {
  oci::Resources asked;
  asked.hugepage_limits = {{"1GB", 9}, {"64KB", 3}};
  asked.unified = {{"memory.high", "2"}, {"cgroup.max.depth", "3"}};
  asked.rdma = {{"mlx", {.hca_handles = 1, .hca_objects = {}}}};
  asked.block_io = oci::BlockIoResources{};
  asked.block_io->throttle_read_bps_device = {{8, 0, 5}};
  asked.network = oci::NetworkResources{};
  asked.network->priorities = {{"eth0", 2}};
  const oci::Resources merged = merge_resources(merge_resources(former(), asked), asked);
  EXPECT_EQ(merged.hugepage_limits,
            (std::vector<oci::HugepageLimit>{{"2MB", 1}, {"1GB", 9}, {"64KB", 3}}));
  EXPECT_EQ(merged.unified.at("memory.high"), "2");
  EXPECT_EQ(merged.unified.size(), 2U);
  EXPECT_EQ(merged.rdma.size(), 1U);
  EXPECT_EQ(merged.block_io->throttle_read_bps_device.size(), 1U);
  EXPECT_EQ(merged.network->priorities.size(), 1U);
}

TEST(MergeResources, ReplaceAllDeviceRules) {
  oci::Resources asked;
  asked.devices = {{.allow = true, .type = "c", .major = 1, .minor = 11, .access = "r"}};
  EXPECT_EQ(merge_resources(former(), asked).devices, asked.devices);
}

TEST(PlanUpdate, GivesTheDefaultDevicesOnlyBesideRules) {
  std::vector<std::string> warnings;
  oci::Resources asked;
  EXPECT_TRUE(plan_update(asked, warnings).devices.empty());
  asked.devices = {{.allow = true, .type = "c", .major = 1, .minor = 11, .access = "r"}};
  const Limits limits = plan_update(asked, warnings);
  ASSERT_GT(limits.devices.size(), 2U);
  EXPECT_FALSE(limits.devices[0].allow);
  EXPECT_EQ(limits.devices[1].minor, 11);
}

TEST(PlanUpdate, RefusesWhatCreateWouldRefuse) {
  std::vector<std::string> warnings;
  oci::Resources asked;
  asked.memory = oci::MemoryResources{};
  asked.memory->limit = -2;
  EXPECT_THROW(plan_update(asked, warnings), Error);
  asked.memory->limit = 5;
  asked.memory->kernel = 5;
  EXPECT_EQ(plan_update(asked, warnings).memory, 5);
  EXPECT_EQ(warnings.size(), 1U);
}

}  // namespace
}  // namespace wpar::plan
