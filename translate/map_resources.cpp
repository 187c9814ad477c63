// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "specs/wpar/schema.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "resources";
constexpr std::uint64_t kPeriod = 100000;  // microseconds, the kernel's default
constexpr std::uint64_t kMinQuota = 1000;  // the kernel takes no less
constexpr std::uint64_t kMinCpuShares = 2;
constexpr std::uint64_t kMaxCpuShares = 262144;
constexpr std::uint64_t kSharesPerCpu = 1024;
// One AIX share is 100 of the kernel's, so that small numbers survive the conversion to a weight.
constexpr std::uint64_t kSharesFactor = 100;
constexpr std::uint64_t kLargePageBytes = std::uint64_t{16} << 20;  // on AIX

// The kernel's defaults, of which the pct_ controls take a part.
constexpr std::uint64_t kMessageQueues = 32000;
constexpr std::uint64_t kSemaphoreSets = 32000;
constexpr std::uint64_t kSharedSegments = 4096;

// `whole` × hundredths / 10000 without overflow for any amount of memory.
std::uint64_t part_of(std::uint64_t whole, spec::Percent percent) {
  const auto hundredths = static_cast<std::uint64_t>(percent.hundredths);
  return whole / 10000 * hundredths + whole % 10000 * hundredths / 10000;
}

bool is_whole(spec::Percent percent) {
  return percent.hundredths == 10000;
}

// The percentage that becomes a weight or a reservation: the soft maximum, unless the hard one
// makes it idle; else the minimum.
std::optional<spec::Percent> find_preferred(const spec::PercentLimits& limits) {
  if (limits.soft.hundredths < limits.hard.hundredths) {
    return limits.soft;
  }
  if (limits.minimum.hundredths > 0) {
    return limits.minimum;
  }
  return std::nullopt;
}

class ResourceMapper {
 public:
  explicit ResourceMapper(Context& c) : c_(c), asked_(c.wpar.resources) {}

  void map() {
    map_cpu();
    map_cpu_shares();
    map_rset();
    map_memory();
    map_total_virtual_memory();
    map_process_limits();
    map_tasks();
    map_terminals_and_pages();
    map_ipc();
  }

 private:
  oci::Resources& out() { return c_.config.linux_.resources; }
  oci::CpuResources& cpu() { return out().cpu ? *out().cpu : out().cpu.emplace(); }
  oci::MemoryResources& memory() { return out().memory ? *out().memory : out().memory.emplace(); }

  template <typename T>
  void note(std::string_view key, const spec::Field<T>& field, Fidelity fidelity,
            std::string_view reason, std::string_view action = {}) {
    c_.note(kStanza, key, field, fidelity, reason, action);
  }

  void map_cpu() {
    if (!asked_.cpu) {
      return;
    }
    const spec::PercentLimits& limits = asked_.cpu->value;
    std::string reason = "no hard maximum";
    if (!is_whole(limits.hard)) {
      const std::uint64_t quota =
          std::max(part_of(c_.machine.cpus * kPeriod, limits.hard), kMinQuota);
      cpu().quota = static_cast<std::int64_t>(quota);
      cpu().period = kPeriod;
      reason =
          fmt::format("hard maximum: {} us in {} us of {} CPUs", quota, kPeriod, c_.machine.cpus);
    }
    const std::optional<spec::Percent> preferred = find_preferred(limits);
    if (!preferred) {
      return note("CPU", asked_.cpu, Fidelity::kEquivalent, reason);
    }
    const std::uint64_t shares = std::clamp(part_of(c_.machine.cpus * kSharesPerCpu, *preferred),
                                            kMinCpuShares, kMaxCpuShares);
    cpu().shares = shares;
    note("CPU", asked_.cpu, Fidelity::kApproximate,
         fmt::format("{}; minimum and soft maximum as a weight of {} under contention", reason,
                     shares));
  }

  void map_cpu_shares() {
    if (!asked_.shares_cpu) {
      return;
    }
    const std::optional<std::uint64_t>& number = asked_.shares_cpu->value.number;
    if (!number) {
      return note("shares_CPU", asked_.shares_cpu, Fidelity::kEquivalent, "the kernel's default");
    }
    if (asked_.cpu && find_preferred(asked_.cpu->value)) {
      return note("shares_CPU", asked_.shares_cpu, Fidelity::kIgnored,
                  "percentages win over shares, as on AIX");
    }
    const std::uint64_t shares = std::min(*number * kSharesFactor, kMaxCpuShares);
    cpu().shares = shares;
    const bool clamped = *number * kSharesFactor > kMaxCpuShares;
    note("shares_CPU", asked_.shares_cpu, clamped ? Fidelity::kApproximate : Fidelity::kEquivalent,
         clamped ? fmt::format("the kernel's largest weight, {}", shares)
                 : fmt::format("weight {}: {} for each share keeps the proportions between WPARs",
                               shares, kSharesFactor));
  }

