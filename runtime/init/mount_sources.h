// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens every host object that the container's mounts begin from, before the first of them is made.
// Run by the parent, before the container exists; by init where only the root of a new user
// namespace may clone mounts (rootless).

#include "runtime/init/context.h"

namespace wpar::init {

// Fills in everything but the names and paths of `cgroups`.
void open_mount_sources(const plan::Plan& plan, MountSources& sources);

// The part of it that the list of mounts needs.
void open_list_sources(const plan::Plan& plan, MountSources& sources);

}  // namespace wpar::init
