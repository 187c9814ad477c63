// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/number_list.h"

#include <limits>

#include "runtime/base/text.h"

namespace wpar {

namespace {

constexpr unsigned int kBits = std::numeric_limits<unsigned long>::digits;

bool add_range(BitMask& mask, std::string_view text, unsigned int max) {
  const std::size_t dash = text.find('-');
  const auto first = parse_integer<unsigned int>(trim(text.substr(0, dash)));
  const auto last = dash == std::string_view::npos
                        ? first
                        : parse_integer<unsigned int>(trim(text.substr(dash + 1)));
  if (!first || !last || *first > *last || *last > max) {
    return false;
  }
  if (mask.size() <= *last / kBits) {
    mask.resize(*last / kBits + 1);
  }
  for (unsigned int number = *first; number <= *last; ++number) {
    mask[number / kBits] |= 1UL << number % kBits;
  }
  return true;
}

}  // namespace

std::optional<BitMask> parse_number_list(std::string_view text, unsigned int max) {
  BitMask mask;
  for (const std::string_view element : split(text, ',')) {
    if (!trim(element).empty() && !add_range(mask, element, max)) {
      return std::nullopt;
    }
  }
  return mask;
}

}  // namespace wpar
