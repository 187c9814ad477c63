// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens every host object that the container's mounts begin from, before the first of them is made.
// Run by the parent, before the container exists; by init where only the root of a new user
// namespace may clone mounts (rootless).

#include "runtime/init/context.h"

namespace wpar::init {

// kLater: bind sources that init opens itself, and clones when their turn comes, are left out.
enum class InTurn { kNone, kLater };

// Fills in everything but the names and paths of `cgroups`.
void open_mount_sources(const plan::Plan& plan, MountSources& sources, InTurn in_turn);

// The part of it that the list of mounts needs.
void open_list_sources(const plan::Plan& plan, MountSources& sources, InTurn in_turn);

// Makes the mount of a source that is only a place yet. Init, right before it is attached.
void clone_source(const plan::Plan& plan, const plan::MountPlan& mount, MountSource& source);

}  // namespace wpar::init
