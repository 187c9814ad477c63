// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `update` asks for, laid over what the container had: the resources of its configuration from
// then on. Called by lifecycle/update.cpp.

#include <string>
#include <vector>

#include "runtime/plan/limits.h"
#include "specs/oci/resources.h"

namespace wpar::plan {

// An absent member keeps the former value; device rules replace all former ones; lists with a key
// (page size, device number, interface) keep the entries whose key is not named.
oci::Resources merge_resources(oci::Resources former, const oci::Resources& asked);

// The limits to apply, with the default devices when rules are given. Throws like build_plan();
// appends to `warnings`.
Limits plan_update(const oci::Resources& asked, std::vector<std::string>& warnings);

}  // namespace wpar::plan
