// SPDX-License-Identifier: Apache-2.0
#pragma once
// "0-3,7" → a bit mask: lists of CPUs and of memory nodes as config.json writes them (cpuset(7),
// List Format). Called by plan (scheduling.cpp, memory_policy.cpp) and cgroup/unit_properties.cpp.

#include <optional>
#include <string_view>
#include <vector>

namespace wpar {

// Bit n of word n / (bits of a word) is number n: what the kernel takes for lists of CPUs and
// nodes.
using BitMask = std::vector<unsigned long>;

// As many words as the largest number needs; empty for a list without numbers. Blanks around
// numbers and empty elements are taken, as Go's runtimes do. Nothing when the text is not a list, a
// range runs backwards, or a number is above `max`.
std::optional<BitMask> parse_number_list(std::string_view text, unsigned int max);

}  // namespace wpar
