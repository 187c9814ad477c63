// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/limits_v1.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace wpar::cgroup {
namespace {

template <typename Number>
bool is_set(const std::optional<Number>& value) {
  return value && *value != 0;
}

void add_memory(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  const auto add = [&](const char* file, std::string text, const char* field) {
    writes.push_back({.controller = "memory",
                      .file = file,
                      .text = std::move(text),
                      .pointer = fmt::format("/linux/resources/memory/{}", field)});
    return &writes.back();
  };
  const bool lifts = is_set(limits.memory) && *limits.memory < 0;
  if (lifts && !is_set(limits.memory_swap)) {
    // memory + swap may not be less than memory; on a kernel without swap accounting there is no
    // file.
    FileWrite* swap = add("memory.memsw.limit_in_bytes", "-1", "limit");
    swap->if_present = true;
    swap->dependence = Dependence::kMemory;
  }
  if (is_set(limits.memory)) {
    add("memory.limit_in_bytes", fmt::to_string(*limits.memory), "limit")->dependence =
        Dependence::kMemory;
  }
  if (is_set(limits.memory_swap)) {
    add("memory.memsw.limit_in_bytes", fmt::to_string(*limits.memory_swap), "swap")->dependence =
        Dependence::kMemory;
  }
  if (is_set(limits.memory_reservation)) {
    add("memory.soft_limit_in_bytes", fmt::to_string(*limits.memory_reservation), "reservation");
  }
  if (limits.swappiness) {
    add("memory.swappiness", fmt::to_string(*limits.swappiness), "swappiness");
  }
  if (limits.disable_oom_killer) {  // a new cgroup inherits it, so that "false" is a write as well
    add("memory.oom_control", *limits.disable_oom_killer ? "1" : "0", "disableOOMKiller");
  }
}

void add_cpu(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  const auto add = [&](const char* file, std::string text, const char* field,
                       Dependence dependence = Dependence::kNone) {
    writes.push_back({.controller = "cpu",
                      .file = file,
                      .text = std::move(text),
                      .pointer = fmt::format("/linux/resources/cpu/{}", field),
                      .dependence = dependence});
  };
  if (limits.cpu_idle) {
    add("cpu.idle", fmt::to_string(*limits.cpu_idle), "idle");
  }
  // The kernel refuses shares for an idle group, whose weight is fixed.
  if (is_set(limits.cpu_shares) && limits.cpu_idle.value_or(0) == 0) {
    add("cpu.shares", fmt::to_string(*limits.cpu_shares), "shares");
  }
  if (is_set(limits.cpu_period)) {
    add("cpu.cfs_period_us", fmt::to_string(*limits.cpu_period), "period", Dependence::kBandwidth);
  }
  if (is_set(limits.cpu_quota)) {
    add("cpu.cfs_quota_us", fmt::to_string(*limits.cpu_quota), "quota", Dependence::kBandwidth);
  }
  if (limits.cpu_burst) {
    add("cpu.cfs_burst_us", fmt::to_string(*limits.cpu_burst), "burst", Dependence::kBandwidth);
  }
  if (is_set(limits.cpu_realtime_period)) {
    add("cpu.rt_period_us", fmt::to_string(*limits.cpu_realtime_period), "realtimePeriod",
        Dependence::kRealtime);
  }
  if (limits.cpu_realtime_runtime) {
    add("cpu.rt_runtime_us", fmt::to_string(*limits.cpu_realtime_runtime), "realtimeRuntime",
        Dependence::kRealtime);
  }
}

void add_cpuset(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  if (!limits.cpuset_cpus.value_or("").empty()) {
    writes.push_back({.controller = "cpuset",
                      .file = "cpuset.cpus",
                      .text = *limits.cpuset_cpus,
                      .pointer = "/linux/resources/cpu/cpus"});
  }
  if (!limits.cpuset_mems.value_or("").empty()) {
    writes.push_back({.controller = "cpuset",
                      .file = "cpuset.mems",
                      .text = *limits.cpuset_mems,
                      .pointer = "/linux/resources/cpu/mems"});
  }
}

void add_block_weights(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  // blkio.weight went with the CFQ scheduler; BFQ has files of its own for the same values.
  const auto add = [&](const char* file, const char* bfq_file, std::string text,
                       const std::string& field, std::string key = {}) {
    writes.push_back({.controller = "blkio",
                      .file = file,
                      .text = text,
                      .pointer = "/linux/resources/blockIO/" + field,
                      .other_file = bfq_file,
                      .other_text = *bfq_file != '\0' ? text : "",
                      .key = std::move(key)});
  };
  if (is_set(limits.block_weight)) {
    add("blkio.weight", "blkio.bfq.weight", fmt::to_string(*limits.block_weight), "weight");
  }
  if (is_set(limits.block_leaf_weight)) {
    add("blkio.leaf_weight", "", fmt::to_string(*limits.block_leaf_weight), "leafWeight");
  }
  for (std::size_t i = 0; i < limits.block_weight_device.size(); ++i) {
    const plan::BlockWeight& device = limits.block_weight_device[i];
    const std::string key = fmt::format("{}:{} ", device.major, device.minor);
    const auto line = [&](std::uint16_t weight) { return fmt::format("{}{}", key, weight); };
    if (is_set(device.weight)) {
      add("blkio.weight_device", "blkio.bfq.weight_device", line(*device.weight),
          fmt::format("weightDevice/{}/weight", i), key);
    }
    if (is_set(device.leaf_weight)) {
      add("blkio.leaf_weight_device", "", line(*device.leaf_weight),
          fmt::format("weightDevice/{}/leafWeight", i), key);
    }
  }
}

void add_throttles(const std::vector<plan::BlockThrottle>& throttles, const char* file,
                   const char* field, std::vector<FileWrite>& writes) {
  for (std::size_t i = 0; i < throttles.size(); ++i) {
    const plan::BlockThrottle& one = throttles[i];
    writes.push_back({.controller = "blkio",
                      .file = file,
                      .text = fmt::format("{}:{} {}", one.major, one.minor, one.rate),
                      .pointer = fmt::format("/linux/resources/blockIO/{}/{}", field, i),
                      .key = fmt::format("{}:{} ", one.major, one.minor)});
  }
}

void add_hugetlb(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  for (std::size_t i = 0; i < limits.hugetlb.size(); ++i) {
    const plan::HugetlbLimit& limit = limits.hugetlb[i];
    FileWrite write{.controller = "hugetlb",
                    .file = fmt::format("hugetlb.{}.limit_in_bytes", limit.page_size),
                    .text = fmt::to_string(limit.bytes),
                    .pointer = fmt::format("/linux/resources/hugepageLimits/{}", i)};
    writes.push_back(write);
    // Reservations are counted apart since Linux 5.7: without this a mapping gets more than it may
    // use.
    write.file = fmt::format("hugetlb.{}.rsvd.limit_in_bytes", limit.page_size);
    write.if_present = true;
    writes.push_back(std::move(write));
  }
}

void add_network(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  if (limits.network_class_id) {
    writes.push_back({.controller = "net_cls",
                      .file = "net_cls.classid",
                      .text = fmt::to_string(*limits.network_class_id),
                      .pointer = "/linux/resources/network/classID"});
  }
  for (std::size_t i = 0; i < limits.network_priorities.size(); ++i) {
    const plan::InterfacePriority& one = limits.network_priorities[i];
    FileWrite write{.controller = "net_prio",
                    .file = "net_prio.ifpriomap",
                    .text = fmt::format("{} {}", one.name, one.priority),
                    .pointer = fmt::format("/linux/resources/network/priorities/{}", i),
                    .key = one.name + " "};
    // The kernel would read the rest of such a name as the priority.
    if (one.name.empty() || one.name.find_first_of(" \t\r\n\v\f") != std::string::npos) {
      write.refusal = "not the name of a network interface";
    }
    writes.push_back(std::move(write));
  }
}

}  // namespace

