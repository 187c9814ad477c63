// SPDX-License-Identifier: Apache-2.0
#pragma once
// A place in a JSON document that knows its JSON pointer (RFC 6901), so that every complaint names
// its member. Used by all parse_*.cpp and by runtime/state/record.cpp.
// A cursor is three addresses: its pointer is only searched for when there is something to complain
// about, and a cursor may outlive the cursor that it came from.

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "specs/oci/json_document.h"

namespace wpar::oci {

// What a reading has seen, for inspect_config(): which members were asked for, and what stopped it.
// Values in `left_out` are treated as if the document did not have them, so that a second reading
// gets further than the first. Places are addresses in the one document.
struct ReadNotes {
  std::set<const JsonValue*> left_out;
  std::map<const JsonValue*, std::set<std::string, std::less<>>> asked;  // by object
  std::set<const JsonValue*> open;  // objects whose member names are data
  const JsonValue* culprit = nullptr;
  bool consequence = false;  // the culprit lacks only what was left out: no finding of its own
};

class JsonCursor {
 public:
  // The document must outlive the cursor and stay where it is. So must the notes, if there are any.
  explicit JsonCursor(const JsonValue& root, ReadNotes* notes = nullptr)
      : root_(&root), value_(&root), notes_(notes) {}
  explicit JsonCursor(const JsonValue&& root, ReadNotes* notes = nullptr) = delete;

  // The JSON pointer of this place; "" at the root.
  std::string path() const;
  // Throws Error(kInvalidConfig, "<pointer>: <message>"); at the root the pointer is "/".
  [[noreturn]] void fail(std::string_view message) const;

  // A member that may be absent; null counts as absent. Fails when this is not an object.
  std::optional<JsonCursor> find(std::string_view key) const;
  // A member that must be there.
  JsonCursor at(std::string_view key) const;

  bool boolean() const;
  const std::string& string() const;
  // Any spelling of an integer ("2", "2.0", "1e18") that the type holds exactly.
  template <std::integral Int>
  Int integer() const {
    return integer<Int>(std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max());
  }
  // The same, and from `min` to `max`.
  template <std::integral Int>
  Int integer(Int min, Int max) const {
    if constexpr (std::is_signed_v<Int>) {
      return static_cast<Int>(signed_integer(min, max));
    } else {
      return static_cast<Int>(unsigned_integer(min, max));
    }
  }
  std::vector<JsonCursor> elements() const;  // an array's
  std::vector<std::pair<std::string, JsonCursor>> members()
      const;                                 // an object's, null ones left out
  std::vector<std::string> strings() const;  // an array of strings

 private:
  JsonCursor at_value(const JsonValue& value) const {
    JsonCursor cursor(*root_, notes_);
    cursor.value_ = &value;
    return cursor;
  }
  bool is_left_out(const JsonValue& value) const {
    return notes_ != nullptr && notes_->left_out.contains(&value);
  }
  const JsonObject& object() const;
  const JsonArray& array() const;
  std::int64_t signed_integer(std::int64_t min, std::int64_t max) const;
  std::uint64_t unsigned_integer(std::uint64_t min, std::uint64_t max) const;

  const JsonValue* root_;
  const JsonValue* value_;
  ReadNotes* notes_;
};

}  // namespace wpar::oci
