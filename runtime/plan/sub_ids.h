// SPDX-License-Identifier: Apache-2.0
#pragma once
// The user namespace that an ordinary user's container gets when config.json has none: container
// root is the user, the ids above are those that subuid(5) and subgid(5) give him. Called by
// lifecycle before the plan is made, and for exec.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/host.h"
#include "specs/oci/config.h"

namespace wpar::plan {

// The host ranges of a user, who stands in the file by name or by number. Lines that are none are
// passed over, as newuidmap(1) does.
std::vector<oci::IdMapping> parse_sub_ids(std::string_view text, std::string_view user, uid_t uid);
// passwd(5) → the name; empty when the uid is not there.
std::string find_user_name(std::string_view passwd, uid_t uid);

// Root needs none; nor does a process that may make the other namespaces anyhow.
bool needs_user_namespace(const oci::Config& config, const HostFacts& host);
// Reads /etc/passwd, /etc/subuid and /etc/subgid.
void look_at_sub_ids(HostFacts& host);
// Adds the namespace, and the mappings unless config.json has some.
void add_user_namespace(oci::Config& config, const HostFacts& host);

}  // namespace wpar::plan
