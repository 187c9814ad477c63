// SPDX-License-Identifier: Apache-2.0
#pragma once
// HostFacts: everything a plan needs to know of the machine, read once by look_at_host() and
// written as literals in tests.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "specs/oci/linux.h"

namespace wpar::plan {

struct HostFacts {
  uid_t euid = 0;
  gid_t egid = 0;
  std::uint64_t bounding_set = 0;  // capabilities this process may hand on (capabilities(7))
  std::uint64_t effective = ~std::uint64_t{0};  // capabilities this process has
  // The runtime itself runs in a user namespace below the host's first one, as an engine's root
  // without privileges does: it may do nothing to what belongs to the host.
  bool in_user_namespace = false;
  std::vector<oci::IdMapping> own_uids;  // of that namespace; empty on the host
  std::vector<oci::IdMapping> own_gids;
  bool setgroups_denied = false;  // in that namespace (user_namespaces(7))
  // What --rootless says, or else: not root, or root of a user namespace only.
  bool rootless = false;
  // Without a user namespace in config.json an ordinary user gets one: what it may map
  // (subuid(5)). Only looked up when needed, by look_at_sub_ids().
  std::vector<oci::IdMapping> sub_uids;  // host ranges; their container ids are not filled in
  std::vector<oci::IdMapping> sub_gids;
  bool apparmor_enabled = false;
  bool selinux_enabled = false;
  bool has(int capability) const { return (effective >> capability & 1) != 0; }
  std::string cache_directory;  // where compiled seccomp filters are kept; empty: nowhere
};

// Whether this process is in a user namespace below the host's first one.
bool in_user_namespace();
// The only reading of the machine in plan/. `state_root` is --root.
HostFacts look_at_host(const std::string& state_root);

// The pure parts of it. The lines of /proc/PID/uid_map; throws Error(kSystem) for anything else.
std::vector<oci::IdMapping> parse_id_map(std::string_view text);
// The text of /proc/PID/status → the capabilities that are both in the
// bounding set and permitted. Throws Error(kSystem) when they are not there.
std::uint64_t grantable_capabilities(std::string_view status);

}  // namespace wpar::plan
