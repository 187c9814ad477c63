// SPDX-License-Identifier: Apache-2.0
#pragma once
// Members of a JSON object, by kind: what every parse_*.cpp is made of. find_* leave an absent (or
// null) member absent or empty. All throw Error(kInvalidConfig) that begins with the JSON pointer.

#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "specs/oci/json_cursor.h"

namespace wpar::oci {

std::optional<bool> find_boolean(const JsonCursor& parent, std::string_view key);
std::optional<std::string> find_string(const JsonCursor& parent, std::string_view key);
std::vector<std::string> find_strings(const JsonCursor& parent, std::string_view key);
std::map<std::string, std::string> find_string_map(const JsonCursor& parent, std::string_view key);

template <std::integral Int>
std::optional<Int> find_integer(const JsonCursor& parent, std::string_view key) {
  const auto member = parent.find(key);
  return member ? std::optional(member->integer<Int>()) : std::nullopt;
}
template <std::integral Int>
std::optional<Int> find_integer(const JsonCursor& parent, std::string_view key,
                                std::type_identity_t<Int> min, std::type_identity_t<Int> max) {
  const auto member = parent.find(key);
  return member ? std::optional(member->integer<Int>(min, max)) : std::nullopt;
}

// `read` turns the member's cursor into a value.
template <typename Read>
auto find_object(const JsonCursor& parent, std::string_view key, Read&& read)
    -> std::optional<decltype(read(parent))> {
  const auto member = parent.find(key);
  return member ? std::optional(read(*member)) : std::nullopt;
}
template <typename Read>
auto find_list(const JsonCursor& parent, std::string_view key, Read&& read) {
  std::vector<decltype(read(parent))> values;
  if (const auto member = parent.find(key)) {
    const std::vector<JsonCursor> elements = member->elements();
    values.reserve(elements.size());
    for (const JsonCursor& element : elements) {
      values.push_back(read(element));
    }
  }
  return values;
}
// An object whose member names are data; they must not be empty.
template <typename Read>
auto find_map(const JsonCursor& parent, std::string_view key, Read&& read) {
  std::map<std::string, decltype(read(parent))> values;
  if (const auto member = parent.find(key)) {
    for (auto& [name, value] : member->members()) {
      if (name.empty()) {
        member->fail("a member name must not be empty");
      }
      values.emplace(std::move(name), read(value));
    }
  }
  return values;
}

// The string at this place, which must be one of `words`.
std::string word(const JsonCursor& at, std::span<const std::string_view> words);
// An absent word may also be spelled "", as runtimes written in Go write and read it.
std::optional<std::string> find_word(const JsonCursor& parent, std::string_view key,
                                     std::span<const std::string_view> words);
std::vector<std::string> find_words(const JsonCursor& parent, std::string_view key,
                                    std::span<const std::string_view> words);

// Strings that must not be empty, or must begin with a slash.
std::string nonempty(const JsonCursor& at);
std::string absolute_path(const JsonCursor& at);
std::vector<std::string> find_absolute_paths(const JsonCursor& parent, std::string_view key);

// A user or group id: 4294967295 means "no id" to the kernel and is refused.
std::uint32_t id_number(const JsonCursor& at);

}  // namespace wpar::oci
