// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/resources.h"

#include <net/if.h>

#include <algorithm>

#include "runtime/plan/devices.h"

namespace wpar::plan {

namespace {

template <typename Number>
std::optional<Number> unless_zero(const std::optional<Number>& number) {
  return number == Number{0} ? std::nullopt : number;
}

// One member object of resources: "/linux/resources" + "/memory".
struct Section {
  std::string pointer;
  Findings& findings;
  Pointer at(std::string_view member) const { return {pointer, Pointer::kNoIndex, member}; }
};

// Engines spell "unset" as -1, cast.
constexpr std::uint64_t kUnsetSwappiness = ~std::uint64_t{0};

// A limit in bytes, microseconds or processes, with -1 for none.
void accept_limit(const std::optional<std::int64_t>& limit, const Section& section,
                  std::string_view member) {
  if (limit && *limit < kUnlimited) {
    section.findings.invalid(section.at(member), "expected an integer from -1, not {}", *limit);
  }
}

void plan_memory(const oci::MemoryResources& memory, const Section& section, Limits& limits) {
  accept_limit(memory.limit, section, "/limit");
  accept_limit(memory.reservation, section, "/reservation");
  accept_limit(memory.swap, section, "/swap");
  limits.memory = unless_zero(memory.limit);
  limits.memory_reservation = unless_zero(memory.reservation);
  limits.memory_swap = unless_zero(memory.swap);
  limits.swappiness = memory.swappiness;
  limits.disable_oom_killer = memory.disable_oom_killer;
  limits.check_before_update = memory.check_before_update.value_or(false);
  if (limits.memory.value_or(0) > 0 && limits.memory_swap.value_or(0) > 0 &&
      *limits.memory_swap < *limits.memory) {
    section.findings.invalid(section.at("/swap"),
                             "memory and swap together, {}, are less than the memory limit {}",
                             *limits.memory_swap, *limits.memory);
  }
  if (limits.memory == kUnlimited && limits.memory_swap.value_or(0) > 0) {
    section.findings.invalid(section.at("/swap"), "a limit needs a limit of memory");
  }
  if (memory.swappiness == kUnsetSwappiness) {
    limits.swappiness.reset();
  } else if (memory.swappiness && *memory.swappiness > 100) {
    section.findings.invalid(section.at("/swappiness"), "expected an integer from 0 to 100");
  }
  // Both are NOT RECOMMENDED, and current kernels have neither.
  if (memory.kernel) {
    section.findings.warn(section.at("/kernel"), "kernel memory limits are ignored");
  }
  if (memory.kernel_tcp) {
    section.findings.warn(section.at("/kernelTCP"), "kernel memory limits are ignored");
  }
  if (memory.use_hierarchy == false) {
    section.findings.warn(section.at("/useHierarchy"), "memory accounting is always hierarchical");
  }
}

bool is_cpu_list(std::string_view text) {
  return text.find_first_not_of("0123456789-,:/") == std::string_view::npos;
}

void plan_cpu(const oci::CpuResources& cpu, const Section& section, Limits& limits) {
  accept_limit(cpu.quota, section, "/quota");
  accept_limit(cpu.realtime_runtime, section, "/realtimeRuntime");
  limits.cpu_shares = unless_zero(cpu.shares);
  limits.cpu_quota = unless_zero(cpu.quota);
  limits.cpu_period = unless_zero(cpu.period);
  limits.cpu_burst = cpu.burst;
  limits.cpu_realtime_runtime = unless_zero(cpu.realtime_runtime);
  limits.cpu_realtime_period = unless_zero(cpu.realtime_period);
  limits.cpu_idle = cpu.idle;
  if (cpu.idle && *cpu.idle != 0 && *cpu.idle != 1) {
    section.findings.invalid(section.at("/idle"), "expected 0 or 1");
  }
  for (const auto& [text, limit, member] :
       {std::tuple{&cpu.cpus, &limits.cpuset_cpus, std::string_view("/cpus")},
        std::tuple{&cpu.mems, &limits.cpuset_mems, std::string_view("/mems")}}) {
    if (!text->has_value() || (*text)->empty()) {
      continue;
    }
    if (is_cpu_list(**text)) {
      *limit = **text;
    } else {
      section.findings.invalid(section.at(member), "expected a list such as \"0-3,7\"");
    }
  }
}

void accept_weight(const std::optional<std::uint16_t>& weight, const Pointer& at,
                   Findings& findings) {
  if (weight.value_or(0) != 0 && (*weight < 10 || *weight > 1000)) {
    findings.invalid(at, "expected an integer from 10 to 1000");
  }
}

void plan_block_io(const oci::BlockIoResources& block, const Section& section, Limits& limits) {
  accept_weight(block.weight, section.at("/weight"), section.findings);
  accept_weight(block.leaf_weight, section.at("/leafWeight"), section.findings);
  limits.block_weight = unless_zero(block.weight);
  limits.block_leaf_weight = unless_zero(block.leaf_weight);
  const std::string weights = section.pointer + "/weightDevice";
  for (std::size_t i = 0; i < block.weight_device.size(); ++i) {
    const oci::WeightDevice& device = block.weight_device[i];
    const Pointer at{weights, i};
    accept_weight(device.weight, at.at("/weight"), section.findings);
    accept_weight(device.leaf_weight, at.at("/leafWeight"), section.findings);
    if (device.major < 0 || device.minor < 0) {
      section.findings.invalid(at, "expected a device number");
    }
    limits.block_weight_device.push_back({.major = device.major,
                                          .minor = device.minor,
                                          .weight = unless_zero(device.weight),
                                          .leaf_weight = unless_zero(device.leaf_weight)});
  }
  const auto throttle = [&](const std::vector<oci::ThrottleDevice>& devices,
                            std::string_view member, std::vector<BlockThrottle>& plans) {
    const std::string pointer = section.pointer + std::string(member);
    for (std::size_t i = 0; i < devices.size(); ++i) {
      if (devices[i].major < 0 || devices[i].minor < 0) {
        section.findings.invalid({pointer, i}, "expected a device number");
      }
      plans.push_back(
          {.major = devices[i].major, .minor = devices[i].minor, .rate = devices[i].rate});
    }
  };
  throttle(block.throttle_read_bps_device, "/throttleReadBpsDevice", limits.block_read_bps);
  throttle(block.throttle_write_bps_device, "/throttleWriteBpsDevice", limits.block_write_bps);
  throttle(block.throttle_read_iops_device, "/throttleReadIOPSDevice", limits.block_read_iops);
  throttle(block.throttle_write_iops_device, "/throttleWriteIOPSDevice", limits.block_write_iops);
}

// It becomes a part of a file name: digits, then KB, MB or GB.
bool is_page_size(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  return digits > 0 && digits < 10 && text.front() != '0' &&
         (unit == "KB" || unit == "MB" || unit == "GB");
}

void plan_hugetlb(const std::vector<oci::HugepageLimit>& wanted, std::string_view pointer,
                  Limits& limits, Findings& findings) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!is_page_size(wanted[i].page_size)) {
      findings.invalid({pointer, i, "/pageSize"}, "expected a size such as \"2MB\"");
      continue;
    }
    limits.hugetlb.push_back({.page_size = wanted[i].page_size, .bytes = wanted[i].limit});
  }
}