  void map_rset() {
    if (!asked_.rset) {
      return;
    }
    const auto known = c_.profile.rsets.find(asked_.rset->value);
    if (known == c_.profile.rsets.end()) {
      return note("rset", asked_.rset, Fidelity::kNeedsAction,
                  "the site profile does not know the resource set",
                  fmt::format("add it to the site profile (rsets: {{{}: {{cpus: ...}}}})",
                              asked_.rset->value));
    }
    if (!known->second.cpus.empty()) {
      cpu().cpus = known->second.cpus;
    }
    if (!known->second.mems.empty()) {
      cpu().mems = known->second.mems;
    }
    note("rset", asked_.rset, Fidelity::kEquivalent,
         fmt::format("cpuset: CPUs {}, memory nodes {}",
                     known->second.cpus.empty() ? "all" : known->second.cpus,
                     known->second.mems.empty() ? "all" : known->second.mems));
  }

  void map_memory() {
    note("shares_memory", asked_.shares_memory,
         asked_.shares_memory && asked_.shares_memory->value.number ? Fidelity::kIgnored
                                                                    : Fidelity::kExact,
         asked_.shares_memory && asked_.shares_memory->value.number
             ? "cgroups do not divide memory in proportions"
             : "no shares",
         asked_.shares_memory && asked_.shares_memory->value.number ? "write memory limits instead"
                                                                    : "");
    if (!asked_.memory) {
      return;
    }
    const spec::PercentLimits& limits = asked_.memory->value;
    std::string reason = "no hard maximum";
    if (!is_whole(limits.hard)) {
      const std::uint64_t limit = part_of(c_.machine.memory, limits.hard);
      memory().limit = static_cast<std::int64_t>(limit);
      reason = fmt::format("hard maximum: {} MiB", limit >> 20);
    }
    if (c_.profile.cgroup_v2) {
      return map_memory_v2(limits, reason);
    }
    const std::optional<spec::Percent> preferred = find_preferred(limits);
    if (!preferred) {
      return note("memory", asked_.memory, Fidelity::kEquivalent, reason);
    }
    const std::uint64_t reservation = part_of(c_.machine.memory, *preferred);
    memory().reservation = static_cast<std::int64_t>(reservation);
    note("memory", asked_.memory, Fidelity::kApproximate,
         fmt::format("{}; minimum and soft maximum as a reservation of {} MiB: memory above it is "
                     "reclaimed first",
                     reason, reservation >> 20));
  }

  // Version 2 has a control for each of the three: memory.low, memory.high, memory.max.
  void map_memory_v2(const spec::PercentLimits& limits, std::string reason) {
    if (limits.minimum.hundredths > 0) {
      const std::uint64_t low = part_of(c_.machine.memory, limits.minimum);
      memory().reservation = static_cast<std::int64_t>(low);
      reason += fmt::format("; minimum: {} MiB are reclaimed last", low >> 20);
    }
    if (limits.soft.hundredths < limits.hard.hundredths) {
      const std::uint64_t high = part_of(c_.machine.memory, limits.soft);
      out().unified["memory.high"] = fmt::format("{}", high);
      reason += fmt::format(
          "; soft maximum: above {} MiB it is slowed down and reclaimed from, also "
          "without contention",
          high >> 20);
      return note("memory", asked_.memory, Fidelity::kApproximate, reason);
    }
    note("memory", asked_.memory, Fidelity::kEquivalent, reason);
  }

  void map_total_virtual_memory() {
    if (!asked_.total_virt_mem) {
      return;
    }
    if (!asked_.total_virt_mem->value.bytes) {
      return note("totalVirtMem", asked_.total_virt_mem, Fidelity::kExact, "no limit");
    }
    const auto total = static_cast<std::int64_t>(*asked_.total_virt_mem->value.bytes);
    memory().swap = total;
    // The kernel wants the limit of memory alone to be set, and not above the sum.
    memory().limit = std::min(memory().limit.value_or(total), total);
    if (memory().reservation) {
      memory().reservation = std::min(*memory().reservation, total);
    }
    note("totalVirtMem", asked_.total_virt_mem, Fidelity::kApproximate,
         fmt::format("memory and swap together {} MiB; the kernel chooses whom it ends",
                     total >> 20));
  }

  void add_rlimit(const char* type, std::uint64_t limit) {
    if (c_.config.process) {
      c_.config.process->rlimits.push_back({.type = type, .soft = limit, .hard = limit});
    }
  }

