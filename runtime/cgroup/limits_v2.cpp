// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/limits_v2.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "runtime/base/text.h"
#include "runtime/cgroup/limits_v1.h"

namespace wpar::cgroup {
namespace {

template <typename Number>
bool is_set(const std::optional<Number>& value) {
  return value && *value != 0;
}

std::string number_or_max(std::int64_t value) {
  return value < 0 ? "max" : fmt::to_string(value);
}

FileWrite refused(const char* controller, std::string pointer, std::string why) {
  return {.controller = controller, .pointer = std::move(pointer), .refusal = std::move(why)};
}

// memory.swap.max is swap alone, where the specification counts memory + swap.
FileWrite swap_write(const plan::Limits& limits, const CurrentV2& current) {
  FileWrite write{
      .controller = "memory", .file = "memory.swap.max", .pointer = "/linux/resources/memory/swap"};
  if (*limits.memory_swap < 0) {
    write.text = "max";
    return write;
  }
  const std::optional<std::int64_t> memory =
      is_set(limits.memory) ? limits.memory : parse_integer<std::int64_t>(trim(current.memory_max));
  if (!memory || *memory < 0) {
    write.refusal = "a limit of memory and swap together needs a memory limit on cgroup v2";
  } else if (*limits.memory_swap < *memory) {
    write.refusal = fmt::format("{} is memory and swap together and less than the memory limit {}",
                                *limits.memory_swap, *memory);
  } else {
    write.text = fmt::to_string(*limits.memory_swap - *memory);
  }
  return write;
}

void add_memory(const plan::Limits& limits, const CurrentV2& current,
                std::vector<FileWrite>& writes) {
  const auto add = [&](const char* file, std::string text, const char* field) {
    writes.push_back({.controller = "memory",
                      .file = file,
                      .text = std::move(text),
                      .pointer = fmt::format("/linux/resources/memory/{}", field)});
  };
  if (is_set(limits.memory)) {
    add("memory.max", number_or_max(*limits.memory), "limit");
  }
  if (is_set(limits.memory_swap)) {
    writes.push_back(swap_write(limits, current));
  } else if (is_set(limits.memory) && *limits.memory < 0) {
    add("memory.swap.max", "max", "limit");
    writes.back().if_present = true;
  }
  if (is_set(limits.memory_reservation)) {
    add("memory.low", number_or_max(*limits.memory_reservation), "reservation");
  }
  if (limits.swappiness) {
    writes.push_back(refused("memory", "/linux/resources/memory/swappiness",
                             "cgroup v2 has no swappiness of a cgroup"));
  }
  if (limits.disable_oom_killer.value_or(false)) {
    writes.push_back(refused("memory", "/linux/resources/memory/disableOOMKiller",
                             "cgroup v2 cannot turn the out-of-memory killer off"));
  }
}

void add_cpu(const plan::Limits& limits, const CurrentV2& current, std::vector<FileWrite>& writes) {
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
  // The kernel refuses a weight for an idle group.
  if (is_set(limits.cpu_shares) && limits.cpu_idle.value_or(0) == 0) {
    add("cpu.weight", fmt::to_string(weight_of_shares(*limits.cpu_shares)), "shares");
  }
  if (is_set(limits.cpu_quota) || is_set(limits.cpu_period)) {
    // A line with the quota alone leaves the period as it is.
    const auto present = split_words(current.cpu_max);
    std::string text = is_set(limits.cpu_quota) ? number_or_max(*limits.cpu_quota)
                       : present.empty()        ? std::string("max")
                                                : std::string(present.front());
    if (is_set(limits.cpu_period)) {
      text += fmt::format(" {}", *limits.cpu_period);
    }
    add("cpu.max", std::move(text), is_set(limits.cpu_quota) ? "quota" : "period",
        Dependence::kBandwidth);
  }
  if (limits.cpu_burst) {
    add("cpu.max.burst", fmt::to_string(*limits.cpu_burst), "burst", Dependence::kBandwidth);
  }
  if (limits.cpu_realtime_runtime.value_or(0) != 0) {
    writes.push_back(refused("cpu", "/linux/resources/cpu/realtimeRuntime",
                             "cgroup v2 has no realtime bandwidth of a cgroup"));
  }
  if (is_set(limits.cpu_realtime_period)) {
    writes.push_back(refused("cpu", "/linux/resources/cpu/realtimePeriod",
                             "cgroup v2 has no realtime bandwidth of a cgroup"));
  }
}

void add_cpuset(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  const auto add = [&](const char* file, const std::optional<std::string>& list,
                       const char* field) {
    if (!list.value_or("").empty()) {
      writes.push_back({.controller = "cpuset",
                        .file = file,
                        .text = *list,
                        .pointer = fmt::format("/linux/resources/cpu/{}", field)});
    }
  };
  add("cpuset.cpus", limits.cpuset_cpus, "cpus");
  add("cpuset.mems", limits.cpuset_mems, "mems");
}

void add_block_weights(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  const char* const no_leaves = "cgroup v2 has no leaf weight";
  if (is_set(limits.block_weight)) {
    writes.push_back({.controller = "io",
                      .file = "io.bfq.weight",
                      .text = fmt::to_string(*limits.block_weight),
                      .pointer = "/linux/resources/blockIO/weight",
                      .other_file = "io.weight",
                      .other_text = fmt::to_string(io_weight(*limits.block_weight)),
                      .key = "default "});
  }
  if (is_set(limits.block_leaf_weight)) {
    writes.push_back(refused("io", "/linux/resources/blockIO/leafWeight", no_leaves));
  }
  for (std::size_t i = 0; i < limits.block_weight_device.size(); ++i) {
    const plan::BlockWeight& device = limits.block_weight_device[i];
    const std::string pointer = fmt::format("/linux/resources/blockIO/weightDevice/{}", i);
    if (is_set(device.weight)) {
      const std::string name = fmt::format("{}:{}", device.major, device.minor);
      writes.push_back({.controller = "io",
                        .file = "io.bfq.weight",
                        .text = fmt::format("{} {}", name, *device.weight),
                        .pointer = pointer + "/weight",
                        .other_file = "io.weight",
                        .other_text = fmt::format("{} {}", name, io_weight(*device.weight)),
                        .key = name + " "});
    }
    if (is_set(device.leaf_weight)) {
      writes.push_back(refused("io", pointer + "/leafWeight", no_leaves));
    }
  }
}

void add_throttles(const std::vector<plan::BlockThrottle>& throttles, const char* key,
                   const char* field, std::vector<FileWrite>& writes) {
  for (std::size_t i = 0; i < throttles.size(); ++i) {
    const plan::BlockThrottle& one = throttles[i];
    // 0 lifts a throttle on v1; v2 says it in words.
    const std::string rate = one.rate == 0 ? "max" : fmt::to_string(one.rate);
    writes.push_back({.controller = "io",
                      .file = "io.max",
                      .text = fmt::format("{}:{} {}={}", one.major, one.minor, key, rate),
                      .pointer = fmt::format("/linux/resources/blockIO/{}/{}", field, i),
                      .key = fmt::format("{}:{} ", one.major, one.minor)});
  }
}

void add_hugetlb(const plan::Limits& limits, std::vector<FileWrite>& writes) {
  for (std::size_t i = 0; i < limits.hugetlb.size(); ++i) {
    const plan::HugetlbLimit& limit = limits.hugetlb[i];
    FileWrite write{.controller = "hugetlb",
                    .file = fmt::format("hugetlb.{}.max", limit.page_size),
                    .text = fmt::to_string(limit.bytes),
                    .pointer = fmt::format("/linux/resources/hugepageLimits/{}", i)};
    writes.push_back(write);
    write.file = fmt::format("hugetlb.{}.rsvd.max", limit.page_size);
    write.if_present = true;
    writes.push_back(std::move(write));
  }
}

}  // namespace

std::uint64_t weight_of_shares(std::uint64_t shares) {
  if (shares <= 2) {
    return 1;
  }
  if (shares >= 262144) {
    return 10000;
  }
  const double l = std::log2(static_cast<double>(shares));
  const double exponent = (l * l + 125.0 * l) / 612.0 - 7.0 / 34.0;
  return static_cast<std::uint64_t>(std::ceil(std::pow(10.0, exponent)));
}

std::uint64_t io_weight(std::uint16_t block_weight) {
  const std::uint64_t above = block_weight > 10 ? block_weight - 10U : 0U;
  return 1 + above * 9999 / 990;
}

std::vector<FileWrite> limits_v2(const plan::Limits& limits, const CurrentV2& current) {
  std::vector<FileWrite> writes;
  add_memory(limits, current, writes);
  add_cpu(limits, current, writes);
  add_cpuset(limits, writes);
  if (limits.pids) {
    writes.push_back({.controller = "pids",
                      .file = "pids.max",
                      .text = number_or_max(*limits.pids),
                      .pointer = "/linux/resources/pids/limit"});
  }
  add_block_weights(limits, writes);
  add_throttles(limits.block_read_bps, "rbps", "throttleReadBpsDevice", writes);
  add_throttles(limits.block_write_bps, "wbps", "throttleWriteBpsDevice", writes);
  add_throttles(limits.block_read_iops, "riops", "throttleReadIOPSDevice", writes);
  add_throttles(limits.block_write_iops, "wiops", "throttleWriteIOPSDevice", writes);
  add_hugetlb(limits, writes);
  std::ranges::move(rdma_writes(limits.rdma), std::back_inserter(writes));
  return writes;
}

std::vector<FileWrite> unified_writes(const std::vector<plan::UnifiedValue>& values) {
  std::vector<FileWrite> writes;
  for (const plan::UnifiedValue& one : values) {
    FileWrite write{.controller = one.file.substr(0, one.file.find('.')),
                    .file = one.file,
                    .pointer = "/linux/resources/unified/" + one.file};
    const bool by_line = trim(one.text).find('\n') != std::string_view::npos;
    if (write.controller == "io" || write.controller == "rdma") {
      write.key = one.text.substr(0, one.text.find(' ') + 1);
    }
    if (!by_line) {
      write.text = one.text;
      writes.push_back(std::move(write));
      continue;
    }
    // Files such as io.max take one line for each write(2).
    for (const std::string_view line : split(one.text, '\n')) {
      if (!trim(line).empty()) {
        write.text = line;
        write.key = line.substr(0, line.find(' ') + 1);
        writes.push_back(write);
      }
    }
  }
  return writes;
}

}  // namespace wpar::cgroup
