// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_cursor.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::oci {
namespace {

// Appends the steps from `here` to `wanted`; false, and nothing appended, when it is not below.
// The recursion is as deep as the document, which parse_json limits.
bool append_path(std::string& pointer, const JsonValue& here, const JsonValue* wanted) {
  if (&here == wanted) {
    return true;
  }
  const std::size_t length = pointer.size();
  const auto leads_there = [&](std::string_view step, const JsonValue& child) {
    append_pointer_step(pointer, step);
    if (append_path(pointer, child, wanted)) {
      return true;
    }
    pointer.resize(length);
    return false;
  };
  if (const auto* object = here.get_if<JsonObject>()) {
    return std::ranges::any_of(*object, [&](const JsonMember& member) {
      return leads_there(member.first, member.second);
    });
  }
  if (const auto* array = here.get_if<JsonArray>()) {
    return std::ranges::any_of(*array, [&](const JsonValue& element) {
      return leads_there(std::to_string(&element - array->data()), element);
    });
  }
  return false;
}

struct Integer {
  bool negative = false;
  std::uint64_t magnitude = 0;
};

// Digits before a decimal exponent: "12.50e3" is 1250 and 1.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};

// `text` is a JSON number. Nothing when the exponent itself is absurd.
std::optional<Decimal> split_decimal(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  if (const std::size_t e = text.find_first_of("eE"); e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    if (exponent.starts_with('+')) {
      exponent.remove_prefix(1);
    }
    const auto value = parse_integer<std::int32_t>(exponent);
    if (!value) {
      return std::nullopt;
    }
    decimal.exponent = *value;
    text = text.substr(0, e);
  }
  if (const std::size_t point = text.find('.'); point != std::string_view::npos) {
    decimal.exponent -= static_cast<std::int64_t>(text.size() - point - 1);
    decimal.digits.append(text.substr(0, point)).append(text.substr(point + 1));
  } else {
    decimal.digits = text;
  }
  while (decimal.digits.size() > 1 && decimal.digits.ends_with('0')) {
    decimal.digits.pop_back();
    ++decimal.exponent;
  }
  decimal.digits.erase(0, std::min(decimal.digits.find_first_not_of('0'), decimal.digits.size()));
  return decimal;
}

// By digits, never through a double, which is exact to 53 bits only.
std::optional<Integer> exact_integer(std::string_view text) {
  constexpr std::int64_t kMostDigits = std::numeric_limits<std::uint64_t>::digits10 + 1;
  std::optional<Decimal> decimal = split_decimal(text);
  if (!decimal) {
    return std::nullopt;
  }
  if (decimal->digits.empty()) {
    return Integer{};
  }
  if (decimal->exponent < 0 || decimal->exponent > kMostDigits) {
    return std::nullopt;
  }
  decimal->digits.append(static_cast<std::size_t>(decimal->exponent), '0');
  const auto magnitude = parse_integer<std::uint64_t>(decimal->digits);
  if (!magnitude) {
    return std::nullopt;
  }
  return Integer{.negative = decimal->negative, .magnitude = *magnitude};
}

std::optional<Integer> find_integer(const JsonValue& value) {
  if (const auto* number = value.get_if<std::uint64_t>()) {
    return Integer{.negative = false, .magnitude = *number};
  }
  if (const auto* number = value.get_if<std::int64_t>()) {
    // Two's complement negation in unsigned arithmetic is right for the smallest number as well.
    return Integer{.negative = true, .magnitude = 0 - static_cast<std::uint64_t>(*number)};
  }
  if (const auto* number = value.get_if<JsonReal>()) {
    return exact_integer(number->text);
  }
  return std::nullopt;
}

}  // namespace

std::string JsonCursor::path() const {
  std::string pointer;
  append_path(pointer, *root_, value_);
  return pointer;
}

void JsonCursor::fail(std::string_view message) const {
  if (notes_ != nullptr) {
    notes_->culprit = value_;
    notes_->consequence = false;
  }
  const std::string pointer = path();
  throw_error(ErrorKind::kInvalidConfig, "{}: {}", pointer.empty() ? "/" : printable(pointer),
              message);
}

const JsonObject& JsonCursor::object() const {
  if (const auto* object = value_->get_if<JsonObject>()) {
    return *object;
  }
  fail("expected an object");
}

const JsonArray& JsonCursor::array() const {
  if (const auto* array = value_->get_if<JsonArray>()) {
    return *array;
  }
  fail("expected an array");
}

std::optional<JsonCursor> JsonCursor::find(std::string_view key) const {
  if (notes_ != nullptr) {
    notes_->asked[value_].emplace(key);
  }
  for (const auto& [name, value] : object()) {
    if (name == key) {
      return value.is_null() || is_left_out(value) ? std::nullopt : std::optional(at_value(value));
    }
  }
  return std::nullopt;
}

JsonCursor JsonCursor::at(std::string_view key) const {
  if (const auto member = find(key)) {
    return *member;
  }
  if (notes_ != nullptr) {
    const JsonObject& members = object();
    const auto member = std::ranges::find(members, key, &JsonMember::first);
    notes_->culprit = value_;
    notes_->consequence = member != members.end() && is_left_out(member->second);
  }
  std::string pointer = path();
  append_pointer_step(pointer, key);
  throw_error(ErrorKind::kInvalidConfig, "{}: required, but missing", printable(pointer));
}

bool JsonCursor::boolean() const {
  if (const auto* value = value_->get_if<bool>()) {
    return *value;
  }
  fail("expected true or false");
}

const std::string& JsonCursor::string() const {
  if (const auto* value = value_->get_if<std::string>()) {
    return *value;
  }
  fail("expected a string");
}

std::int64_t JsonCursor::signed_integer(std::int64_t min, std::int64_t max) const {
  if (const auto number = find_integer(*value_)) {
    const std::uint64_t limit = std::uint64_t{1} << 63;
    if (number->negative ? number->magnitude <= limit : number->magnitude < limit) {
      const auto value =
          static_cast<std::int64_t>(number->negative ? 0 - number->magnitude : number->magnitude);
      if (min <= value && value <= max) {
        return value;
      }
    }
  }
  fail(fmt::format("expected an integer from {} to {}", min, max));
}

std::uint64_t JsonCursor::unsigned_integer(std::uint64_t min, std::uint64_t max) const {
  const auto number = find_integer(*value_);
  if (number && (!number->negative || number->magnitude == 0) && min <= number->magnitude &&
      number->magnitude <= max) {
    return number->magnitude;
  }
  fail(fmt::format("expected an integer from {} to {}", min, max));
}

std::vector<JsonCursor> JsonCursor::elements() const {
  const JsonArray& values = array();
  std::vector<JsonCursor> cursors;
  cursors.reserve(values.size());
  for (const JsonValue& value : values) {
    if (!is_left_out(value)) {
      cursors.push_back(at_value(value));
    }
  }
  return cursors;
}

std::vector<std::pair<std::string, JsonCursor>> JsonCursor::members() const {
  if (notes_ != nullptr) {
    notes_->open.insert(value_);
  }
  std::vector<std::pair<std::string, JsonCursor>> named;
  for (const auto& [name, value] : object()) {
    if (!value.is_null() && !is_left_out(value)) {
      named.emplace_back(name, at_value(value));
    }
  }
  return named;
}

std::vector<std::string> JsonCursor::strings() const {
  const JsonArray& values = array();
  std::vector<std::string> texts;
  texts.reserve(values.size());
  for (const JsonValue& value : values) {
    if (!is_left_out(value)) {
      texts.push_back(at_value(value).string());
    }
  }
  return texts;
}

}  // namespace wpar::oci
