// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens every host object that the container's mounts begin from, before the container exists.
// Parent.

#include <string>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/init/context.h"

namespace wpar::lifecycle {

// kInit: only the root of the container's user namespace may clone mounts.
enum class OpenBy { kRuntime, kInit };

// `host` is looked at where the container has no cgroup of its own and is shown the caller's.
init::MountSources open_mount_sources(const plan::Plan& plan, const cgroup::Host& host,
                                      const cgroup::Cgroup& cgroup, OpenBy open_by);

// The part of it that the list of mounts needs.
init::MountSources open_list_sources(const plan::Plan& plan, const cgroup::Host& host,
                                     const cgroup::Cgroup& cgroup);

}  // namespace wpar::lifecycle
