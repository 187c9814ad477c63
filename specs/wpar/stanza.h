// SPDX-License-Identifier: Apache-2.0
#pragma once
// The AIX stanza grammar: text → stanzas with exact places, and back. It knows no stanza by name;
// read_wpar gives them meaning. Grammar and its liberties: wpar.spec(5), "FILE FORMAT".

#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/problems.h"

namespace wpar::spec {

// How a line changes an attribute; only list attributes know anything but kSet.
enum class Assign { kSet, kAdd, kRemove };  // =  +=  -=

struct Attribute {
  std::string key;
  std::string value;  // unquoted, unescaped, continuation lines joined
  Assign assign = Assign::kSet;
  Position at;        // of the key
  Position value_at;  // of the first character of the value, or of its quote
};

struct Stanza {
  std::string name;
  Position at;
  std::vector<Attribute> attributes;  // in file order, repeated keys kept
};

// Continues after an error to the next line, so that `problems` gets all of them. ASCII only,
// except in comments.
std::vector<Stanza> parse_stanzas(std::string_view text, Problems& problems);

// The text that parse_stanzas reads back to the same names, keys, assignments and values.
// A value must not hold a control character.
std::string write_stanza(const Stanza& stanza);
std::string write_stanzas(const std::vector<Stanza>& stanzas);

}  // namespace wpar::spec
