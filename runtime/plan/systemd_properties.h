// SPDX-License-Identifier: Apache-2.0
#pragma once
// Annotations org.systemd.property.NAME → properties of the container's unit. An annotation may
// come from whoever made the image, so that only a few that engines set by themselves are taken
// without the operator's word. Called by build.cpp; runwpar-cgroups(7). Pure.

#include <map>
#include <string>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"

namespace wpar::plan {

inline constexpr std::string_view kSystemdPropertyPrefix = "org.systemd.property.";

// `any`: --systemd-properties. A number of seconds called …Sec becomes …USec, as systemd has it on
// D-Bus.
std::vector<UnitProperty> plan_systemd_properties(
    const std::map<std::string, std::string>& annotations, bool any, Findings& findings);

}  // namespace wpar::plan
