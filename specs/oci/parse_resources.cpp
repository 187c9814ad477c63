// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::int64_t kAnyNumber = -1;
constexpr std::int64_t kLargestNumber = std::numeric_limits<std::uint32_t>::max();

std::int64_t device_number(const JsonCursor& at) {
  return at.integer<std::int64_t>(0, kLargestNumber);
}

DeviceRule read_device_rule(const JsonCursor& at) {
  constexpr std::string_view kTypes[] = {"a"sv, "b"sv, "c"sv};
  DeviceRule rule;
  rule.allow = at.at("allow").boolean();
  rule.type = find_word(at, "type", kTypes);
  rule.major = find_integer<std::int64_t>(at, "major", kAnyNumber, kLargestNumber);
  rule.minor = find_integer<std::int64_t>(at, "minor", kAnyNumber, kLargestNumber);
  rule.access = find_string(at, "access");
  if (rule.access && rule.access->find_first_not_of("rwm") != std::string::npos) {
    at.at("access").fail(fmt::format("\"{}\" is not made of r, w and m", printable(*rule.access)));
  }
  return rule;
}

// Bytes or -1.
std::optional<std::int64_t> find_memory(const JsonCursor& parent, std::string_view key) {
  return find_integer<std::int64_t>(parent, key, -1, std::numeric_limits<std::int64_t>::max());
}

MemoryResources read_memory(const JsonCursor& at) {
  MemoryResources memory;
  memory.limit = find_memory(at, "limit");
  memory.reservation = find_memory(at, "reservation");
  memory.swap = find_memory(at, "swap");
  memory.kernel = find_memory(at, "kernel");
  memory.kernel_tcp = find_memory(at, "kernelTCP");
  // Not bounded here: engines spell "unset" as -1 cast to 18446744073709551615.
  memory.swappiness = find_integer<std::uint64_t>(at, "swappiness");
  memory.disable_oom_killer = find_boolean(at, "disableOOMKiller");
  memory.use_hierarchy = find_boolean(at, "useHierarchy");
  memory.check_before_update = find_boolean(at, "checkBeforeUpdate");
  return memory;
}

CpuResources read_cpu(const JsonCursor& at) {
  CpuResources cpu;
  cpu.shares = find_integer<std::uint64_t>(at, "shares");
  cpu.quota = find_integer<std::int64_t>(at, "quota");
  cpu.burst = find_integer<std::uint64_t>(at, "burst");
  cpu.period = find_integer<std::uint64_t>(at, "period");
  cpu.realtime_runtime = find_integer<std::int64_t>(at, "realtimeRuntime");
  cpu.realtime_period = find_integer<std::uint64_t>(at, "realtimePeriod");
  cpu.cpus = find_string(at, "cpus");
  cpu.mems = find_string(at, "mems");
  cpu.idle = find_integer<std::int64_t>(at, "idle");
  return cpu;
}

WeightDevice read_weight_device(const JsonCursor& at) {
  WeightDevice device;
  device.major = device_number(at.at("major"));
  device.minor = device_number(at.at("minor"));
  device.weight = find_integer<std::uint16_t>(at, "weight");
  device.leaf_weight = find_integer<std::uint16_t>(at, "leafWeight");
  if (!device.weight && !device.leaf_weight) {
    at.fail("weight or leafWeight is required");
  }
  return device;
}

ThrottleDevice read_throttle_device(const JsonCursor& at) {
  return {.major = device_number(at.at("major")),
          .minor = device_number(at.at("minor")),
          .rate = at.at("rate").integer<std::uint64_t>()};
}

BlockIoResources read_block_io(const JsonCursor& at) {
  BlockIoResources io;
  io.weight = find_integer<std::uint16_t>(at, "weight");
  io.leaf_weight = find_integer<std::uint16_t>(at, "leafWeight");
  io.weight_device = find_list(at, "weightDevice", read_weight_device);
  io.throttle_read_bps_device = find_list(at, "throttleReadBpsDevice", read_throttle_device);
  io.throttle_write_bps_device = find_list(at, "throttleWriteBpsDevice", read_throttle_device);
  io.throttle_read_iops_device = find_list(at, "throttleReadIOPSDevice", read_throttle_device);
  io.throttle_write_iops_device = find_list(at, "throttleWriteIOPSDevice", read_throttle_device);
  return io;
}

// "2MB", "1GB", "64KB": it becomes a part of a file name.
bool is_page_size(std::string_view text) {
  if (text.size() < 3 || !text.ends_with('B') ||
      std::string_view("KMG").find(text[text.size() - 2]) == std::string_view::npos) {
    return false;
  }
  const std::string_view digits = text.substr(0, text.size() - 2);
  return digits.front() != '0' &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

HugepageLimit read_hugepage_limit(const JsonCursor& at) {
  const JsonCursor size = at.at("pageSize");
  if (!is_page_size(size.string())) {
    size.fail(fmt::format("\"{}\" is not a page size such as 2MB", printable(size.string())));
  }
  return {.page_size = size.string(), .limit = at.at("limit").integer<std::uint64_t>()};
}

InterfacePriority read_interface_priority(const JsonCursor& at) {
  return {.name = nonempty(at.at("name")), .priority = at.at("priority").integer<std::uint32_t>()};
}

NetworkResources read_network(const JsonCursor& at) {
  return {.class_id = find_integer<std::uint32_t>(at, "classID"),
          .priorities = find_list(at, "priorities", read_interface_priority)};
}

RdmaLimit read_rdma_limit(const JsonCursor& at) {
  return {.hca_handles = find_integer<std::uint32_t>(at, "hcaHandles"),
          .hca_objects = find_integer<std::uint32_t>(at, "hcaObjects")};
}

std::map<std::string, std::string> find_unified(const JsonCursor& parent) {
  std::map<std::string, std::string> files = find_string_map(parent, "unified");
  for (const auto& [name, value] : files) {
    // A file directly in the container's cgroup, never one of a parent or a neighbour.
    if (name == "." || name == ".." || name.find('/') != std::string::npos) {
      parent.at("unified").fail(fmt::format("\"{}\" is not a file name", printable(name)));
    }
  }
  return files;
}

}  // namespace

Resources read_resources(const JsonCursor& at) {
  Resources resources;
  resources.devices = find_list(at, "devices", read_device_rule);
  resources.memory = find_object(at, "memory", read_memory);
  resources.cpu = find_object(at, "cpu", read_cpu);
  resources.block_io = find_object(at, "blockIO", read_block_io);
  resources.hugepage_limits = find_list(at, "hugepageLimits", read_hugepage_limit);
  resources.network = find_object(at, "network", read_network);
  if (const auto pids = at.find("pids")) {
    resources.pids_limit = find_integer<std::int64_t>(*pids, "limit");
  }
  resources.rdma = find_map(at, "rdma", read_rdma_limit);
  resources.unified = find_unified(at);
  return resources;
}

}  // namespace wpar::oci
