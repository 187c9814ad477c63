// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "specs/wpar/layers.h"
#include "specs/yaml/spec_form.h"
#include "specs/yaml/tree.h"

namespace wpar::yaml {
namespace {

using spec::Assign;
using spec::Attribute;
using spec::Position;
using spec::Problems;
using spec::Stanza;

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

class FormReader {
 public:
  explicit FormReader(Problems& problems) : problems_(problems) {}

  std::vector<Stanza> read(const Node& root) {
    if (root.is_null()) {
      return {};
    }
    if (!root.is_mapping()) {
      problems_.add(root.at, "expected a mapping of stanzas such as \"general: ...\"");
      return {};
    }
    for (const Member& member : root.members) {
      if (!is_name(member.key)) {
        problems_.add(member.at, "the name of a stanza is a word of letters, digits, _ and -");
      } else if (member.value.is_sequence() && !spec::occurs_once(member.key)) {
        for (const Node& item : member.value.items) {
          read_stanza(member.key, item.at, item);
        }
      } else {
        read_stanza(member.key, member.at, member.value);
      }
    }
    return std::move(stanzas_);
  }

 private:
  void read_stanza(const std::string& name, Position at, const Node& node) {
    if (node.is_null()) {
      return;
    }
    if (!node.is_mapping()) {
      problems_.add(node.at, fmt::format("{}: expected a mapping \"attribute: value\"", name));
      return;
    }
    stanzas_.push_back({.name = name, .at = at, .attributes = {}});
    for (const Member& member : node.members) {
      if (!is_name(member.key)) {
        complain(member.at, "the name of an attribute is a word of letters, digits, _ and -");
      } else if (name == "security" && member.key == "privs") {
        read_privileges(member);
      } else {
        add(member.key, member.at, member.value, Assign::kSet);
      }
    }
  }

  // privs: a list, or a list of {set: …}, {add: …}, {remove: …}.
  void read_privileges(const Member& member) {
    const Node& node = member.value;
    if (!node.is_sequence() || node.items.empty() || !node.items.front().is_mapping()) {
      return add(member.key, member.at, node, Assign::kSet);
    }
    for (const Node& item : node.items) {
      if (!item.is_mapping()) {
        complain(item.at, "privs: expected set, add or remove, as before");
        continue;
      }
      for (const Member& change : item.members) {
        const std::optional<Assign> assign = find_assign(change.key);
        if (assign) {
          add(member.key, change.at, change.value, *assign);
        } else {
          complain(change.at, fmt::format("privs: \"{}\" is none of set, add, remove", change.key));
        }
      }
    }
  }

  static std::optional<Assign> find_assign(std::string_view word) {
    if (word == "set") {
      return Assign::kSet;
    }
    if (word == "add") {
      return Assign::kAdd;
    }
    return word == "remove" ? std::optional(Assign::kRemove) : std::nullopt;
  }

  void add(const std::string& key, Position at, const Node& node, Assign assign) {
    Attribute attribute{.key = key, .value = {}, .assign = assign, .at = at, .value_at = node.at};
    if (node.is_mapping()) {
      return complain(node.at, fmt::format("{}: expected a word or a list of words", key));
    }
    for (const Node& item : node.items) {
      if (!item.is_scalar() || item.text.empty() || item.text.find(',') != std::string::npos) {
        return complain(item.at, fmt::format("{}: expected a word without a comma", key));
      }
      attribute.value += (attribute.value.empty() ? "" : ",") + value_of(item);
    }
    if (node.is_scalar()) {
      attribute.value = value_of(node);
    }
    if (is_printable(attribute.value, node.at, key)) {
      stanzas_.back().attributes.push_back(std::move(attribute));
    }
  }

  // YAML's own booleans are AIX's when they are not quoted.
  static std::string value_of(const Node& scalar) {
    if (scalar.plain && scalar.text == "true") {
      return "yes";
    }
    return scalar.plain && scalar.text == "false" ? "no" : scalar.text;
  }

  bool is_printable(const std::string& value, Position at, const std::string& key) {
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte < 0x20 && byte != '\t') || byte >= 0x7f) {
        complain(at, fmt::format("{}: byte 0x{:02x} is not allowed: a value is plain ASCII text on "
                                 "one line",
                                 key, byte));
        return false;
      }
    }
    return true;
  }

  void complain(Position at, const std::string& text) {
    problems_.add(at, fmt::format("{}: {}", stanzas_.back().name, text));
  }

  Problems& problems_;
  std::vector<Stanza> stanzas_;
};

}  // namespace

std::vector<Stanza> parse_yaml_stanzas(std::string_view text, Problems& problems) {
  return FormReader(problems).read(parse_tree(text, problems));
}

}  // namespace wpar::yaml
