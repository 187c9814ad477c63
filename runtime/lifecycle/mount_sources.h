// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens every host object that the container's mounts begin from, before the container exists.
// Parent.

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/init/context.h"

namespace wpar::lifecycle {

// `cgroup_directories` is parallel to `host.hierarchies`.
init::MountSources open_mount_sources(const plan::Plan& plan, const cgroup::Host& host,
                                      const std::vector<std::string>& cgroup_directories);

}  // namespace wpar::lifecycle
