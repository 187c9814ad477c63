// SPDX-License-Identifier: Apache-2.0
#pragma once
// The value of an annotation org.systemd.property.NAME: a GVariant in its text form, of which the
// types that unit properties have are read: booleans, integers, doubles, strings, and arrays of
// one of these. Called by systemd_properties.cpp. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::plan {

struct Variant {
  std::string signature;  // D-Bus: "b" "y" "n" "q" "i" "u" "x" "t" "d" "s", or "a" and one
  std::vector<std::string> values;  // numbers in decimal; one unless it is an array
  bool operator==(const Variant&) const = default;
};

// `true`, `5` (int32), `uint64 5`, `@t 5`, `0x1f`, `1.5`, 'text', "text", ['a', 'b'], @as []. What
// is wrong with any other text comes in `problem`.
std::optional<Variant> parse_variant(std::string_view text, std::string& problem);

}  // namespace wpar::plan
