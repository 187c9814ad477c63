// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.cgroupsPath for the systemd cgroup driver, "slice:prefix:name", → the unit and its place.
// Called by build.cpp; runwpar-cgroups(7) has the rules for users. Pure.

#include <string>
#include <string_view>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"

namespace wpar::plan {

// An empty `cgroups_path` means ":runwpar:ID". An empty slice is system.slice, or user.slice in a
// user's own manager; "-" is the root. The unit is "prefix-name.scope", "name.scope" without a
// prefix, and "name" itself where that ends in ".slice". Other characters than those of unit names
// are escaped as systemd-escape(1) does ("\x20").
SystemdUnit plan_systemd_unit(std::string_view cgroups_path, std::string_view id, bool of_user,
                              Findings& findings);

// Where it is below the cgroup of its manager: "/a.slice/a-b.slice/runwpar-web1.scope".
std::string unit_cgroup(const SystemdUnit& unit);

}  // namespace wpar::plan
