// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/stats_document.h"

#include "runtime/base/text.h"
#include "specs/oci/json_writer.h"

namespace wpar::lifecycle {
namespace {

using cgroup::Stats;
using oci::JsonWriter;

void omit_zero(JsonWriter& to, std::string_view name, std::uint64_t value) {
  if (value != 0) {
    to.member(name, value);
  }
}

void write_pressure_line(JsonWriter& to, const cgroup::PressureLine& line) {
  to.object([&] {
    to.member("avg10", line.avg10);
    to.member("avg60", line.avg60);
    to.member("avg300", line.avg300);
    to.member("total", line.total);
  });
}

void write_pressure(JsonWriter& to, const std::optional<cgroup::Pressure>& pressure) {
  to.object_member("psi", pressure, [](JsonWriter& out, const cgroup::Pressure& psi) {
    out.object([&] {
      out.key("some");
      write_pressure_line(out, psi.some);
      out.key("full");
      write_pressure_line(out, psi.full);
    });
  });
}

void write_cpu(JsonWriter& to, const cgroup::CpuStats& cpu) {
  to.object([&] {
    to.key("usage");
    to.object([&] {
      omit_zero(to, "total", cpu.total);
      to.member("percpu", cpu.percpu);
      to.member("percpu_kernel", cpu.percpu_kernel);
      to.member("percpu_user", cpu.percpu_user);
      to.member("kernel", cpu.kernel);
      to.member("user", cpu.user);
    });
    to.key("throttling");
    to.object([&] {
      omit_zero(to, "periods", cpu.periods);
      omit_zero(to, "throttledPeriods", cpu.throttled_periods);
      omit_zero(to, "throttledTime", cpu.throttled_time);
    });
    write_pressure(to, cpu.pressure);
  });
}

void write_cpuset(JsonWriter& to, const cgroup::CpusetStats& cpuset) {
  to.object([&] {
    to.member("cpus", cpuset.cpus);
    to.member("cpu_exclusive", cpuset.cpu_exclusive);
    to.member("mems", cpuset.mems);
    to.member("mem_hardwall", cpuset.mem_hardwall);
    to.member("mem_exclusive", cpuset.mem_exclusive);
    to.member("memory_migrate", cpuset.memory_migrate);
    to.member("memory_spread_page", cpuset.memory_spread_page);
    to.member("memory_spread_slab", cpuset.memory_spread_slab);
    to.member("memory_pressure", cpuset.memory_pressure);
    to.member("sched_load_balance", cpuset.sched_load_balance);
    to.member("sched_relax_domain_level", cpuset.sched_relax_domain_level);
  });
}

void write_usage(JsonWriter& to, std::string_view name, const cgroup::UsageStats& usage,
                 bool with_limit = true) {
  to.key(name);
  to.object([&] {
    if (with_limit) {
      to.member("limit", usage.limit);
    }
    omit_zero(to, "usage", usage.usage);
    omit_zero(to, "max", usage.max);
    to.member("failcnt", usage.failcnt);
  });
}

void write_memory(JsonWriter& to, const cgroup::MemoryStats& memory) {
  to.object([&] {
    omit_zero(to, "cache", memory.cache);
    write_usage(to, "usage", memory.usage);
    write_usage(to, "swap", memory.swap);
    write_usage(to, "kernel", memory.kernel);
    write_usage(to, "kernelTCP", memory.kernel_tcp);
    to.map_member("raw", memory.raw, [&](std::uint64_t value) { to.value(value); });
    write_pressure(to, memory.pressure);
  });
}

void write_block_entries(JsonWriter& to, std::string_view name,
                         const std::vector<cgroup::BlockEntry>& entries) {
  to.list_member(name, entries, [&](const cgroup::BlockEntry& entry) {
    to.object([&] {
      omit_zero(to, "major", entry.major);
      omit_zero(to, "minor", entry.minor);
      if (!entry.op.empty()) {
        to.member("op", entry.op);
      }
      omit_zero(to, "value", entry.value);
    });
  });
}

void write_block(JsonWriter& to, const cgroup::BlockStats& block) {
  to.object([&] {
    write_block_entries(to, "ioServiceBytesRecursive", block.service_bytes);
    write_block_entries(to, "ioServicedRecursive", block.serviced);
    write_block_entries(to, "ioQueueRecursive", block.queued);
    write_block_entries(to, "ioServiceTimeRecursive", block.service_time);
    write_block_entries(to, "ioWaitTimeRecursive", block.wait_time);
    write_block_entries(to, "ioMergedRecursive", block.merged);
    write_block_entries(to, "ioTimeRecursive", block.time);
    write_block_entries(to, "sectorsRecursive", block.sectors);
    write_pressure(to, block.pressure);
  });
}

void write_interface(JsonWriter& to, const InterfaceStats& one) {
  to.object([&] {
    to.member("Name", one.name);
    to.member("RxBytes", one.rx_bytes);
    to.member("RxPackets", one.rx_packets);
    to.member("RxErrors", one.rx_errors);
    to.member("RxDropped", one.rx_dropped);
    to.member("TxBytes", one.tx_bytes);
    to.member("TxPackets", one.tx_packets);
    to.member("TxErrors", one.tx_errors);
    to.member("TxDropped", one.tx_dropped);
  });
}

void write_data(JsonWriter& to, const Stats& stats, const std::vector<InterfaceStats>& interfaces) {
  to.object([&] {
    to.key("cpu");
    write_cpu(to, stats.cpu);
    to.key("cpuset");
    write_cpuset(to, stats.cpuset);
    to.key("memory");
    write_memory(to, stats.memory);
    to.key("pids");
    to.object([&] {
      omit_zero(to, "current", stats.pids.current);
      omit_zero(to, "limit", stats.pids.limit);
    });
    to.key("blkio");
    write_block(to, stats.block);
    to.key("hugetlb");
    to.object([&] {
      for (const auto& [size, usage] : stats.hugetlb) {
        write_usage(to, size, usage, false);
      }
    });
    to.key("intel_rdt");
    to.object([] {});
    to.key("network_interfaces");
    if (interfaces.empty()) {
      to.null();
    } else {
      to.list(interfaces, [&](const InterfaceStats& one) { write_interface(to, one); });
    }
  });
}

}  // namespace

// "  eth0: bytes packets errs drop fifo frame compressed multicast" and the same eight for sending;
// two lines of head.
std::vector<InterfaceStats> parse_interfaces(std::string_view text) {
  constexpr std::size_t kSent = 8;
  std::vector<InterfaceStats> all;
  for (const std::string_view line : split(text, '\n')) {
    // The name may hold colons; the numbers cannot.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos) {
      continue;
    }
    std::vector<std::uint64_t> numbers;
    for (const std::string_view word : split_words(line.substr(colon + 1))) {
      numbers.push_back(parse_integer<std::uint64_t>(word).value_or(0));
    }
    if (numbers.size() >= 2 * kSent) {
      all.push_back({.name = std::string(trim(line.substr(0, colon))),
                     .rx_bytes = numbers[0],
                     .rx_packets = numbers[1],
                     .rx_errors = numbers[2],
                     .rx_dropped = numbers[3],
                     .tx_bytes = numbers[kSent],
                     .tx_packets = numbers[kSent + 1],
                     .tx_errors = numbers[kSent + 2],
                     .tx_dropped = numbers[kSent + 3]});
    }
  }
  return all;
}

std::string stats_document(const std::string& id, const Stats& stats,
                           const std::vector<InterfaceStats>& interfaces) {
  JsonWriter to(oci::Indent::kNone, oci::BadText::kReplace);
  to.object([&] {
    to.member("type", "stats");
    to.member("id", id);
    to.key("data");
    write_data(to, stats, interfaces);
  });
  return to.take();
}

std::string oom_document(const std::string& id) {
  JsonWriter to(oci::Indent::kNone, oci::BadText::kReplace);
  to.object([&] {
    to.member("type", "oom");
    to.member("id", id);
  });
  return to.take();
}

}  // namespace wpar::lifecycle