  void map_process_limits() {
    if (asked_.proc_virt_mem && asked_.proc_virt_mem->value.bytes) {
      add_rlimit("RLIMIT_AS", *asked_.proc_virt_mem->value.bytes);
      note("procVirtMem", asked_.proc_virt_mem, Fidelity::kApproximate,
           "RLIMIT_AS: the allocation fails, the process is not ended");
    } else {
      note("procVirtMem", asked_.proc_virt_mem, Fidelity::kExact, "no limit");
    }
    if (!asked_.pct_pin_mem || is_whole(asked_.pct_pin_mem->value)) {
      return note("pct_pinMem", asked_.pct_pin_mem, Fidelity::kEquivalent, "the kernel's default");
    }
    const std::uint64_t limit = part_of(c_.machine.memory, asked_.pct_pin_mem->value);
    add_rlimit("RLIMIT_MEMLOCK", limit);
    note("pct_pinMem", asked_.pct_pin_mem, Fidelity::kApproximate,
         fmt::format("RLIMIT_MEMLOCK of {} MiB: for each process, not for all together",
                     limit >> 20));
  }

  void map_tasks() {
    const bool has_threads = asked_.total_threads && asked_.total_threads->value.number;
    const bool has_processes = asked_.total_processes && asked_.total_processes->value.number;
    if (has_threads) {
      out().pids_limit = static_cast<std::int64_t>(*asked_.total_threads->value.number);
    } else if (has_processes) {
      out().pids_limit = static_cast<std::int64_t>(*asked_.total_processes->value.number);
    }
    note("totalThreads", asked_.total_threads,
         has_threads ? Fidelity::kEquivalent : Fidelity::kExact,
         has_threads ? "pids limit: the kernel counts threads" : "no limit");
    if (!has_processes) {
      note("totalProcesses", asked_.total_processes, Fidelity::kExact, "no limit");
    } else if (has_threads) {
      note("totalProcesses", asked_.total_processes, Fidelity::kIgnored,
           "the kernel counts threads only; totalThreads bounds the processes too");
    } else {
      note("totalProcesses", asked_.total_processes, Fidelity::kApproximate,
           "pids limit: every thread counts as a process");
    }
  }

  void map_terminals_and_pages() {
    if (asked_.total_ptys && asked_.total_ptys->value.number) {
      for (oci::Mount& mount : c_.config.mounts) {
        if (mount.destination == "/dev/pts") {
          mount.options.push_back(fmt::format("max={}", *asked_.total_ptys->value.number));
        }
      }
      note("totalPTYs", asked_.total_ptys, Fidelity::kEquivalent, "max= of the WPAR's own devpts");
    } else {
      note("totalPTYs", asked_.total_ptys, Fidelity::kExact, "no limit");
    }
    if (asked_.total_large_pages && asked_.total_large_pages->value.number) {
      const std::uint64_t bytes = *asked_.total_large_pages->value.number * kLargePageBytes;
      out().hugepage_limits.push_back({.page_size = "2MB", .limit = bytes});
      note("totalLargePages", asked_.total_large_pages, Fidelity::kApproximate,
           fmt::format("{} MiB in pages of 2 MiB, where AIX has pages of 16 MiB", bytes >> 20));
    } else {
      note("totalLargePages", asked_.total_large_pages, Fidelity::kExact, "no limit");
    }
  }

  void map_ids(std::string_view key, const spec::Field<spec::Percent>& field, const char* sysctl,
               std::string_view before, std::uint64_t whole) {
    if (!field) {
      return;
    }
    if (is_whole(field->value)) {
      return note(key, field, Fidelity::kExact, "all of them, the default");
    }
    if (c_.wpar.general.xwparipc && c_.wpar.general.xwparipc->value) {
      return note(
          key, field, Fidelity::kIgnored,
          "the WPAR shares the host's IPC objects (xwparipc), so their number is the host's");
    }
    const std::uint64_t number = part_of(whole, field->value);
    c_.config.linux_.sysctl[sysctl] = fmt::format("{}{}", before, number);
    note(key, field, Fidelity::kEquivalent,
         fmt::format("{} of the WPAR's ipc namespace: {} of {}", sysctl, number, whole));
  }

  void map_ipc() {
    map_ids("pct_msgIDs", asked_.pct_msg_ids, "kernel.msgmni", "", kMessageQueues);
    map_ids("pct_semIDs", asked_.pct_sem_ids, "kernel.sem", "32000 1024000000 500 ",
            kSemaphoreSets);
    map_ids("pct_shmIDs", asked_.pct_shm_ids, "kernel.shmmni", "", kSharedSegments);
  }

  Context& c_;
  const spec::Resources& asked_;
};

void report_inactive(Context& c) {
  for (const spec::Row<spec::Resources>& row : spec::rows<spec::Resources>()) {
    std::visit(
        [&](auto member) {
          c.note(kStanza, row.key, c.wpar.resources.*member, Fidelity::kExact,
                 row.key == "active" ? "no limit is applied"
                                     : "kept but not applied (active = no), as on AIX");
        },
        row.member);
  }
}

}  // namespace

void map_resources(Context& c) {
  const spec::Resources& asked = c.wpar.resources;
  if (asked.active && !asked.active->value) {
    return report_inactive(c);
  }
  c.note(kStanza, "active", asked.active, Fidelity::kExact, "the limits are applied");
  ResourceMapper(c).map();
}

}  // namespace wpar::translate
