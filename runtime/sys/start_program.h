// SPDX-License-Identifier: Apache-2.0
#pragma once
// Starts a helper that goes on beside us and talks to us through a descriptor (CRIU). Parent.
// run_program.h has the ones that are simply waited for.

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/sys/process.h"

namespace wpar::sys {

struct ProgramStart {
  std::string path;  // absolute; never searched for
  std::vector<std::string> args = {};
  std::vector<std::string> env = {};
  std::vector<BorrowedFd> descriptors = {};  // they become 3, 4, …; 0 and 1 are ours
  BorrowedFd error = BorrowedFd(2);          // becomes 2
  // A cgroup to be born in: the directory on v2, "0" written to each of these on v1.
  int into_cgroup = -1;
  std::vector<BorrowedFd> cgroup_tasks = {};
  // Not empty: it gets a mount namespace of its own, a slave of ours, in which this directory is a
  // mount. Nothing of that has to be undone, even when we are killed.
  std::string own_mount = {};
};

// Throws what went wrong in the child before the program ran, the exec included.
Child start_program(const ProgramStart& start);

}  // namespace wpar::sys
