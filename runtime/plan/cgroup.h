// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.cgroupsPath and linux.resources → CgroupPlan. Called by build.cpp.

#include <string_view>
#include <vector>

#include "runtime/plan/build.h"
#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

// Without a cgroup, limits are refused one by one. Device rules, which every engine sends, and what
// says "unlimited" are not asked for protection by themselves: they are dropped.
// A pids limit of 0 means none in documents before version 1.3: Podman writes it for "unlimited".
CgroupPlan plan_cgroup(const oci::Linux& config, std::string_view oci_version,
                       const CreateRequest& request, Findings& findings);

// With --cgroup-manager=systemd: which unit its manager shall make, and where.
void plan_unit(const oci::Config& config, const CreateRequest& request, bool rootless,
               CgroupPlan& plan, Findings& findings);

// A container that sees its cgroup as the root of a writable mount may manage it: it becomes its
// owner's. Not where the owner's id is unknown (a joined user namespace) or root's anyway.
void plan_delegation(const oci::Config& config, const Plan& so_far, CgroupPlan& cgroup);

// Without a cgroup of its own the container would mount one that is not its own: read-only.
void protect_foreign_cgroup(const CgroupPlan& cgroup, std::vector<MountPlan>& mounts);

}  // namespace wpar::plan
