// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/documents.h"

namespace wpar::oci {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
  return test::error_text([&] { parse_resources(text); });
}

TEST(ParseResources, ReadsMemoryCpuAndPids) {
  const Resources resources = parse_resources(
      R"({"memory": {"limit": 1, "reservation": 2, "swap": -1, "kernel": 4, "kernelTCP": 5,
                     "swappiness": 60, "disableOOMKiller": true, "useHierarchy": false,
                     "checkBeforeUpdate": true},
          "cpu": {"shares": 1024, "quota": -1, "burst": 3, "period": 100000, "realtimeRuntime": 5,
                  "realtimePeriod": 6, "cpus": "0-1", "mems": "0", "idle": 1},
          "pids": {"limit": 0}})");
  EXPECT_EQ(resources.memory, (MemoryResources{.limit = 1,
                                               .reservation = 2,
                                               .swap = -1,
                                               .kernel = 4,
                                               .kernel_tcp = 5,
                                               .swappiness = 60,
                                               .disable_oom_killer = true,
                                               .use_hierarchy = false,
                                               .check_before_update = true}));
  EXPECT_EQ(resources.cpu, (CpuResources{.shares = 1024,
                                         .quota = -1,
                                         .burst = 3,
                                         .period = 100000,
                                         .realtime_runtime = 5,
                                         .realtime_period = 6,
                                         .cpus = "0-1",
                                         .mems = "0",
                                         .idle = 1}));
  EXPECT_EQ(resources.pids_limit, 0);
}

TEST(ParseResources, ReadsBlockIo) {
  const Resources resources = parse_resources(
      R"({"blockIO": {"weight": 10, "leafWeight": 20,
          "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}],
          "throttleReadBpsDevice": [{"major": 1, "minor": 2, "rate": 3}],
          "throttleWriteBpsDevice": [{"major": 4, "minor": 5, "rate": 6}],
          "throttleReadIOPSDevice": [{"major": 7, "minor": 8, "rate": 9}],
          "throttleWriteIOPSDevice": [{"major": 10, "minor": 11, "rate": 12}]}})");
  const BlockIoResources& io = *resources.block_io;
  EXPECT_EQ(io.weight, 10);
  EXPECT_EQ(io.leaf_weight, 20);
  EXPECT_THAT(io.weight_device,
              ElementsAre(WeightDevice{.major = 8, .minor = 0, .weight = 500, .leaf_weight = 300}));
  EXPECT_THAT(io.throttle_read_bps_device, ElementsAre(ThrottleDevice{1, 2, 3}));
  EXPECT_THAT(io.throttle_write_bps_device, ElementsAre(ThrottleDevice{4, 5, 6}));
  EXPECT_THAT(io.throttle_read_iops_device, ElementsAre(ThrottleDevice{7, 8, 9}));
  EXPECT_THAT(io.throttle_write_iops_device, ElementsAre(ThrottleDevice{10, 11, 12}));
}

TEST(ParseResources, ReadsTheRest) {
  const Resources resources = parse_resources(
      R"({"devices": [{"allow": false, "access": "rwm"},
                      {"allow": true, "type": "c", "major": 1, "minor": -1, "access": "r"}],
          "hugepageLimits": [{"pageSize": "2MB", "limit": 1e18}],
          "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 5}]},
          "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}},
          "unified": {"io.max": "259:0 rbps=2097152", "memory.high": ""}})");
  EXPECT_THAT(
      resources.devices,
      ElementsAre(DeviceRule{.allow = false,
                             .type = std::nullopt,
                             .major = std::nullopt,
                             .minor = std::nullopt,
                             .access = "rwm"},
                  DeviceRule{.allow = true, .type = "c", .major = 1, .minor = -1, .access = "r"}));
  EXPECT_THAT(resources.hugepage_limits,
              ElementsAre(HugepageLimit{.page_size = "2MB", .limit = 1'000'000'000'000'000'000U}));
  EXPECT_EQ(resources.network->class_id, 1048577U);
  EXPECT_THAT(resources.network->priorities,
              ElementsAre(InterfacePriority{.name = "eth0", .priority = 5}));
  EXPECT_EQ(resources.rdma.at("mlx5_1"), (RdmaLimit{.hca_handles = 3, .hca_objects = 10000}));
  EXPECT_EQ(resources.unified.at("memory.high"), "");
}

