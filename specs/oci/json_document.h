// SPDX-License-Identifier: Apache-2.0
#pragma once
// A JSON document in memory, read strictly. It exists beside nlohmann::json because config.json
// must be refused for duplicate keys, depth, NUL and inexact integers, and because this header
// costs a reader of documents nothing to include. nlohmann's SAX parser does the reading
// (json_document.cpp).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wpar::oci {

class JsonValue;
using JsonArray = std::vector<JsonValue>;
using JsonMember = std::pair<std::string, JsonValue>;
using JsonObject = std::vector<JsonMember>;  // in document order

// A number with a fraction, an exponent, or too many digits for 64 bits. Kept as its text, so that
// "1e18" can be an exact integer where an integer is asked for (JsonCursor::integer).
struct JsonReal {
  std::string text;
};

class JsonValue {
 public:
  // Integers from 0 are always std::uint64_t, std::int64_t holds negative ones.
  using Variant = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, JsonReal,
                               std::string, JsonArray, JsonObject>;
  JsonValue() = default;
  explicit JsonValue(Variant value) : value_(std::move(value)) {}

  template <typename T>
  const T* get_if() const {
    return std::get_if<T>(&value_);
  }
  template <typename T>
  T* get_if() {
    return std::get_if<T>(&value_);
  }
  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }

 private:
  Variant value_;
};

struct JsonLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t depth = 64;  // objects and arrays inside each other
};

// Throws Error(kInvalidConfig): "line 3, column 7: …" (bytes, both from 1) for what is not JSON,
// "/linux/namespaces: duplicate member \"x\"" for JSON that is refused.
JsonValue parse_json(std::string_view text, const JsonLimits& limits = {});

// `/` and the escaped steps of RFC 6901 ("~" → "~0", "/" → "~1").
void append_pointer_step(std::string& pointer, std::string_view key);
// `text` for a one-line message: control characters become \uXXXX, and a long text is cut.
std::string printable(std::string_view text);

}  // namespace wpar::oci
