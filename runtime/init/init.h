// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mains of the processes inside. Called by lifecycle/spawn in the child of a clone; they never
// return.

#include <span>

#include "runtime/init/context.h"
#include "runtime/init/steps.h"
#include "runtime/sys/process.h"

namespace wpar::init {

// The container's first process: runs init_steps().
[[noreturn]] void init_main(Input& input) noexcept;
// One more process in a running container: runs exec_steps().
[[noreturn]] void exec_main(Input& input) noexcept;
// A short visit to a running container: `steps` end with _exit.
[[noreturn]] void live_mounts_main(Input& input, std::span<const StepEntry> steps) noexcept;
// Joins the user namespace and makes init below it, as a sibling: the runtime must be able to reap
// it.
[[noreturn]] void stager_main(Input& input, const sys::CloneRequest& init_request) noexcept;
// The same for exec, where only the root of the container's user namespace may enter its pid
// namespace.
[[noreturn]] void exec_stager_main(Input& input, const sys::CloneRequest& request) noexcept;

}  // namespace wpar::init
