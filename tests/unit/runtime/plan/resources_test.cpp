// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/resources.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {
Texts errors_of(const oci::Resources& resources) {
  Findings findings;
  plan_resources(resources, "/linux/resources", findings);
  return findings.take_errors();
}
Limits limits_of(const oci::Resources& resources) {
  Texts warnings;
  return build_limits(resources, warnings);
}
}  // namespace

TEST(PlanResources, LeaveEverythingAloneWhenNothingIsAsked) {
  EXPECT_EQ(limits_of({}), Limits{});
}

TEST(PlanResources, CarryMemory) {
  oci::Resources resources;
  resources.memory = oci::MemoryResources{};
  resources.memory->limit = 1000;
  resources.memory->swap = 1000;
  resources.memory->reservation = -1;
  resources.memory->swappiness = 0;
  resources.memory->disable_oom_killer = false;
  resources.memory->check_before_update = true;
  const Limits limits = limits_of(resources);
  EXPECT_EQ(limits.memory, 1000);
  EXPECT_EQ(limits.memory_swap, 1000);
  EXPECT_EQ(limits.memory_reservation, kUnlimited);
  EXPECT_EQ(limits.swappiness, 0U);
  EXPECT_EQ(limits.disable_oom_killer, false);
  EXPECT_TRUE(limits.check_before_update);
  resources.memory->limit = 0;
  EXPECT_FALSE(limits_of(resources).memory);
}

TEST(PlanResources, TakeMinusOneAsUnsetForSwappiness) {
  oci::Resources resources;
  resources.memory = oci::MemoryResources{};
  resources.memory->swappiness = 18446744073709551615U;
  EXPECT_FALSE(limits_of(resources).swappiness);
}

TEST(PlanResources, RefuseMemoryThatContradictsItself) {
  oci::Resources resources;
  resources.memory = oci::MemoryResources{};
  resources.memory->limit = 1000;
  resources.memory->swap = 999;
  resources.memory->reservation = -2;
  resources.memory->swappiness = 101;
  EXPECT_EQ(errors_of(resources),
            (Texts{"/linux/resources/memory/reservation: expected an integer from -1, not -2",
                   "/linux/resources/memory/swap: memory and swap together, 999, are less than "
                   "the memory limit 1000",
                   "/linux/resources/memory/swappiness: expected an integer from 0 to 100"}));
  resources.memory = oci::MemoryResources{};
  resources.memory->limit = -1;
  resources.memory->swap = 5;
  EXPECT_EQ(errors_of(resources),
            Texts{"/linux/resources/memory/swap: a limit needs a limit of memory"});
}

TEST(PlanResources, WarnAboutKernelMemory) {
  oci::Resources resources;
  resources.memory = oci::MemoryResources{};
  resources.memory->kernel = 1;
  resources.memory->kernel_tcp = 1;
  resources.memory->use_hierarchy = false;
  Texts warnings;
  EXPECT_EQ(build_limits(resources, warnings), Limits{});
  EXPECT_EQ(warnings, (Texts{"/memory/kernel: kernel memory limits are ignored",
                             "/memory/kernelTCP: kernel memory limits are ignored",
                             "/memory/useHierarchy: memory accounting is always hierarchical"}));
}

TEST(PlanResources, CarryCpus) {
  oci::Resources resources;
  resources.cpu = oci::CpuResources{.shares = 512,
                                    .quota = -1,
                                    .burst = 0,
                                    .period = 100000,
                                    .realtime_runtime = 0,
                                    .realtime_period = {},
                                    .cpus = "0-3,7",
                                    .mems = "",
                                    .idle = 1};
  const Limits limits = limits_of(resources);
  EXPECT_EQ(limits.cpu_shares, 512U);
  EXPECT_EQ(limits.cpu_quota, kUnlimited);
  EXPECT_EQ(limits.cpu_burst, 0U);
  EXPECT_EQ(limits.cpu_period, 100000U);
  EXPECT_FALSE(limits.cpu_realtime_runtime);
  EXPECT_EQ(limits.cpuset_cpus, "0-3,7");
  EXPECT_FALSE(limits.cpuset_mems);
  EXPECT_EQ(limits.cpu_idle, 1);
  resources.cpu->cpus = "0\n1";
  resources.cpu->idle = 2;
  resources.cpu->quota = -2;
  EXPECT_EQ(errors_of(resources),
            (Texts{"/linux/resources/cpu/quota: expected an integer from -1, not -2",
                   "/linux/resources/cpu/idle: expected 0 or 1",
                   "/linux/resources/cpu/cpus: expected a list such as \"0-3,7\""}));
}

