// SPDX-License-Identifier: Apache-2.0
#pragma once
// A mount of the plan in one line, with the option words that lead to it. Called by
// explain_details.cpp.

#include <cstdint>
#include <string>

#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// "/data: rbind of /srv/data (ro,nosuid,rprivate)"
std::string describe_mount(const plan::MountPlan& mount);
// MS_SLAVE|MS_REC → "rslave"
std::string propagation_word(std::uint64_t flags);

}  // namespace wpar::lifecycle
