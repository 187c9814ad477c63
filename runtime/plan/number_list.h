// SPDX-License-Identifier: Apache-2.0
#pragma once
// "0-3,7" → a bit mask: lists of CPUs and of memory nodes as config.json writes them (cpuset(7),
// List Format). Called by scheduling.cpp and memory_policy.cpp.

#include <optional>
#include <string_view>

#include "runtime/plan/plan.h"

namespace wpar::plan {

// As many words as the largest number needs; empty for a list without numbers. Blanks around
// numbers and empty elements are taken, as Go's runtimes do. Nothing when the text is not a list, a
// range runs backwards, or a number is above `max`.
std::optional<BitMask> parse_number_list(std::string_view text, unsigned int max);

}  // namespace wpar::plan
