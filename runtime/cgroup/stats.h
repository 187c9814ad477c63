// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a cgroup has used, in the terms of `events`: those of the v1 controllers, into which the v2
// files are translated. stats_v1.cpp and stats_v2.cpp are pure: they see files as texts.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::cgroup {

// PSI: shares of time in percent, and microseconds.
struct PressureLine {
  double avg10 = 0;
  double avg60 = 0;
  double avg300 = 0;
  std::uint64_t total = 0;
  bool operator==(const PressureLine&) const = default;
};

struct Pressure {
  PressureLine some;
  PressureLine full;
  bool operator==(const Pressure&) const = default;
};

struct CpuStats {  // nanoseconds
  std::uint64_t total = 0;
  std::vector<std::uint64_t> percpu;
  std::vector<std::uint64_t> percpu_kernel;
  std::vector<std::uint64_t> percpu_user;
  std::uint64_t kernel = 0;
  std::uint64_t user = 0;
  std::uint64_t periods = 0;
  std::uint64_t throttled_periods = 0;
  std::uint64_t throttled_time = 0;
  std::optional<Pressure> pressure;
};

struct CpusetStats {
  std::vector<std::uint16_t> cpus;
  std::vector<std::uint16_t> mems;
  std::uint64_t cpu_exclusive = 0;
  std::uint64_t mem_exclusive = 0;
  std::uint64_t mem_hardwall = 0;
  std::uint64_t memory_migrate = 0;
  std::uint64_t memory_spread_page = 0;
  std::uint64_t memory_spread_slab = 0;
  std::uint64_t memory_pressure = 0;
  std::uint64_t sched_load_balance = 0;
  std::int64_t sched_relax_domain_level = 0;
};

inline constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

struct UsageStats {         // bytes
  std::uint64_t limit = 0;  // kNoLimit on v2; v1 tells a number that is as large
  std::uint64_t usage = 0;
  std::uint64_t max = 0;
  std::uint64_t failcnt = 0;  // how often the limit was hit
};

struct MemoryStats {
  std::uint64_t cache = 0;
  UsageStats usage;
  UsageStats swap;  // memory and swap together, as v1 counts it
  UsageStats kernel;
  UsageStats kernel_tcp;
  std::map<std::string, std::uint64_t> raw;  // memory.stat
  std::optional<Pressure> pressure;
};

struct PidsStats {
  std::uint64_t current = 0;
  std::uint64_t limit = 0;  // 0: none
};

struct BlockEntry {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::string op;  // "Read", "Write", …; empty where the file tells none
  std::uint64_t value = 0;
  bool operator==(const BlockEntry&) const = default;
};

struct BlockStats {
  std::vector<BlockEntry> service_bytes;
  std::vector<BlockEntry> serviced;
  std::vector<BlockEntry> queued;
  std::vector<BlockEntry> service_time;
  std::vector<BlockEntry> wait_time;
  std::vector<BlockEntry> merged;
  std::vector<BlockEntry> time;
  std::vector<BlockEntry> sectors;
  std::optional<Pressure> pressure;
};

struct Stats {
  CpuStats cpu;
  CpusetStats cpuset;
  MemoryStats memory;
  PidsStats pids;
  BlockStats block;
  std::map<std::string, UsageStats> hugetlb;  // by page size: "2MB"
};

// The text of a control file; nothing where there is none.
using Files = std::function<std::optional<std::string>(const std::string& file)>;

// Each fills in what one controller tells; absent files leave zeros. `controller` by its v1 name
// ("blkio"). `page_sizes` only matters for hugetlb.
void add_stats_v1(std::string_view controller, const Files& files,
                  const std::vector<std::string>& page_sizes, Stats& stats);
void add_stats_v2(std::string_view controller, const Files& files,
                  const std::vector<std::string>& page_sizes, Stats& stats);

// Shared by both.
std::uint64_t find_number(const Files& files, const std::string& file);  // 0; kNoLimit for "max"
std::map<std::string, std::uint64_t> parse_flat_keyed(std::string_view text);
std::uint64_t number_in(const std::map<std::string, std::uint64_t>& values,
                        const std::string& key);  // 0 when it is not there
PidsStats read_pids(const Files& files);
struct DeviceNumber {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
};
std::optional<DeviceNumber> parse_device_number(std::string_view text);  // "8:0"
std::vector<std::uint16_t> parse_list(std::string_view text);            // "0-2,7"
std::optional<Pressure> parse_pressure(const std::optional<std::string>& text);

}  // namespace wpar::cgroup
