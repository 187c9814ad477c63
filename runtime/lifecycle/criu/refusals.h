// SPDX-License-Identifier: Apache-2.0
#pragma once
// What CRIU cannot carry over, said by name before anything is done: its own log would say it in
// the words of its inside, or not at all. Called by checkpoint.cpp and restore.cpp.

#include <string>
#include <vector>

#include "runtime/lifecycle/lifecycle.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Throws kUnsupported to an ordinary user and to the root of a user namespace.
void require_rights(const plan::HostFacts& host);
// Throws kUnsupported naming the member of config.json.
void require_saveable(const plan::Plan& plan);
// Throws kUnsupported for standard descriptors (criu_descriptors.h) that no restore could give
// back.
void require_saveable_descriptors(const std::string& id, const plan::Plan& plan,
                                  const std::vector<std::string>& keys);
// Throws kInvalidArgument or kUnsupported naming the option.
void check_restore_options(const RestoreOptions& options, const plan::HostFacts& host);

}  // namespace wpar::lifecycle
