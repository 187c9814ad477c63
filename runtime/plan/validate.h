// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of a configuration that belong to no other file of this folder, and the whole of it
// with all findings. Each plan_* function checks what it reads while it decides, so that nothing is
// checked in one place and believed in another. Called by build.cpp.

#include "runtime/plan/build.h"
#include "runtime/plan/findings.h"

namespace wpar::plan {

// Everything but the compiled filter; useful only when `findings` has no errors. In build.cpp.
Plan draft_plan(const oci::Config& config, const HostFacts& host, const CreateRequest& request,
                Findings& findings);

// ociVersion, host names, annotations, the cgroup path, and what is not supported.
void check_general(const oci::Config& config, const NamespacePlan& namespaces, Findings& findings);

}  // namespace wpar::plan
