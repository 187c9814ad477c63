// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs one hook list. In the parent for the hooks of the runtime's namespaces, in init for the
// others.

#include <string>
#include <vector>

#include "runtime/plan/plan.h"

namespace wpar::init {

// `state` is what every hook reads on its stdin. Throws for the first hook that fails, with its
// path, exit status, time and last words: "createRuntime hook #1 (/usr/bin/x) failed after 0.2 s:
// exit status 3: …".
void run_hooks(const char* kind, const std::vector<plan::HookPlan>& hooks, const std::string& state,
               const std::string& working_directory);

}  // namespace wpar::init
