// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes the id maps of a user namespace through one of its processes: by the kernel's files, or
// for ranges that belong to an ordinary user (subuid(5)) by newuidmap(1) and newgidmap(1). Parent.

#include <sys/types.h>

#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Whether newuidmap(1) and newgidmap(1) are installed.
bool has_id_map_helpers();
// `pid` is a child of ours and unreaped: its number cannot have gone to another process.
void write_id_maps(pid_t pid, const plan::IdMapPlan& maps);

}  // namespace wpar::lifecycle
