// SPDX-License-Identifier: Apache-2.0
#pragma once
// root, linux.rootfsPropagation and --no-pivot → RootPlan. Called by build.cpp.
// mount_namespaces(7).

#include "runtime/plan/build.h"
#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

RootPlan plan_root(const oci::Config& config, const NamespacePlan& namespaces,
                   const CreateRequest& request, Findings& findings);

}  // namespace wpar::plan
