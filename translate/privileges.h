// SPDX-License-Identifier: Apache-2.0
#pragma once
// AIX privileges (PV_*) → Linux capabilities. An AIX WPAR's privileges end at its border; some of
// the capabilities that Linux needs for the same work reach the whole host. Those are withheld
// unless the site profile allows them: a specification may come from elsewhere, the profile is the
// host administrator's. Used by map_security and the profile reader; table in translate/README.md.

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/value.h"

namespace wpar::translate {

// Capabilities that reach beyond a WPAR.
std::span<const std::string_view> host_wide_capabilities();

// The 88 default privileges of an AIX system WPAR, and a smaller set for an application WPAR.
std::span<const std::string_view> system_privileges();
std::span<const std::string_view> application_privileges();

bool is_known_privilege(std::string_view name);
std::string_view nearest_privilege(std::string_view name);

// The default set changed by every privs line in order; families ("PV_DAC_") stand for all members.
std::vector<std::string> apply_privileges(std::vector<std::string> set,
                                          const std::vector<spec::Value<spec::NameList>>& lines);

struct CapabilitySet {
  std::vector<std::string> granted;   // in the kernel's order
  std::vector<std::string> withheld;  // "PV_FS_MOUNT (CAP_SYS_ADMIN)"
  std::vector<std::string> unmapped;  // known, without a counterpart on Linux
  std::vector<std::string> unknown;   // not in the table
};

// `own_network`: without a network namespace of its own, CAP_NET_ADMIN and CAP_NET_RAW reach the
// host.
CapabilitySet map_privileges(const std::vector<std::string>& privileges,
                             const std::set<std::string>& allowed, bool own_network);

}  // namespace wpar::translate
