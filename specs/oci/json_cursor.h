// SPDX-License-Identifier: Apache-2.0
#pragma once
// A place in a JSON document that knows its JSON pointer (RFC 6901), so that every complaint names
// its member. Used by all parse_*.cpp and by runtime/state/record.cpp.
// A cursor is two addresses: its pointer is only searched for when there is something to complain
// about, and a cursor may outlive the cursor that it came from.

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "specs/oci/json_document.h"

namespace wpar::oci {

class JsonCursor {
 public:
  // The document must outlive the cursor and stay where it is.
  explicit JsonCursor(const JsonValue& root) : root_(&root), value_(&root) {}
  explicit JsonCursor(const JsonValue&& root) = delete;

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
  JsonCursor(const JsonValue& root, const JsonValue& value) : root_(&root), value_(&value) {}
  const JsonObject& object() const;
  const JsonArray& array() const;
  std::int64_t signed_integer(std::int64_t min, std::int64_t max) const;
  std::uint64_t unsigned_integer(std::uint64_t min, std::uint64_t max) const;

  const JsonValue* root_;
  const JsonValue* value_;
};

}  // namespace wpar::oci
