// SPDX-License-Identifier: Apache-2.0
#pragma once
// The processes of a container: those of its cgroup, or, when it has none, those that /proc shows
// to belong to it. Called by kill, delete, ps.

#include <sys/types.h>

#include <vector>

#include "runtime/state/record.h"

namespace wpar::lifecycle {

// Host pids, sorted.
std::vector<pid_t> container_processes(const state::Record& record);
void signal_everybody(const state::Record& record, int signal);
// SIGKILL until nobody is left; throws after `timeout_ms`.
void kill_everybody(const state::Record& record, int timeout_ms);

}  // namespace wpar::lifecycle
