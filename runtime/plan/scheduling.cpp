// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/scheduling.h"

#include <linux/ioprio.h>
#include <linux/sched.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/base/number_list.h"

namespace wpar::plan {

namespace {

constexpr std::uint32_t kDeadlinePolicy = SCHED_DEADLINE;
constexpr unsigned int kMaxCpu = 8191;  // the kernel's largest CONFIG_NR_CPUS

constexpr auto kPolicies = std::to_array<std::pair<std::string_view, std::uint32_t>>({
    {"SCHED_OTHER", SCHED_OTHER},
    {"SCHED_FIFO", SCHED_FIFO},
    {"SCHED_RR", SCHED_RR},
    {"SCHED_BATCH", SCHED_BATCH},
    {"SCHED_IDLE", SCHED_IDLE},
    {"SCHED_DEADLINE", kDeadlinePolicy},
});

constexpr auto kFlags = std::to_array<std::pair<std::string_view, std::uint64_t>>({
    {"SCHED_FLAG_RESET_ON_FORK", SCHED_FLAG_RESET_ON_FORK},
    {"SCHED_FLAG_RECLAIM", SCHED_FLAG_RECLAIM},
    {"SCHED_FLAG_DL_OVERRUN", SCHED_FLAG_DL_OVERRUN},
    {"SCHED_FLAG_KEEP_POLICY", SCHED_FLAG_KEEP_POLICY},
    {"SCHED_FLAG_KEEP_PARAMS", SCHED_FLAG_KEEP_PARAMS},
    {"SCHED_FLAG_UTIL_CLAMP_MIN", SCHED_FLAG_UTIL_CLAMP_MIN},
    {"SCHED_FLAG_UTIL_CLAMP_MAX", SCHED_FLAG_UTIL_CLAMP_MAX},
});

constexpr auto kIoClasses = std::to_array<std::pair<std::string_view, int>>({
    {"IOPRIO_CLASS_RT", IOPRIO_CLASS_RT},
    {"IOPRIO_CLASS_BE", IOPRIO_CLASS_BE},
    {"IOPRIO_CLASS_IDLE", IOPRIO_CLASS_IDLE},
});

template <typename Table>
auto find_word(const Table& table, std::string_view word) {
  return std::ranges::find(table, word, [](const auto& entry) { return entry.first; });
}

// 0 is what Go programs write for an absent number.
void plan_nice(const oci::Scheduler& wanted, SchedulerPlan& plan, Findings& findings) {
  plan.nice = wanted.nice.value_or(0);
  if (plan.nice < -20 || plan.nice > 19) {
    findings.invalid({"/process/scheduler/nice"}, "expected an integer from -20 to 19");
  } else if (plan.nice != 0 && plan.policy != SCHED_OTHER && plan.policy != SCHED_BATCH) {
    findings.warn({"/process/scheduler/nice"}, "has no effect with {}", wanted.policy);
  }
}

void plan_static_priority(const oci::Scheduler& wanted, SchedulerPlan& plan, Findings& findings) {
  const Pointer at{"/process/scheduler/priority"};
  const std::int32_t priority = wanted.priority.value_or(0);
  if (plan.policy != SCHED_FIFO && plan.policy != SCHED_RR) {
    if (priority != 0) {
      findings.invalid(at, "is for SCHED_FIFO and SCHED_RR only");
    }
    return;
  }
  constexpr std::int32_t kLowest = 1;  // sched(7)
  constexpr std::int32_t kHighest = 99;
  if (priority < kLowest || priority > kHighest) {
    findings.invalid(at, "expected an integer from {} to {} with {}", kLowest, kHighest,
                     wanted.policy);
    return;
  }
  plan.priority = static_cast<std::uint32_t>(priority);
}

// sched(7), SCHED_DEADLINE: 1024 <= runtime <= deadline <= period, and a period of 0 is the
// deadline.
void plan_deadline(const oci::Scheduler& wanted, SchedulerPlan& plan, Findings& findings) {
  plan.runtime = wanted.runtime.value_or(0);
  plan.deadline = wanted.deadline.value_or(0);
  plan.period = wanted.period.value_or(0);
  if (plan.policy != kDeadlinePolicy) {
    for (const auto& [member, value] : {std::pair{"/process/scheduler/runtime", plan.runtime},
                                        std::pair{"/process/scheduler/deadline", plan.deadline},
                                        std::pair{"/process/scheduler/period", plan.period}}) {
      if (value != 0) {
        findings.invalid({member}, "is for SCHED_DEADLINE only");
      }
    }
    return;
  }
  constexpr std::uint64_t kShortest = 1024;
  constexpr std::uint64_t kLongest = (std::uint64_t{1} << 63) - 1;
  if (plan.runtime < kShortest) {
    findings.invalid({"/process/scheduler/runtime"}, "expected {} nanoseconds or more", kShortest);
  } else if (plan.deadline < plan.runtime || plan.deadline > kLongest) {
    findings.invalid({"/process/scheduler/deadline"}, "expected {} (the runtime) or more",
                     plan.runtime);
  } else if (plan.period != 0 && (plan.period < plan.deadline || plan.period > kLongest)) {
    findings.invalid({"/process/scheduler/period"}, "expected {} (the deadline) or more",
                     plan.deadline);
  }
}

// An empty list asks for nothing, as an absent one does.
BitMask plan_cpus(const std::optional<std::string>& list, std::string_view pointer,
                  Findings& findings) {
  if (!list || list->empty()) {
    return {};
  }
  auto cpus = parse_number_list(*list, kMaxCpu);
  if (!cpus || cpus->empty()) {
    findings.invalid({pointer}, "expected a list of CPUs like \"0-3,7\"");
    return {};
  }
  return std::move(*cpus);
}

}  // namespace

SchedulerPlan plan_scheduler(const oci::Scheduler& wanted, Findings& findings) {
  SchedulerPlan plan;
  const Pointer at{"/process/scheduler/policy"};
  if (wanted.policy == "SCHED_ISO") {
    findings.unsupported(at, "Linux has no SCHED_ISO");
    return plan;
  }
  const auto policy = find_word(kPolicies, wanted.policy);
  if (policy == kPolicies.end()) {
    findings.invalid(at, "unknown scheduling policy");
    return plan;
  }
  plan.set = true;
  plan.policy = policy->second;
  for (std::size_t i = 0; i < wanted.flags.size(); ++i) {
    const auto flag = find_word(kFlags, wanted.flags[i]);
    if (flag == kFlags.end()) {
      findings.invalid({"/process/scheduler/flags", i}, "unknown scheduling flag");
      continue;
    }
    plan.flags |= flag->second;
  }
  if ((plan.flags & SCHED_FLAG_KEEP_PARAMS) == 0) {  // with it the kernel reads none of them
    plan_nice(wanted, plan, findings);
    plan_static_priority(wanted, plan, findings);
    plan_deadline(wanted, plan, findings);
  }
  return plan;
}

void check_hooks_can_run(const SchedulerPlan& scheduler, const HooksPlan& hooks,
                         Findings& findings) {
  if (scheduler.set && scheduler.policy == kDeadlinePolicy &&
      (scheduler.flags & SCHED_FLAG_RESET_ON_FORK) == 0 && !hooks.start_container.empty()) {
    findings.invalid({"/process/scheduler/flags"},
                     "SCHED_DEADLINE needs SCHED_FLAG_RESET_ON_FORK beside startContainer hooks");
  }
}

int plan_io_priority(const oci::IoPriority& wanted, Findings& findings) {
  const auto klass = find_word(kIoClasses, wanted.klass);
  if (klass == kIoClasses.end()) {
    findings.invalid({"/process/ioPriority/class"}, "unknown I/O scheduling class");
    return 0;
  }
  constexpr int kLowest = 7;
  if (wanted.priority < 0 || wanted.priority > kLowest) {
    findings.invalid({"/process/ioPriority/priority"}, "expected an integer from 0 to {}", kLowest);
    return 0;
  }
  return klass->second << IOPRIO_CLASS_SHIFT | wanted.priority;
}

void plan_cpu_affinity(const oci::ExecCpuAffinity& wanted, ProcessPlan& plan, Findings& findings) {
  plan.initial_cpus = plan_cpus(wanted.initial, "/process/execCPUAffinity/initial", findings);
  plan.final_cpus = plan_cpus(wanted.final_, "/process/execCPUAffinity/final", findings);
}

}  // namespace wpar::plan
