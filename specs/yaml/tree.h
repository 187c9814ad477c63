// SPDX-License-Identifier: Apache-2.0
#pragma once
// A YAML document as a tree that knows the place of every key and value. One document, no anchors,
// no tags, no key twice: what a person may misread is refused. Used by the YAML form of a
// specification and by the site profile; the only code that knows yaml-cpp's reader.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/problems.h"

namespace wpar::yaml {

struct Member;

struct Node {
  enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMapping };
  Kind kind = Kind::kNull;
  bool plain = false;  // a scalar without quotes
  spec::Position at;
  std::string text;             // of a scalar
  std::vector<Node> items;      // of a sequence
  std::vector<Member> members;  // of a mapping, in the order of the text

  bool is_null() const { return kind == Kind::kNull; }
  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_mapping() const { return kind == Kind::kMapping; }
};

struct Member {
  std::string key;
  spec::Position at;  // of the key
  Node value;
};

// A null node for an empty document, and for one that could not be read.
Node parse_tree(std::string_view text, spec::Problems& problems);

}  // namespace wpar::yaml
