// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst.
#include <fmt/format.h>

#include "runtime/base/text.h"
#include "runtime/cgroup/stats.h"

namespace wpar::cgroup {
namespace {

constexpr std::uint64_t kNanosecondsPerMicrosecond = 1000;

// cpu.stat tells the time used even where the controller is off.
void add_cpu(const Files& files, CpuStats& cpu) {
  const auto values = parse_flat_keyed(files("cpu.stat").value_or(""));
  const auto nanoseconds = [&](const char* key) {
    return number_in(values, key) * kNanosecondsPerMicrosecond;
  };
  cpu.total = nanoseconds("usage_usec");
  cpu.user = nanoseconds("user_usec");
  cpu.kernel = nanoseconds("system_usec");
  cpu.periods = number_in(values, "nr_periods");
  cpu.throttled_periods = number_in(values, "nr_throttled");
  cpu.throttled_time = nanoseconds("throttled_usec");
  cpu.pressure = parse_pressure(files("cpu.pressure"));
}

void add_memory(const Files& files, MemoryStats& memory) {
  memory.raw = parse_flat_keyed(files("memory.stat").value_or(""));
  memory.cache = number_in(memory.raw, "file");
  const auto read = [&](const std::string& name) {
    const auto events = parse_flat_keyed(files(name + ".events").value_or(""));
    return UsageStats{.limit = find_number(files, name + ".max"),
                      .usage = find_number(files, name + ".current"),
                      .max = find_number(files, name + ".peak"),
                      .failcnt = number_in(events, "max")};
  };
  memory.usage = read("memory");
  memory.swap = read("memory.swap");
  memory.swap.usage += memory.usage.usage;
  if (memory.swap.max != 0) {
    memory.swap.max += memory.usage.max;  // at most: both need not have been at the same time
  }
  memory.swap.limit = memory.swap.limit == kNoLimit || memory.usage.limit == kNoLimit
                          ? kNoLimit
                          : memory.swap.limit + memory.usage.limit;
  memory.pressure = parse_pressure(files("memory.pressure"));
}

// "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0"
void add_io(const Files& files, BlockStats& block) {
  const std::string text = files("io.stat").value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split_words(line);
    const auto device = fields.empty() ? std::nullopt : parse_device_number(fields[0]);
    if (!device) {
      continue;
    }
    for (const std::string_view field : fields) {
      const std::size_t equals = field.find('=');
      const std::string_view key = field.substr(0, equals);
      const auto value = equals == std::string_view::npos
                             ? std::nullopt
                             : parse_integer<std::uint64_t>(field.substr(equals + 1));
      const bool bytes = key == "rbytes" || key == "wbytes";
      if (!value || (!bytes && key != "rios" && key != "wios")) {
        continue;  // v1 has no place for what was discarded
      }
      (bytes ? block.service_bytes : block.serviced)
          .push_back({device->major, device->minor, key.front() == 'r' ? "Read" : "Write", *value});
    }
  }
  block.pressure = parse_pressure(files("io.pressure"));
}

void add_hugetlb(const Files& files, const std::vector<std::string>& page_sizes, Stats& stats) {
  for (const std::string& size : page_sizes) {
    const std::string name = "hugetlb." + size;
    if (files(name + ".current")) {
      const auto events = parse_flat_keyed(files(name + ".events").value_or(""));
      stats.hugetlb[size] = {.limit = find_number(files, name + ".max"),
                             .usage = find_number(files, name + ".current"),
                             .max = 0,  // v2 keeps no high mark of huge pages
                             .failcnt = number_in(events, "max")};
    }
  }
}

}  // namespace

void add_stats_v2(std::string_view controller, const Files& files,
                  const std::vector<std::string>& page_sizes, Stats& stats) {
  if (controller == "cpu") {
    add_cpu(files, stats.cpu);
  } else if (controller == "cpuset") {
    stats.cpuset.cpus = parse_list(files("cpuset.cpus.effective").value_or(""));
    stats.cpuset.mems = parse_list(files("cpuset.mems.effective").value_or(""));
  } else if (controller == "memory") {
    add_memory(files, stats.memory);
  } else if (controller == "pids") {
    stats.pids = read_pids(files);
  } else if (controller == "blkio") {
    add_io(files, stats.block);
  } else if (controller == "hugetlb") {
    add_hugetlb(files, page_sizes, stats);
  }
}

}  // namespace wpar::cgroup
