// SPDX-License-Identifier: Apache-2.0
#pragma once
// v1 cpusets are born without processors and memory nodes, and no process can enter such a one.

#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {

// Copies cpuset.cpus and cpuset.mems down from the nearest ancestor that has them, to every empty
// level on the way. `is_new`: the directory was made just now, so that it need not be read.
void fill_cpuset(const Directory& directory, bool is_new);

}  // namespace wpar::cgroup
