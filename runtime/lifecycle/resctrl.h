// SPDX-License-Identifier: Apache-2.0
#pragma once
// /linux/intelRdt of a container in the making. Parent; called by create.

#include <memory>

#include "runtime/cgroup/resctrl.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Null when the container asks for none. Throws where no resctrl file system is mounted. The plan
// must outlive it.
std::unique_ptr<cgroup::Resctrl> find_resctrl_groups(const plan::Plan& plan);
// Makes the groups and fills them.
void make_resctrl_groups(cgroup::Resctrl& resctrl);

}  // namespace wpar::lifecycle