TEST(PlanResources, TakeZeroProcessesAsALimit) {
  oci::Resources resources;
  resources.pids_limit = 0;
  EXPECT_EQ(limits_of(resources).pids, 0);
  resources.pids_limit = -2;
  EXPECT_EQ(errors_of(resources),
            Texts{"/linux/resources/pids/limit: expected an integer from -1, not -2"});
}

TEST(PlanResources, CarryBlockDevices) {
  oci::Resources resources;
  resources.block_io = oci::BlockIoResources{};
  resources.block_io->weight = 10;
  resources.block_io->leaf_weight = 0;
  resources.block_io->weight_device = {{.major = 8, .minor = 0, .weight = 1000, .leaf_weight = {}}};
  resources.block_io->throttle_read_bps_device = {{.major = 8, .minor = 16, .rate = 7}};
  resources.block_io->throttle_write_iops_device = {{.major = 8, .minor = 32, .rate = 9}};
  const Limits limits = limits_of(resources);
  EXPECT_EQ(limits.block_weight, 10);
  EXPECT_FALSE(limits.block_leaf_weight);
  EXPECT_EQ(limits.block_weight_device.at(0).weight, 1000);
  EXPECT_EQ(limits.block_read_bps.at(0), (BlockThrottle{.major = 8, .minor = 16, .rate = 7}));
  EXPECT_EQ(limits.block_write_iops.at(0).rate, 9U);
  EXPECT_TRUE(limits.block_write_bps.empty());
  resources.block_io->weight = 9;
  resources.block_io->weight_device[0].weight = 1001;
  resources.block_io->throttle_read_bps_device[0].major = -1;
  EXPECT_EQ(errors_of(resources),
            (Texts{"/linux/resources/blockIO/weight: expected an integer from 10 to 1000",
                   "/linux/resources/blockIO/weightDevice/0/weight: expected an integer from 10 to "
                   "1000",
                   "/linux/resources/blockIO/throttleReadBpsDevice/0: expected a device number"}));
}

TEST(PlanResources, LetNoPageSizeOrInterfaceLeaveItsFile) {
  oci::Resources resources;
  resources.hugepage_limits = {{.page_size = "2MB", .limit = 0}};
  resources.network = oci::NetworkResources{};
  resources.network->class_id = 0x100001;
  resources.network->priorities = {{.name = "eth0", .priority = 5}};
  const Limits limits = limits_of(resources);
  EXPECT_EQ(limits.hugetlb.at(0), (HugetlbLimit{.page_size = "2MB", .bytes = 0}));
  EXPECT_EQ(limits.network_class_id, 0x100001U);
  EXPECT_EQ(limits.network_priorities.at(0).name, "eth0");
  resources.hugepage_limits = {{.page_size = "../x/2MB", .limit = 1},
                               {.page_size = "2mb", .limit = 1},
                               {.page_size = "MB", .limit = 1}};
  resources.network->priorities = {{.name = "eth0 9\nlo", .priority = 5},
                                   {.name = "", .priority = 1}};
  EXPECT_EQ(errors_of(resources),
            (Texts{"/linux/resources/hugepageLimits/0/pageSize: expected a size such as \"2MB\"",
                   "/linux/resources/hugepageLimits/1/pageSize: expected a size such as \"2MB\"",
                   "/linux/resources/hugepageLimits/2/pageSize: expected a size such as \"2MB\"",
                   "/linux/resources/network/priorities/0/name: expected the name of a network "
                   "interface",
                   "/linux/resources/network/priorities/1/name: expected the name of a network "
                   "interface"}));
}

TEST(PlanResources, CarryRdmaAndUnifiedAndRefuseOddNames) {
  oci::Resources resources;
  resources.rdma = {{"mlx5_1", {}}};
  resources.unified = {{"memory.high", "1"}};
  resources.rdma["a b"].hca_handles = 1;
  resources.unified["../cgroup.procs"] = "1";
  resources.unified[".."] = "1";
  EXPECT_EQ(errors_of(resources),
            (Texts{"/linux/resources/rdma/a b: expected the name of an RDMA device",
                   "/linux/resources/rdma/mlx5_1: hcaHandles or hcaObjects is required",
                   "/linux/resources/unified/..: expected the name of a file in the container's "
                   "cgroup",
                   "/linux/resources/unified/..~1cgroup.procs: expected the name of a file in the "
                   "container's cgroup"}));
  resources.rdma = {{"mlx5_1", {.hca_handles = 3, .hca_objects = {}}}};
  resources.unified = {{"memory.high", "1"}};
  const Limits limits = limits_of(resources);
  ASSERT_EQ(limits.rdma.size(), 1U);
  EXPECT_EQ(limits.rdma[0].handles, 3U);
  EXPECT_EQ(limits.unified, (std::vector<UnifiedValue>{{"memory.high", "1"}}));
}

}  // namespace wpar::plan
