// SPDX-License-Identifier: Apache-2.0
#pragma once
// HostFacts: everything a plan needs to know of the machine, read once by look_at_host() and written
// as literals in tests.

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace wpar::plan {

struct HostFacts {
  uid_t euid = 0;
  std::uint64_t bounding_set = 0;  // capabilities this process may hand on (capabilities(7))
  bool apparmor_enabled = false;
  bool selinux_enabled = false;
  std::string cache_directory;  // where compiled seccomp filters are kept; empty: nowhere
};

// The only reading of the machine in plan/. `state_root` is --root.
HostFacts look_at_host(const std::string& state_root);

}  // namespace wpar::plan
