// SPDX-License-Identifier: Apache-2.0
#pragma once
// What this runtime may do here, and what that changes about a configuration. Called by create and
// exec. Parent.

#include "runtime/lifecycle/lifecycle.h"
#include "runtime/lifecycle/mount_sources.h"
#include "runtime/plan/host.h"
#include "specs/oci/config.h"

namespace wpar::lifecycle {

// The facts of the machine; --rootless has the last word on whether we are.
plan::HostFacts look_at_host(const Context& context);
// An ordinary user's container gets a user namespace when config.json has none.
void give_user_namespace(oci::Config& config, plan::HostFacts& host);

// Without CAP_SYS_ADMIN other namespaces are the container's root's to enter.
bool may_administer(const plan::HostFacts& host);
OpenBy who_opens_mounts(const plan::HostFacts& host);

}  // namespace wpar::lifecycle
