// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that happens inside, in order: two tables with the reason of each line. A change to
// them is a security review. A failing step is named in the user's error.

#include <cstdint>
#include <span>

#include "runtime/init/context.h"

namespace wpar::init {

struct StepEntry {
  const char* name;  // completes "init could not …"
  void (*run)(Context& context);
  const char* reason;  // why here
};

std::span<const StepEntry> init_steps();
std::span<const StepEntry> exec_steps();
// `mounts add` and `mounts remove`: in and out again, nothing is executed.
std::span<const StepEntry> add_mounts_steps();
std::span<const StepEntry> remove_mounts_steps();

// The name behind the number in a kFailed message; the number is the position in the table.
const char* step_name(std::span<const StepEntry> steps, std::uint32_t number);

}  // namespace wpar::init
