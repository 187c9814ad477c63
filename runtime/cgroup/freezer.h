// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stopping and continuing every process of a cgroup: the v1 freezer, or cgroup.freeze of v2.

#include <optional>

#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {

// Nothing where this hierarchy cannot freeze or the directory does not exist.
std::optional<bool> is_frozen_here(const Directory& directory);

}  // namespace wpar::cgroup
