// SPDX-License-Identifier: Apache-2.0
#pragma once
// What may be the name of a WPAR, and which known name a mistyped word was meant to be.
// Used by read_wpar, the site profile, wpar2oci and the wpar commands.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace wpar::spec {

inline constexpr std::size_t kMaxNameBytes = 25;

// What is wrong with `name` as the name of a WPAR; empty when nothing is (mkwpar, -n).
std::string complaint_about_name(std::string_view name);

// The member of `known` with the fewest edits from `word`; the first of equals. `known` not empty.
std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known);

}  // namespace wpar::spec
