// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who a process is: user, groups, capabilities, no_new_privs. Run by init on
// itself, in the order of runtime/init/steps.cpp. Raw system calls: glibc's setuid() talks to other
// threads, of which there are none. credentials(7), capabilities(7).

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace wpar::sys {

// Bit n is capability n.
struct CapabilitySets {
  std::uint64_t effective = 0;
  std::uint64_t permitted = 0;
  std::uint64_t inheritable = 0;
};

void set_groups(const std::vector<gid_t>& groups);
// Real, effective and saved ids.
void set_gid(gid_t gid);
void set_uid(uid_t uid);
// Permitted capabilities survive the next set_uid (PR_SET_KEEPCAPS).
void keep_capabilities(bool keep);
void set_capabilities(const CapabilitySets& sets);
// Drops from the bounding set everything that is not in `keep`; the set can only shrink.
void limit_bounding_set(std::uint64_t keep);
// The ambient set becomes exactly `ambient`.
void set_ambient(std::uint64_t ambient);
void set_no_new_privileges();
// "cap_chown"; "cap_99" for a number without a name (libcap).
std::string capability_name(int number);

}  // namespace wpar::sys
