// SPDX-License-Identifier: Apache-2.0
#pragma once
// A new file system as config.json describes it. Run by init, and by the parent where only the
// host's root may make it.

#include <sys/types.h>

#include <optional>

#include "runtime/plan/plan.h"
#include "runtime/sys/mount.h"

namespace wpar::init {

// With the parameters and attributes of the plan. `mode` is that of the directory below, for a
// tmpfs that takes it over; without one it has the kernel's default.
sys::DetachedMount make_filesystem(const plan::MountPlan& mount, std::optional<mode_t> mode);

}  // namespace wpar::init
