// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words of the command line that mean more than text. Pure; errors are Error(kInvalidArgument).

#include <cstdint>
#include <optional>
#include <string_view>

namespace wpar::cli {

// "9", "KILL", "SIGKILL", "sigkill", "RTMIN+3" → the number. 0 asks whether there is a process.
int parse_signal(std::string_view text);

// A decimal user or group id. 4294967295 is refused: to the kernel it means "leave unchanged".
std::uint32_t parse_id(std::string_view text, std::string_view what);

struct NumericUser {
  std::uint32_t uid = 0;
  std::optional<std::uint32_t> gid;
};
// "UID" or "UID:GID", numbers only: a name would have to be looked up in files of the container.
NumericUser parse_user(std::string_view text);

}  // namespace wpar::cli
