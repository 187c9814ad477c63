// SPDX-License-Identifier: Apache-2.0
#pragma once
// SCMP_ACT_NOTIFY: how the listener gets out of a process that runs under its filter already. A
// helper that shares the table of descriptors, but not the filter, sends it; the process only
// writes its number and reads the answer (config-linux.md refuses SCMP_ACT_NOTIFY for write(2)).
// Run by execute().

#include "runtime/base/fd.h"
#include "runtime/init/context.h"

namespace wpar::init {

// Starts the helper. The process talks to it through the descriptor that is returned.
UniqueFd start_listener_helper(Context& context);

// Under the filter: 0 when the agent has the listener and the document, otherwise an errno.
[[nodiscard]] int hand_over_listener(int helper, int listener) noexcept;

}  // namespace wpar::init
