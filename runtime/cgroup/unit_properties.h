// SPDX-License-Identifier: Apache-2.0
#pragma once
// Limits → properties of a systemd unit (systemd.resource-control(5)), for those files that systemd
// writes by itself: were it not told, a `systemctl daemon-reload` could take the limits back. What
// it does not know (hugetlb, rdma, burst, throttles …) is only in the files. Called by lifecycle.
// Pure.

#include <vector>

#include "runtime/cgroup/route.h"
#include "runtime/plan/plan.h"

namespace wpar::cgroup {

// Which hierarchies a limit goes to is route()'s decision, and so is what is refused. `current`:
// the bandwidth and the memory limit that hold now, for an update that says only half of them; v1
// too.
std::vector<plan::UnitProperty> unit_properties(const std::vector<Hierarchy>& hierarchies,
                                                const plan::Limits& limits,
                                                const CurrentV2& current = {});

// Device rules as systemd has them: a list of permissions, all else denied. It has no exceptions in
// a permission, so the list allows what the rules allow, or more; the rules themselves hold
// besides. `replace`: the unit has a list already.
std::vector<plan::UnitProperty> device_properties(const std::vector<plan::DeviceRule>& rules,
                                                  bool replace);

}  // namespace wpar::cgroup
