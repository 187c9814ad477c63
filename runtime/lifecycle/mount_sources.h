// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens every host object that the container's mounts begin from, before the container exists.
// Parent.

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/init/context.h"

namespace wpar::lifecycle {

// `host` is looked at when the container has no cgroup of its own and shows the caller's.
init::MountSources open_mount_sources(const plan::Plan& plan, const cgroup::Host& host,
                                      const cgroup::Cgroup& cgroup);

}  // namespace wpar::lifecycle
