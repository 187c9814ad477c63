// SPDX-License-Identifier: Apache-2.0
#pragma once
// hooks → HooksPlan (config.md, "POSIX-platform Hooks"). Called by build.cpp. Whether a program
// exists is seen when it runs: some are made by the hooks before them.

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/hooks.h"

namespace wpar::plan {

HooksPlan plan_hooks(const oci::Hooks& hooks, Findings& findings);

}  // namespace wpar::plan
