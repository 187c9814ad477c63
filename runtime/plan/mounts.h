// SPDX-License-Identifier: Apache-2.0
#pragma once
// mounts → MountPlan, in the same order. Called by build.cpp. Lexical only: whether the source of a
// bind mount on /proc is a proc file system, and what a destination leads to inside the root, is
// for runtime/init to find out by handle.

#include <string>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

// `namespaces` are the container's.
std::vector<MountPlan> plan_mounts(const oci::Config& config, const NamespacePlan& namespaces,
                                   const HostFacts& host, const std::string& bundle,
                                   Findings& findings);

}  // namespace wpar::plan
