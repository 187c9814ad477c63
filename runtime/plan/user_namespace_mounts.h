// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the kernel does not let the root of a user namespace mount, and what takes its place: the
// host's own mount of the same file system, or the mount without the option. Called by build.cpp.

#include <vector>

#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

void adapt_mounts_to_user_namespace(std::vector<MountPlan>& mounts, const oci::Linux& config,
                                    const NamespacePlan& namespaces, const HostFacts& host);

}  // namespace wpar::plan
