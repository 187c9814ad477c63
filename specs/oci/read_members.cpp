// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/read_members.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/path.h"

namespace wpar::oci {

std::optional<bool> find_boolean(const JsonCursor& parent, std::string_view key) {
  const auto member = parent.find(key);
  return member ? std::optional(member->boolean()) : std::nullopt;
}

std::optional<std::string> find_string(const JsonCursor& parent, std::string_view key) {
  const auto member = parent.find(key);
  return member ? std::optional(member->string()) : std::nullopt;
}

std::vector<std::string> find_strings(const JsonCursor& parent, std::string_view key) {
  const auto member = parent.find(key);
  return member ? member->strings() : std::vector<std::string>{};
}

std::map<std::string, std::string> find_string_map(const JsonCursor& parent, std::string_view key) {
  return find_map(parent, key, [](const JsonCursor& at) { return at.string(); });
}

std::string word(const JsonCursor& at, std::span<const std::string_view> words) {
  const std::string& text = at.string();
  if (std::ranges::find(words, text) == words.end()) {
    at.fail(fmt::format("\"{}\" is none of: {}", printable(text), fmt::join(words, ", ")));
  }
  return text;
}

std::optional<std::string> find_word(const JsonCursor& parent, std::string_view key,
                                     std::span<const std::string_view> words) {
  const auto member = parent.find(key);
  if (!member || member->string().empty()) {
    return std::nullopt;
  }
  return word(*member, words);
}

std::vector<std::string> find_words(const JsonCursor& parent, std::string_view key,
                                    std::span<const std::string_view> words) {
  return find_list(parent, key, [&](const JsonCursor& at) { return word(at, words); });
}

std::string nonempty(const JsonCursor& at) {
  const std::string& text = at.string();
  if (text.empty()) {
    at.fail("must not be empty");
  }
  return text;
}

std::string absolute_path(const JsonCursor& at) {
  const std::string& path = at.string();
  if (!is_absolute(path)) {
    at.fail(fmt::format("expected an absolute path, not \"{}\"", printable(path)));
  }
  return path;
}

std::vector<std::string> find_absolute_paths(const JsonCursor& parent, std::string_view key) {
  return find_list(parent, key, absolute_path);
}

std::uint32_t id_number(const JsonCursor& at) {
  constexpr std::uint32_t kLargest = std::numeric_limits<std::uint32_t>::max() - 1;
  return at.integer<std::uint32_t>(0, kLargest);
}

}  // namespace wpar::oci
