// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_document.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::oci {
namespace {

using nlohmann::json;

// Below this many members, comparing all pairs is faster than sorting.
constexpr std::size_t kFewMembers = 12;

[[noreturn]] void fail_at(std::string_view text, std::size_t offset, std::string_view message) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t line_start = before.rfind('\n');  // npos + 1 is 0
  throw_error(ErrorKind::kInvalidConfig, "line {}, column {}: {}", line,
              before.size() - (line_start + 1) + 1, message);
}

// nlohmann's words without its prefix and without the offending token, which may be megabytes long.
std::string_view short_reason(std::string_view what) {
  if (what.find("number overflow") != std::string_view::npos) {
    return "number out of range";
  }
  if (const std::size_t syntax = what.find("syntax error"); syntax != std::string_view::npos) {
    what.remove_prefix(syntax);
  }
  return what.substr(0, what.find("; last read:"));
}

const std::string* find_duplicate(const JsonObject& object) {
  if (object.size() <= kFewMembers) {
    for (auto one = object.begin(); one != object.end(); ++one) {
      for (auto other = object.begin(); other != one; ++other) {
        if (one->first == other->first) {
          return &one->first;
        }
      }
    }
    return nullptr;
  }
  std::vector<const std::string*> keys;
  keys.reserve(object.size());
  for (const JsonMember& member : object) {
    keys.push_back(&member.first);
  }
  const auto text = [](const std::string* key) -> const std::string& { return *key; };
  std::ranges::sort(keys, std::less<>{}, text);
  const auto twice = std::ranges::adjacent_find(keys, std::equal_to<>{}, text);
  return twice == keys.end() ? nullptr : *twice;
}

// Receives nlohmann's events and builds the tree without recursion. Open containers lie on a stack
// and move into their parent when they end. Returning false would stop the parser; we throw
// instead.
class TreeBuilder final : public nlohmann::json_sax<json> {
 public:
  TreeBuilder(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {
    open_.reserve(16);
  }

  JsonValue take() { return std::move(root_); }

  bool null() override { return add(JsonValue()); }
  bool boolean(bool value) override { return add(JsonValue(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    return add(JsonValue(std::uint64_t{value}));
  }
  bool number_integer(number_integer_t value) override {
    return value < 0 ? add(JsonValue(std::int64_t{value}))
                     : add(JsonValue(static_cast<std::uint64_t>(value)));
  }
  bool number_float(number_float_t /*inexact*/, const string_t& text) override {
    return add(JsonValue(JsonReal{text}));
  }
  // Copied, not moved: the parser then keeps its buffer, and a short string costs no allocation.
  bool string(string_t& value) override {
    if (has_nul(value)) {
      fail("a string must not contain NUL");
    }
    return add(JsonValue(std::string(value)));
  }
  bool binary(binary_t& /*value*/) override { return false; }  // JSON text has none
  bool key(string_t& name) override {
    if (has_nul(name)) {
      open_.back().key.clear();
      open_.pop_back();
      fail("a member name must not contain NUL");
    }
    open_.back().key = name;
    return true;
  }
  bool start_object(std::size_t /*unknown*/) override { return open(true); }
  bool start_array(std::size_t /*unknown*/) override { return open(false); }
  bool end_object() override {
    Container ended = close();
    if (const std::string* name = find_duplicate(ended.object)) {
      fail(fmt::format("duplicate member \"{}\"", printable(*name)));
    }
    return add(JsonValue(std::move(ended.object)));
  }
  bool end_array() override {
    Container ended = close();
    return add(JsonValue(std::move(ended.array)));
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& error) override {
    fail_at(text_, position == 0 ? 0 : position - 1, short_reason(error.what()));
  }

 private:
  struct Container {
    bool is_object = false;
    JsonArray array;
    JsonObject object;
    std::string key;  // of the member being read
  };

  bool open(bool is_object) {
    if (open_.size() >= limits_.depth) {
      fail(fmt::format("more than {} objects and arrays inside each other", limits_.depth));
    }
    open_.emplace_back().is_object = is_object;
    return true;
  }

  Container close() {
    Container ended = std::move(open_.back());
    open_.pop_back();
    return ended;
  }

  bool add(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Container& parent = open_.back(); parent.is_object) {
      parent.object.emplace_back(std::move(parent.key), std::move(value));
    } else {
      parent.array.push_back(std::move(value));
    }
    return true;
  }

  // Names the place that the next value would take.
  [[noreturn]] void fail(std::string_view message) const {
    std::string pointer;
    for (const Container& container : open_) {
      append_pointer_step(
          pointer, container.is_object ? container.key : std::to_string(container.array.size()));
    }
    throw_error(ErrorKind::kInvalidConfig, "{}: {}", pointer.empty() ? "/" : printable(pointer),
                message);
  }

  std::string_view text_;
  JsonLimits limits_;
  std::vector<Container> open_;
  JsonValue root_;
};

}  // namespace

JsonValue parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    throw_error(ErrorKind::kInvalidConfig, "document of {} bytes is longer than {} bytes",
                text.size(), limits.bytes);
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    fail_at(text, 0, "a byte order mark is not allowed");
  }
  // nlohmann takes a NUL for the end of the text, which would hide whatever follows it.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    fail_at(text, nul, "NUL byte");
  }
  TreeBuilder builder(text, limits);
  json::sax_parse(text.data(), text.data() + text.size(), &builder);
  return builder.take();
}

void append_pointer_step(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

std::string printable(std::string_view text) {
  constexpr std::size_t kMaxBytes = 400;
  const auto is_continuation = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
  };
  std::size_t end = std::min(text.size(), kMaxBytes);
  while (end < text.size() && end > 0 && is_continuation(text[end])) {
    --end;  // never in the middle of a character
  }
  std::string line;
  for (const char c : text.substr(0, end)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      line += fmt::format("\\u{:04x}", byte);
    } else {
      line += c;
    }
  }
  return end < text.size() ? line + "…" : line;
}

}  // namespace wpar::oci
