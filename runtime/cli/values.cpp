// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/values.h"

#include <limits>

#include "runtime/base/error.h"
#include "runtime/base/signal_names.h"
#include "runtime/base/text.h"

namespace wpar::cli {

int parse_signal(std::string_view text) {
  const std::optional<int> number = find_signal(text);
  if (!number) {
    throw_error(ErrorKind::kInvalidArgument, "unknown signal \"{}\"", text);
  }
  return *number;
}

std::uint32_t parse_id(std::string_view text, std::string_view what) {
  constexpr std::uint32_t kUnchanged = std::numeric_limits<std::uint32_t>::max();
  const std::optional<std::uint32_t> id = parse_integer<std::uint32_t>(text);
  if (!id || *id == kUnchanged) {
    throw_error(ErrorKind::kInvalidArgument, "invalid {} \"{}\": expected an integer from 0 to {}",
                what, text, kUnchanged - 1);
  }
  return *id;
}

NumericUser parse_user(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return {.uid = parse_id(text, "user id"), .gid = std::nullopt};
  }
  return {.uid = parse_id(text.substr(0, colon), "user id"),
          .gid = parse_id(text.substr(colon + 1), "group id")};
}

}  // namespace wpar::cli
