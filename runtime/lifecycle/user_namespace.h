// SPDX-License-Identifier: Apache-2.0
#pragma once
// User namespaces that exist only for their id maps: what id-mapped mounts refer to. Parent.

#include "runtime/base/fd.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Made by a short-lived child; the file keeps it alive.
UniqueFd make_user_namespace(const plan::IdMapPlan& maps);

}  // namespace wpar::lifecycle
