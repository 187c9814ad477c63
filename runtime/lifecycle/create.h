// SPDX-License-Identifier: Apache-2.0
#pragma once
// The main flow of the project, shared by create() and run().

#include "runtime/lifecycle/lifecycle.h"
#include "runtime/lifecycle/spawn.h"
#include "runtime/plan/plan.h"
#include "runtime/state/record.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {

enum class StartBy {
  kGate,     // another process, through the gate (create)
  kChannel,  // the caller, with kStart (run)
};

// A container whose init is ready and recorded. Destroying it kills init unless it was detached.
struct ReadyContainer {
  plan::Plan plan;
  state::Record record;
  state::Entry entry;
  Spawned init;
};

// `console`: where init sends the pty's master; invalid when the process has no terminal.
// On failure nothing is left behind. `check` sees the plan before anything is done.
ReadyContainer make_container(const Context& context, const CreateOptions& options,
                              StartBy start_by, UniqueFd console,
                              void (*check)(const plan::Plan&, const CreateOptions&));

}  // namespace wpar::lifecycle