TEST(ParseResources, TakesAnAbsentOrNullPidsLimit) {
  EXPECT_EQ(parse_resources(R"({"pids": {}})").pids_limit, std::nullopt);
  EXPECT_EQ(parse_resources(R"({"pids": {"limit": null}})").pids_limit, std::nullopt);
  EXPECT_EQ(parse_resources(R"({"pids": {"limit": -1}})").pids_limit, -1);
  EXPECT_THAT(refusal(R"({"pids": {"limit": "5"}})"),
              HasSubstr("/pids/limit: expected an integer from"));
}

TEST(ParseResources, TakesTheEngineSpellingOfUnsetSwappiness) {
  EXPECT_EQ(
      parse_resources(R"({"memory": {"swappiness": 18446744073709551615}})").memory->swappiness,
      UINT64_MAX);
  EXPECT_NE(refusal(R"({"memory": {"swappiness": -1}})"), "");
}

TEST(ParseResources, RefusesMemoryBelowUnlimited) {
  EXPECT_NE(refusal(R"({"memory": {"limit": -2}})"), "");
  EXPECT_EQ(refusal(R"({"memory": {"limit": -1}})"), "");
  EXPECT_NE(refusal(R"({"memory": {"limit": 9223372036854775808}})"), "");
  EXPECT_EQ(refusal(R"({"memory": {"limit": 9223372036854772000}})"), "");
}

TEST(ParseResources, RefusesBadDeviceRules) {
  EXPECT_EQ(refusal(R"({"devices": [{"type": "c"}]})"), "/devices/0/allow: required, but missing");
  EXPECT_NE(refusal(R"({"devices": [{"allow": true, "type": "p"}]})"), "");
  EXPECT_EQ(refusal(R"({"devices": [{"allow": true, "access": "rx"}]})"),
            "/devices/0/access: \"rx\" is not made of r, w and m");
  EXPECT_NE(refusal(R"({"devices": [{"allow": true, "major": -2}]})"), "");
  EXPECT_EQ(refusal(R"({"devices": [{"allow": true, "type": "a", "access": "rw", "major": -1}]})"),
            "");
}

TEST(ParseResources, WantsAWeightInAWeightDevice) {
  EXPECT_EQ(refusal(R"({"blockIO": {"weightDevice": [{"major": 1, "minor": 2}]}})"),
            "/blockIO/weightDevice/0: weight or leafWeight is required");
  EXPECT_EQ(refusal(R"({"blockIO": {"weightDevice": [{"major": 1, "minor": 2, "weight": 5}]}})"),
            "");
  EXPECT_NE(refusal(R"({"blockIO": {"throttleReadBpsDevice": [{"major": 1, "minor": 2}]}})"), "");
}

TEST(ParseResources, WantsPageSizesThatAreFileNames) {
  const auto page = [](std::string_view size) {
    return refusal(
        fmt::format(R"({{"hugepageLimits": [{{"pageSize": "{}", "limit": 1}}]}})", size));
  };
  for (const char* bad : {"", "2M", "MB", "2mb", "02MB", "2 MB", "../2MB", "2MB/..", "-2MB"}) {
    EXPECT_THAT(page(bad), HasSubstr("is not a page size such as 2MB")) << bad;
  }
  for (const char* good : {"2MB", "64KB", "1GB", "1024MB"}) {
    EXPECT_EQ(page(good), "") << good;
  }
}

TEST(ParseResources, KeepsUnifiedFilesInTheContainersCgroup) {
  EXPECT_EQ(refusal(R"({"unified": {"../memory.max": "1"}})"),
            "/unified: \"../memory.max\" is not a file name");
  EXPECT_NE(refusal(R"({"unified": {"..": "1"}})"), "");
  EXPECT_NE(refusal(R"({"unified": {"": "1"}})"), "");
  EXPECT_EQ(refusal(R"({"unified": {"memory.max": "1"}})"), "");
}

}  // namespace
}  // namespace wpar::oci