void plan_network(const oci::NetworkResources& network, std::string_view pointer, Limits& limits,
                  Findings& findings) {
  limits.network_class_id = network.class_id;
  for (std::size_t i = 0; i < network.priorities.size(); ++i) {
    const auto& [name, priority] = network.priorities[i];
    // The name and the number share a line of net_prio.ifpriomap.
    if (name.empty() || name.size() >= IFNAMSIZ ||
        !std::ranges::all_of(name, [](char c) { return c > ' ' && c != '/' && c != 127; })) {
      findings.invalid({pointer, i, "/name"}, "expected the name of a network interface");
      continue;
    }
    limits.network_priorities.push_back({.name = name, .priority = priority});
  }
}

void plan_rdma(const std::map<std::string, oci::RdmaLimit>& wanted, std::string_view pointer,
               Limits& limits, Findings& findings) {
  for (const auto& [device, limit] : wanted) {
    const std::string member = "/" + pointer_part(device);
    // The name and the numbers share a line of rdma.max.
    if (device.empty() ||
        !std::ranges::all_of(device, [](char c) { return c > ' ' && c != 127; })) {
      findings.invalid({pointer, Pointer::kNoIndex, member}, "expected the name of an RDMA device");
    } else if (!limit.hca_handles && !limit.hca_objects) {
      findings.invalid({pointer, Pointer::kNoIndex, member},
                       "hcaHandles or hcaObjects is required");
    } else {
      limits.rdma.push_back(
          {.device = device, .handles = limit.hca_handles, .objects = limit.hca_objects});
    }
  }
}

void plan_unified(const std::map<std::string, std::string>& wanted, std::string_view pointer,
                  Limits& limits, Findings& findings) {
  for (const auto& [file, text] : wanted) {
    const std::string member = "/" + pointer_part(file);
    const Pointer at{pointer, Pointer::kNoIndex, member};
    // A file of the container's own cgroup, not of one above or beside it.
    if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos) {
      findings.invalid(at, "expected the name of a file in the container's cgroup");
    } else if (findings.accept_text(at, file) && findings.accept_text(at, text)) {
      limits.unified.push_back({.file = file, .text = text});
    }
  }
}

}  // namespace

Limits plan_resources(const oci::Resources& resources, std::string_view at, Findings& findings) {
  Limits limits;
  const std::string base(at);
  if (resources.memory) {
    plan_memory(*resources.memory, {base + "/memory", findings}, limits);
  }
  if (resources.cpu) {
    plan_cpu(*resources.cpu, {base + "/cpu", findings}, limits);
  }
  if (resources.block_io) {
    plan_block_io(*resources.block_io, {base + "/blockIO", findings}, limits);
  }
  accept_limit(resources.pids_limit, {base + "/pids", findings}, "/limit");
  limits.pids = resources.pids_limit;
  plan_hugetlb(resources.hugepage_limits, base + "/hugepageLimits", limits, findings);
  if (resources.network) {
    plan_network(*resources.network, base + "/network/priorities", limits, findings);
  }
  limits.devices = plan_device_rules(resources.devices, base + "/devices", findings);
  plan_rdma(resources.rdma, base + "/rdma", limits, findings);
  plan_unified(resources.unified, base + "/unified", limits, findings);
  return limits;
}

Limits build_limits(const oci::Resources& resources, std::vector<std::string>& warnings) {
  Findings findings;
  Limits limits = plan_resources(resources, "", findings);
  findings.throw_if_any();
  std::ranges::move(findings.take_warnings(), std::back_inserter(warnings));
  return limits;
}

}  // namespace wpar::plan
