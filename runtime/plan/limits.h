// SPDX-License-Identifier: Apache-2.0
#pragma once
// What linux.resources asks of the kernel, in one neutral form: plan/resources.cpp fills it,
// cgroup/limits_v1.cpp and cgroup/limits_v2.cpp turn it into files to write. The one place after
// plan/ where std::optional stays: an absent limit means "leave the kernel's value alone", which no
// default could say, and `update` needs the same meaning.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wpar::plan {

inline constexpr std::int64_t kUnlimited = -1;

struct DeviceRule {
  static constexpr std::int64_t kAny = -1;
  bool allow = false;
  char type = 'a';  // 'a' 'b' 'c'
  std::int64_t major = kAny;
  std::int64_t minor = kAny;
  bool read = true;
  bool write = true;
  bool mknod = true;
  bool operator==(const DeviceRule&) const = default;
};

struct BlockWeight {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::optional<std::uint16_t> weight;
  std::optional<std::uint16_t> leaf_weight;
  bool operator==(const BlockWeight&) const = default;
};

struct BlockThrottle {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::uint64_t rate = 0;  // bytes or operations per second
  bool operator==(const BlockThrottle&) const = default;
};

struct HugetlbLimit {
  std::string page_size;  // "2MB", as in the file names hugetlb.2MB.*
  std::uint64_t bytes = 0;
  bool operator==(const HugetlbLimit&) const = default;
};

struct InterfacePriority {
  std::string name;
  std::uint32_t priority = 0;
  bool operator==(const InterfacePriority&) const = default;
};

struct RdmaLimit {
  std::string device;  // "mlx5_0"
  std::optional<std::uint32_t> handles;
  std::optional<std::uint32_t> objects;
  bool operator==(const RdmaLimit&) const = default;
};

// linux.resources.unified: a file of the v2 cgroup and what is written into it.
struct UnifiedValue {
  std::string file;
  std::string text;
  bool operator==(const UnifiedValue&) const = default;
};

struct Limits {
  // Bytes; kUnlimited lifts the limit. memory_swap is memory + swap.
  std::optional<std::int64_t> memory;
  std::optional<std::int64_t> memory_reservation;
  std::optional<std::int64_t> memory_swap;
  std::optional<std::uint64_t> swappiness;
  std::optional<bool> disable_oom_killer;
  bool check_before_update = false;  // refuse a memory limit below what is in use

  std::optional<std::uint64_t> cpu_shares;
  std::optional<std::int64_t> cpu_quota;    // microseconds per period; kUnlimited
  std::optional<std::uint64_t> cpu_period;  // microseconds
  std::optional<std::uint64_t> cpu_burst;   // microseconds
  std::optional<std::int64_t> cpu_realtime_runtime;
  std::optional<std::uint64_t> cpu_realtime_period;
  std::optional<std::int64_t> cpu_idle;
  std::optional<std::string> cpuset_cpus;
  std::optional<std::string> cpuset_mems;

  std::optional<std::int64_t> pids;  // 0 is a real limit since 1.3

  std::optional<std::uint16_t> block_weight;
  std::optional<std::uint16_t> block_leaf_weight;
  std::vector<BlockWeight> block_weight_device;
  std::vector<BlockThrottle> block_read_bps;
  std::vector<BlockThrottle> block_write_bps;
  std::vector<BlockThrottle> block_read_iops;
  std::vector<BlockThrottle> block_write_iops;

  std::vector<HugetlbLimit> hugetlb;
  std::optional<std::uint32_t> network_class_id;
  std::vector<InterfacePriority> network_priorities;
  std::vector<RdmaLimit> rdma;
  std::vector<UnifiedValue> unified;  // written after everything else

  // Applied in order. For a new container it begins with "deny all" and ends with the default
  // devices.
  std::vector<DeviceRule> devices;

  bool operator==(const Limits&) const = default;
};

}  // namespace wpar::plan
