// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/scheduling.h"

#include "runtime/base/error.h"
#include "runtime/sys/scheduling.h"

namespace wpar::lifecycle {

void apply_scheduling(pid_t pid, const plan::ProcessPlan& process) {
  if (!process.final_cpus.empty()) {
    in_context("/process/execCPUAffinity/final",
               [&] { sys::set_cpu_affinity(pid, process.final_cpus); });
  }
  if (process.scheduler.set) {
    const plan::SchedulerPlan& wanted = process.scheduler;
    in_context("/process/scheduler", [&] {
      sys::set_scheduler(pid, {.policy = wanted.policy,
                               .flags = wanted.flags,
                               .nice = wanted.nice,
                               .priority = wanted.priority,
                               .runtime = wanted.runtime,
                               .deadline = wanted.deadline,
                               .period = wanted.period});
    });
  }
  if (process.set_io_priority) {
    in_context("/process/ioPriority", [&] { sys::set_io_priority(pid, process.io_priority); });
  }
}

void move_to_initial_cpus(const plan::ProcessPlan& process) {
  if (!process.initial_cpus.empty()) {
    in_context("/process/execCPUAffinity/initial",
               [&] { sys::set_cpu_affinity(0, process.initial_cpus); });
  }
}

}  // namespace wpar::lifecycle
