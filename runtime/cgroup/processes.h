// SPDX-License-Identifier: Apache-2.0
#pragma once
// The processes that a cgroup directory lists, with those of the directories below it.

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "runtime/base/fd.h"

namespace wpar::cgroup {

// Appends the pids, in no order and perhaps more than once.
void collect_processes(BorrowedFd directory, std::vector<pid_t>& pids);
// The text of cgroup.procs. A process outside of our pid namespace stands there as 0 and is left
// out: to kill(2) it would mean ourselves.
void parse_processes(std::string_view text, std::vector<pid_t>& pids);

}  // namespace wpar::cgroup
