// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /linux/resources; also the document of `update --resources`.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct DeviceRule {
  bool allow = false;
  std::optional<std::string> type;  // "a" "b" "c"
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  std::optional<std::string> access;  // "rwm"
  bool operator==(const DeviceRule&) const = default;
};

struct MemoryResources {  // bytes; -1 is unlimited
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> reservation;
  std::optional<std::int64_t> swap;  // memory + swap
  std::optional<std::int64_t> kernel;
  std::optional<std::int64_t> kernel_tcp;
  std::optional<std::uint64_t> swappiness;
  std::optional<bool> disable_oom_killer;
  std::optional<bool> use_hierarchy;
  std::optional<bool> check_before_update;
  bool operator==(const MemoryResources&) const = default;
};

struct CpuResources {
  std::optional<std::uint64_t> shares;
  std::optional<std::int64_t> quota;   // microseconds; -1 is unlimited
  std::optional<std::uint64_t> burst;  // microseconds
  std::optional<std::uint64_t> period;
  std::optional<std::int64_t> realtime_runtime;
  std::optional<std::uint64_t> realtime_period;
  std::optional<std::string> cpus;  // "0-3,7"
  std::optional<std::string> mems;
  std::optional<std::int64_t> idle;
  bool operator==(const CpuResources&) const = default;
};

struct WeightDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::optional<std::uint16_t> weight;
  std::optional<std::uint16_t> leaf_weight;
  bool operator==(const WeightDevice&) const = default;
};

struct ThrottleDevice {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint64_t rate = 0;
  bool operator==(const ThrottleDevice&) const = default;
};

struct BlockIoResources {
  std::optional<std::uint16_t> weight;
  std::optional<std::uint16_t> leaf_weight;
  std::vector<WeightDevice> weight_device;
  std::vector<ThrottleDevice> throttle_read_bps_device;
  std::vector<ThrottleDevice> throttle_write_bps_device;
  std::vector<ThrottleDevice> throttle_read_iops_device;
  std::vector<ThrottleDevice> throttle_write_iops_device;
  bool operator==(const BlockIoResources&) const = default;
};

struct HugepageLimit {
  std::string page_size;  // "2MB"
  std::uint64_t limit = 0;
  bool operator==(const HugepageLimit&) const = default;
};

struct InterfacePriority {
  std::string name;
  std::uint32_t priority = 0;
  bool operator==(const InterfacePriority&) const = default;
};

struct NetworkResources {
  std::optional<std::uint32_t> class_id;
  std::vector<InterfacePriority> priorities;
  bool operator==(const NetworkResources&) const = default;
};

struct RdmaLimit {
  std::optional<std::uint32_t> hca_handles;
  std::optional<std::uint32_t> hca_objects;
  bool operator==(const RdmaLimit&) const = default;
};

struct Resources {
  std::vector<DeviceRule> devices;
  std::optional<MemoryResources> memory;
  std::optional<CpuResources> cpu;
  std::optional<BlockIoResources> block_io;
  std::vector<HugepageLimit> hugepage_limits;
  std::optional<NetworkResources> network;
  std::optional<std::int64_t> pids_limit;  // /pids/limit
  std::map<std::string, RdmaLimit> rdma;
  std::map<std::string, std::string> unified;
  bool operator==(const Resources&) const = default;
};

}  // namespace wpar::oci
