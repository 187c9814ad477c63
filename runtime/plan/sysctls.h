// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.sysctl → files below /proc/sys. Only parameters that belong to one of the container's own
// namespaces pass; everything else would change the host. Called by build.cpp. sysctl.d(5),
// proc(5).

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/config.h"

namespace wpar::plan {

std::vector<SysctlPlan> plan_sysctls(const oci::Config& config, const NamespacePlan& namespaces,
                                     Findings& findings);

// "net.ipv4.ip_forward" and "net/ipv4/ip_forward" → the latter. The first separator says which one
// separates; the other is then a dot in a name: "net.ipv4.conf.eth0/1.forwarding".
std::string sysctl_path(std::string_view key);

}  // namespace wpar::plan
