// SPDX-License-Identifier: Apache-2.0
#pragma once
// Small operations on text. Pure.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wpar {

// "a,,b" → {"a", "", "b"}; "" → {""}.
std::vector<std::string_view> split(std::string_view text, char separator);
// Runs of blanks (space, tab, CR, LF) separate; no empty words.
std::vector<std::string_view> split_words(std::string_view text);
// The parts are views: of a temporary they would dangle, for one in the head of a range-for.
template <std::same_as<std::string> Temporary>
void split(Temporary&& text, char separator) = delete;
template <std::same_as<std::string> Temporary>
void split_words(Temporary&& text) = delete;
std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower(std::string_view text);  // ASCII only
bool has_nul(std::string_view text);

// Bytes of the well-formed UTF-8 character at the start of `text` (Unicode, table 3-7); 0: none.
std::size_t utf8_character_size(std::string_view text);
// Where the first byte is that belongs to no UTF-8 character.
std::optional<std::size_t> find_bad_utf8(std::string_view text);
bool is_utf8(std::string_view text);

// The whole of `text` as a decimal number of type Int: no blanks, no '+', no overflow.
template <std::integral Int>
std::optional<Int> parse_integer(std::string_view text) {
  Int value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || text.empty()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace wpar
