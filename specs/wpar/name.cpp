// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "runtime/base/text.h"

namespace wpar::spec {
namespace {

constexpr std::string_view kForbidden = "=:/!;'\"<>~&()*+[],.^{}|\\`";

// Levenshtein's distance; upper and lower case count as the same letter.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({row[j - 1] + 1, above + 1, replace});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string complaint_about_name(std::string_view name) {
  if (name.empty()) {
    return "a WPAR name must not be empty";
  }
  if (name.size() > kMaxNameBytes) {
    return fmt::format("a WPAR name has at most {} bytes, this one has {}", kMaxNameBytes,
                       name.size());
  }
  if (name[0] == '-' || name[0] == '0') {
    return fmt::format("a WPAR name must not begin with \"{}\"", name[0]);
  }
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte >= 0x7f) {
      return "a WPAR name holds printable ASCII characters without blanks only";
    }
    if (kForbidden.find(c) != std::string_view::npos) {
      return fmt::format("a WPAR name must not contain \"{}\"", c);
    }
  }
  return {};
}

std::string_view nearest_name(std::string_view word, std::span<const std::string_view> known) {
  const std::string wanted =
      to_lower(word.substr(0, 64));  // longer words are nobody's typing error
  std::string_view best = known.front();
  std::size_t best_distance = std::string_view::npos;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(wanted, to_lower(candidate));
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace wpar::spec
