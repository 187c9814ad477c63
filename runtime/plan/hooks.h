// SPDX-License-Identifier: Apache-2.0
#pragma once
// hooks → HooksPlan (config.md, "POSIX-platform Hooks"). Called by build.cpp. Whether a program
// exists is seen when it runs: some are made by the hooks before them.

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/hooks.h"

namespace wpar::plan {

// A hook without an environment gets that of the place where it runs: the runtime's, or, for the
// two kinds that run in the container, `container_env`.
HooksPlan plan_hooks(const oci::Hooks& hooks, const std::vector<std::string>& container_env,
                     Findings& findings);

}  // namespace wpar::plan
