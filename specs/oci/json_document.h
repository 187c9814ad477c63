// SPDX-License-Identifier: Apache-2.0
#pragma once
// A JSON document in memory, read strictly. It exists beside nlohmann::json because config.json must
// be refused for duplicate keys, depth, NUL and inexact integers, and because this header costs a
// reader of documents nothing to include. nlohmann's SAX parser does the reading (json_document.cpp).

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

// A number keeps its text beside the value when it is not an integer, so that "1e18" can be exact.
struct JsonReal {
  double value = 0;
  std::string text;
};

class JsonValue {
 public:
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
  int depth = 64;
};

// Throws Error(kInvalidConfig): "line 3, column 7: …" or "/linux/namespaces: duplicate member \"x\"".
JsonValue parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace wpar::oci
