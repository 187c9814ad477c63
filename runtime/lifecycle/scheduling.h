// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the runtime sets of a process from outside, when it is ready and waits: inside a user
// namespace nobody has the rights for it. Parent; called by create, run and exec.

#include <sys/types.h>

#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// /process/scheduler, /process/ioPriority and the final CPUs of /process/execCPUAffinity.
void apply_scheduling(pid_t pid, const plan::ProcessPlan& process);
// The initial CPUs of /process/execCPUAffinity, for this process and what it clones from now on.
void move_to_initial_cpus(const plan::ProcessPlan& process);

}  // namespace wpar::lifecycle
