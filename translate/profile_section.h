// SPDX-License-Identifier: Apache-2.0
#pragma once
// One mapping of the site profile, and how its words are read and complained about. Used by
// read_profile.cpp only.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/name.h"
#include "specs/wpar/problems.h"
#include "specs/yaml/tree.h"

namespace wpar::translate {

using Words = std::span<const std::string_view>;

inline bool contains(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

inline std::string listed(Words words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
  }
  return text;
}

// One mapping of the document. Its readers complain and go on, so that one run shows everything.
class Section {
 public:
  Section(const yaml::Node& node, std::string name, spec::Problems& problems)
      : node_(node), name_(std::move(name)), problems_(problems) {}

  template <typename... Args>
  void fail(spec::Position at, fmt::format_string<Args...> text, Args&&... args) const {
    problems_.add(at, fmt::format("{}{}{}", name_, name_.empty() ? "" : ": ",
                                  fmt::format(text, std::forward<Args>(args)...)));
  }

  template <typename Visit>
  void each(Visit&& visit) const {
    if (!node_.is_mapping() && !node_.is_null()) {
      fail(node_.at, "expected a mapping \"name: value\"");
    }
    for (const yaml::Member& member : node_.members) {
      visit(member);
    }
  }

  // Every key must be a member of `known`.
  template <typename Visit>
  void each_known(Words known, Visit&& visit) const {
    each([&](const yaml::Member& member) {
      if (contains(known, member.key)) {
        return visit(member);
      }
      fail(member.at, "unknown key \"{}\", the nearest known one is \"{}\"", member.key,
           spec::nearest_name(member.key, known));
    });
  }

  Section below(const yaml::Member& member) const {
    return {member.value, name_.empty() ? member.key : name_ + "." + member.key, problems_};
  }

  std::string word(const yaml::Member& member) const { return word(member.key, member.value); }
  std::string word(const std::string& key, const yaml::Node& value) const {
    const bool printable = std::all_of(value.text.begin(), value.text.end(),
                                       [](char c) { return c >= ' ' && c < 0x7f; });
    if (!value.is_scalar() || value.text.empty() || !printable) {
      fail(value.at, "{}: expected a word of plain ASCII text", key);
      return {};
    }
    return value.text;
  }

  std::string word_of(const yaml::Member& member, Words known) const {
    std::string text = word(member);
    if (!text.empty() && !contains(known, text)) {
      fail(member.value.at, "{}: expected {}, not \"{}\"", member.key, listed(known), text);
    }
    return text;
  }

  std::string path(const yaml::Member& member) const { return path(member.key, member.value); }
  std::string path(const std::string& key, const yaml::Node& value) const {
    std::string text = word(key, value);
    if (!text.empty() && !is_absolute(text)) {
      fail(value.at, "{}: expected an absolute path, not \"{}\"", key, text);
    }
    return text;
  }

  std::int64_t number(const yaml::Member& member, std::int64_t least,
                      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const {
    const std::optional<std::int64_t> number = parse_integer<std::int64_t>(word(member));
    if (!number || *number < least || *number > most) {
      const bool bounded = most != std::numeric_limits<std::int64_t>::max();
      fail(member.value.at, "{}: expected a number of at least {}{}", member.key, least,
           bounded ? fmt::format(" and at most {}", most) : "");
    }
    return number.value_or(least);
  }

  const yaml::Node& node() const { return node_; }

 private:
  const yaml::Node& node_;
  std::string name_;
  spec::Problems& problems_;
};

}  // namespace wpar::translate