std::vector<FileWrite> rdma_writes(const std::vector<plan::RdmaLimit>& limits) {
  std::vector<FileWrite> writes;
  for (const plan::RdmaLimit& one : limits) {
    std::string text = one.device;
    if (one.handles) {
      text += fmt::format(" hca_handle={}", *one.handles);
    }
    if (one.objects) {
      text += fmt::format(" hca_object={}", *one.objects);
    }
    writes.push_back({.controller = "rdma",
                      .file = "rdma.max",
                      .text = std::move(text),
                      .pointer = "/linux/resources/rdma/" + one.device,
                      .key = one.device + " "});
  }
  return writes;
}

std::vector<FileWrite> limits_v1(const plan::Limits& limits) {
  std::vector<FileWrite> writes;
  add_memory(limits, writes);
  add_cpu(limits, writes);
  add_cpuset(limits, writes);
  if (limits.pids) {
    writes.push_back({.controller = "pids",
                      .file = "pids.max",
                      .text = *limits.pids < 0 ? "max" : fmt::to_string(*limits.pids),
                      .pointer = "/linux/resources/pids/limit"});
  }
  add_block_weights(limits, writes);
  add_throttles(limits.block_read_bps, "blkio.throttle.read_bps_device", "throttleReadBpsDevice",
                writes);
  add_throttles(limits.block_write_bps, "blkio.throttle.write_bps_device", "throttleWriteBpsDevice",
                writes);
  add_throttles(limits.block_read_iops, "blkio.throttle.read_iops_device", "throttleReadIOPSDevice",
                writes);
  add_throttles(limits.block_write_iops, "blkio.throttle.write_iops_device",
                "throttleWriteIOPSDevice", writes);
  add_hugetlb(limits, writes);
  add_network(limits, writes);
  std::ranges::move(rdma_writes(limits.rdma), std::back_inserter(writes));
  return writes;
}

}  // namespace wpar::cgroup
