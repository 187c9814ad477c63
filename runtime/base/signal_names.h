// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals as people, images and engines write them. Used by the command line and by the plan.

#include <optional>
#include <string_view>

namespace wpar {

// "15", "TERM", "SIGTERM", "sigterm", "RTMIN+3"; 0 is a number, too. Nothing for anything else.
std::optional<int> find_signal(std::string_view text);

}  // namespace wpar
