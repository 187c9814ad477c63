// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each step does for one plan, in words. Names and reasons of init's steps come from
// init/steps.cpp, so an explanation cannot name a step that is not there, or leave one out.
// Called by inspect.cpp.

#include <string_view>
#include <vector>

#include "runtime/init/steps.h"
#include "runtime/lifecycle/inspect.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Between the cgroup and the first step of init.
void add_runtime_steps(const plan::Plan& plan, std::vector<ExplainedStep>& steps);
// Nothing is added for a step that would do nothing for this plan.
void add_init_step(const plan::Plan& plan, const init::StepEntry& step,
                   std::vector<ExplainedStep>& steps);
// After the program runs, and when the container is deleted.
void add_final_steps(const plan::Plan& plan, std::vector<ExplainedStep>& steps);

// The steps that have details here, for the test that each is a step of init.
std::vector<std::string_view> explained_step_names();

}  // namespace wpar::lifecycle
