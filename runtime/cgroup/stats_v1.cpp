// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1.
#include <fmt/format.h>

#include "runtime/base/text.h"
#include "runtime/cgroup/stats.h"

namespace wpar::cgroup {
namespace {

constexpr std::uint64_t kNanosecondsPerTick = 10'000'000;  // USER_HZ is 100 on every architecture

std::vector<std::uint64_t> numbers(std::string_view text) {
  std::vector<std::uint64_t> all;
  for (const std::string_view word : split_words(text)) {
    all.push_back(parse_integer<std::uint64_t>(word).value_or(0));
  }
  return all;
}

void add_cpuacct(const Files& files, CpuStats& cpu) {
  cpu.total = find_number(files, "cpuacct.usage");
  cpu.percpu = numbers(files("cpuacct.usage_percpu").value_or(""));
  const auto ticks = parse_flat_keyed(files("cpuacct.stat").value_or(""));
  cpu.user = number_in(ticks, "user") * kNanosecondsPerTick;
  cpu.kernel = number_in(ticks, "system") * kNanosecondsPerTick;
  const std::string all = files("cpuacct.usage_all").value_or("");  // "cpu user system", then lines
  for (const std::string_view line : split(all, '\n')) {
    const auto fields = split_words(line);
    if (fields.size() == 3 && parse_integer<unsigned>(fields[0])) {
      cpu.percpu_user.push_back(parse_integer<std::uint64_t>(fields[1]).value_or(0));
      cpu.percpu_kernel.push_back(parse_integer<std::uint64_t>(fields[2]).value_or(0));
    }
  }
}

void add_cpu(const Files& files, CpuStats& cpu) {
  const auto values = parse_flat_keyed(files("cpu.stat").value_or(""));
  cpu.periods = number_in(values, "nr_periods");
  cpu.throttled_periods = number_in(values, "nr_throttled");
  cpu.throttled_time = number_in(values, "throttled_time");
}

void add_cpuset(const Files& files, CpusetStats& cpuset) {
  cpuset.cpus = parse_list(files("cpuset.cpus").value_or(""));
  cpuset.mems = parse_list(files("cpuset.mems").value_or(""));
  cpuset.cpu_exclusive = find_number(files, "cpuset.cpu_exclusive");
  cpuset.mem_exclusive = find_number(files, "cpuset.mem_exclusive");
  cpuset.mem_hardwall = find_number(files, "cpuset.mem_hardwall");
  cpuset.memory_migrate = find_number(files, "cpuset.memory_migrate");
  cpuset.memory_spread_page = find_number(files, "cpuset.memory_spread_page");
  cpuset.memory_spread_slab = find_number(files, "cpuset.memory_spread_slab");
  cpuset.memory_pressure = find_number(files, "cpuset.memory_pressure");
  cpuset.sched_load_balance = find_number(files, "cpuset.sched_load_balance");
  const std::string level = files("cpuset.sched_relax_domain_level").value_or("");
  cpuset.sched_relax_domain_level = parse_integer<std::int64_t>(trim(level)).value_or(0);
}

UsageStats usage_of(const Files& files, const std::string& name) {
  return {.limit = find_number(files, name + ".limit_in_bytes"),
          .usage = find_number(files, name + ".usage_in_bytes"),
          .max = find_number(files, name + ".max_usage_in_bytes"),
          .failcnt = find_number(files, name + ".failcnt")};
}

void add_memory(const Files& files, MemoryStats& memory) {
  memory.raw = parse_flat_keyed(files("memory.stat").value_or(""));
  memory.cache = number_in(memory.raw, "cache");
  memory.usage = usage_of(files, "memory");
  memory.swap = usage_of(files, "memory.memsw");
  memory.kernel = usage_of(files, "memory.kmem");
  memory.kernel_tcp = usage_of(files, "memory.kmem.tcp");
}

// "8:0 Read 4096", "8:0 123" where there is no operation, and sums that begin with "Total".
std::vector<BlockEntry> block_entries(const Files& files, const std::string& file) {
  std::vector<BlockEntry> entries;
  const std::string text = files(file).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split_words(line);
    if (fields.size() < 2 || fields.size() > 3) {
      continue;
    }
    const auto device = parse_device_number(fields[0]);
    const auto value = parse_integer<std::uint64_t>(fields.back());
    if (device && value) {
      entries.push_back(
          {device->major, device->minor, std::string(fields.size() == 3 ? fields[1] : ""), *value});
    }
  }
  return entries;
}

void add_blkio(const Files& files, BlockStats& block) {
  // BFQ counts when it schedules the device; the throttling layer counts always.
  for (const char* prefix : {"blkio.bfq.", "blkio."}) {
    const auto read = [&](const char* name) {
      return block_entries(files, fmt::format("{}{}_recursive", prefix, name));
    };
    block.service_bytes = read("io_service_bytes");
    if (block.service_bytes.empty()) {
      continue;
    }
    block.serviced = read("io_serviced");
    block.queued = read("io_queued");
    block.service_time = read("io_service_time");
    block.wait_time = read("io_wait_time");
    block.merged = read("io_merged");
    block.time = read("time");
    block.sectors = read("sectors");
    return;
  }
  const auto throttled = [&](const char* name) {
    auto entries = block_entries(files, fmt::format("blkio.throttle.{}_recursive", name));
    return entries.empty() ? block_entries(files, fmt::format("blkio.throttle.{}", name)) : entries;
  };
  block.service_bytes = throttled("io_service_bytes");
  block.serviced = throttled("io_serviced");
}

void add_hugetlb(const Files& files, const std::vector<std::string>& page_sizes, Stats& stats) {
  for (const std::string& size : page_sizes) {
    const std::string name = "hugetlb." + size;
    if (files(name + ".usage_in_bytes")) {
      stats.hugetlb[size] = usage_of(files, name);
    }
  }
}

}  // namespace

void add_stats_v1(std::string_view controller, const Files& files,
                  const std::vector<std::string>& page_sizes, Stats& stats) {
  if (controller == "cpuacct") {
    add_cpuacct(files, stats.cpu);
  } else if (controller == "cpu") {
    add_cpu(files, stats.cpu);
  } else if (controller == "cpuset") {
    add_cpuset(files, stats.cpuset);
  } else if (controller == "memory") {
    add_memory(files, stats.memory);
  } else if (controller == "pids") {
    stats.pids = read_pids(files);
  } else if (controller == "blkio") {
    add_blkio(files, stats.block);
  } else if (controller == "hugetlb") {
    add_hugetlb(files, page_sizes, stats);
  }
}

}  // namespace wpar::cgroup
