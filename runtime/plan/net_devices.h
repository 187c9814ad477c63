// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.netDevices → which devices are moved and what they are called inside. Called by build.cpp.

#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

std::vector<NetDevicePlan> plan_net_devices(const oci::Linux& config,
                                            const NamespacePlan& namespaces, Findings& findings);

}  // namespace wpar::plan
