// SPDX-License-Identifier: Apache-2.0
#pragma once
// What start() and run() do once the program runs. Parent.

#include "runtime/state/record.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {

// Throws for the first hook that fails; the caller then ends and destroys the container
// (runtime.md, lifecycle 9).
void run_poststart_hooks(const state::Entry& entry, const state::Record& record);

}  // namespace wpar::lifecycle
