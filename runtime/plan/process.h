// SPDX-License-Identifier: Apache-2.0
#pragma once
// process → ProcessPlan, without the compiled filter. Called by build.cpp for the container's own
// program and by exec.cpp for one more.

#include "runtime/plan/findings.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

// `config` is the container's: its namespaces, id maps and filter hold for every process in it.
// Findings begin with /process, wherever the process was written down.
ProcessPlan plan_process(const oci::Process& process, const oci::Config& config,
                         const NamespacePlan& namespaces, const HostFacts& host,
                         Findings& findings);

}  // namespace wpar::plan
