// SPDX-License-Identifier: Apache-2.0
#pragma once
// process.scheduler, process.ioPriority and process.execCPUAffinity → numbers for sched_setattr(2),
// ioprio_set(2) and sched_setaffinity(2). Called by process.cpp.

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/process.h"

namespace wpar::plan {

SchedulerPlan plan_scheduler(const oci::Scheduler& wanted, Findings& findings);

// A process under SCHED_DEADLINE cannot fork, and init forks for each startContainer hook.
void check_hooks_can_run(const SchedulerPlan& scheduler, const HooksPlan& hooks,
                         Findings& findings);

// The number that ioprio_set(2) takes.
int plan_io_priority(const oci::IoPriority& wanted, Findings& findings);

// Checked for every process; who starts the container's first one leaves the result aside, since
// it is only for exec (config.md, execCPUAffinity).
void plan_cpu_affinity(const oci::ExecCpuAffinity& wanted, ProcessPlan& plan, Findings& findings);

}  // namespace wpar::plan
