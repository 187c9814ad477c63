// SPDX-License-Identifier: Apache-2.0
#pragma once
// uidMappings, gidMappings and the idmap words of a mount → MountIdMapPlan. Called by mounts.cpp.
// config.md, "uidMappings"; crun's own form: idmap=uids=FROM-TO-SIZE#…;gids=… where FROM is an id
// on the file system and TO one of the host, or with a '@' before the list one of the container.

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

MountIdMapPlan plan_mount_id_map(const oci::Mount& mount, const oci::Linux& config,
                                 const NamespacePlan& namespaces, const Pointer& at,
                                 Findings& findings);

}  // namespace wpar::plan
