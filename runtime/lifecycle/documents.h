// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state document as hooks get it, and the hooks that run after a container. Parent.

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/init/context.h"
#include "runtime/lifecycle/container.h"
#include "runtime/plan/plan.h"
#include "runtime/state/record.h"
#include "specs/oci/state.h"

namespace wpar::lifecycle {

// For hooks of a container in the making, cut where the pid belongs.
init::HookState hook_state(const plan::Plan& plan, const std::string& status);
// For hooks of a recorded container.
std::string hook_document(const state::Record& record, const std::string& status, int pid);

// The connection to the agent that answers system calls; invalid when none is asked. Made before
// the container exists, so that a missing agent is an error of create.
UniqueFd connect_seccomp_listener(const plan::SeccompPlan& seccomp);
// What the agent is told, cut where the process's pid belongs; empty without one.
std::vector<std::string> seccomp_state(const plan::Plan& plan);
std::vector<std::string> seccomp_state(const plan::SeccompPlan& seccomp,
                                       const Container& container);

// runtime.md, lifecycle 13: a failure is told and the rest still runs.
void run_poststop_hooks(const plan::HooksPlan& hooks, const plan::Plan& plan);
void run_poststop_hooks(const plan::HooksPlan& hooks, const state::Record& record);
// The poststart and poststop hooks of the configuration that create took a copy of.
plan::HooksPlan recorded_hooks(const std::string& config_text);

}  // namespace wpar::lifecycle
