// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control files of a process's cgroup, on hosts with version 1, both, or version 2 alone.

#include <sys/types.h>

#include <string>

namespace wpar::test {

// Version 2 is mounted and no controller of version 1 is.
bool only_cgroup_v2();
// Where the process is, by the name that version 1 gives the controller; "" when nowhere. On a host
// with both, the version 1 hierarchy if it has the controller.
std::string cgroup_folder(pid_t pid, const std::string& controller);
// The one of the two files that belongs to where the process is, without white space at the end.
std::string cgroup_value(pid_t pid, const std::string& controller, const std::string& v1_file,
                         const std::string& v2_file);

}  // namespace wpar::test
