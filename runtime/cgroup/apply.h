// SPDX-License-Identifier: Apache-2.0
#pragma once
// Performs what route() decided: controllers switched on (v2), then one write(2) for each limit,
// and the device program (v2) attached.

#include <set>
#include <string>
#include <vector>

#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/route.h"

namespace wpar::cgroup {

// The v2 controllers that some write needs.
std::set<std::string> needed_controllers(const std::vector<Hierarchy>& hierarchies,
                                         const std::vector<RoutedWrite>& writes);

// Switches them on in cgroup.subtree_control of every directory above `v2`. On a host with v2 alone
// also all others that there are, as far as that works: a later update and measuring want them.
void enable_controllers(const Directory& v2, const std::set<std::string>& needed, Mode mode);

// What an update has changed so far, to be taken back when a later write fails.
struct Undo {
  std::size_t directory = 0;  // index
  std::string file;
  std::string text;
};

// Throws for a write that ended with this errno.
[[noreturn]] void refuse(const Directory& directory, const FileWrite& write, int error);

// `check_memory`: refuse a memory limit below what is in use, before anything is written.
// `done`, if there is one, is told how to take each write back.
void apply_route(const std::vector<Directory>& directories, const Route& route, bool check_memory,
                 std::vector<Undo>* done = nullptr);
void take_back(const std::vector<Directory>& directories, const std::vector<Undo>& done);

}  // namespace wpar::cgroup
