// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.devices and the nodes and links that every container has (config-linux.md, "Default
// Devices"); linux.resources.devices → the ordered rules of the device cgroup. Called by build.cpp,
// resources.cpp.

#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/limits.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

// The default nodes come first; none when /dev itself is a bind mount. `in_user_namespace`:
// mknod(2) is not allowed, so the host's nodes are bound.
std::vector<DevicePlan> plan_devices(const oci::Linux& config, const std::vector<MountPlan>& mounts,
                                     bool in_user_namespace, Findings& findings);

std::vector<SymlinkPlan> plan_links(const std::vector<MountPlan>& mounts);

// The configuration's rules, in order.
std::vector<DeviceRule> plan_device_rules(const std::vector<oci::DeviceRule>& rules,
                                          std::string_view at, Findings& findings);
// For a new container: deny all, `rules`, then what the default devices need.
std::vector<DeviceRule> with_default_rules(const std::vector<DeviceRule>& rules);

}  // namespace wpar::plan
