// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.intelRdt → which resctrl groups a container gets and what is written to them
// (config-linux.md, IntelRdt). Called by build.cpp; runtime/cgroup/resctrl.cpp carries it out.

#include <string>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

IntelRdtPlan plan_intel_rdt(const oci::IntelRdt& wanted, const std::string& id, Findings& findings);

}  // namespace wpar::plan
