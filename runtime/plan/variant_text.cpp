// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/variant_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>

#include "runtime/base/text.h"

namespace wpar::plan {
namespace {

struct Keyword {
  std::string_view word;
  char type;
};
constexpr Keyword kKeywords[] = {{"boolean", 'b'}, {"byte", 'y'},   {"int16", 'n'}, {"uint16", 'q'},
                                 {"int32", 'i'},   {"uint32", 'u'}, {"int64", 'x'}, {"uint64", 't'},
                                 {"double", 'd'},  {"string", 's'}};
constexpr std::string_view kTypes = "bynqiuxtds";
constexpr std::size_t kMaxElements = 4096;

bool is_number_start(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.';
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '+';
}

template <typename Int>
std::optional<std::string> in_range(bool negative, std::uint64_t magnitude) {
  using Limits = std::numeric_limits<Int>;
  if (!negative) {
    return magnitude <= static_cast<std::uint64_t>(Limits::max())
               ? std::optional(fmt::to_string(magnitude))
               : std::nullopt;
  }
  const std::uint64_t lowest =
      Limits::is_signed ? static_cast<std::uint64_t>(Limits::max()) + 1 : std::uint64_t{0};
  if (magnitude > lowest) {
    return std::nullopt;
  }
  return magnitude == 0 ? "0" : "-" + fmt::to_string(magnitude);
}

std::optional<std::string> as_type(char type, bool negative, std::uint64_t magnitude) {
  switch (type) {
    case 'y':
      return in_range<std::uint8_t>(negative, magnitude);
    case 'n':
      return in_range<std::int16_t>(negative, magnitude);
    case 'q':
      return in_range<std::uint16_t>(negative, magnitude);
    case 'i':
      return in_range<std::int32_t>(negative, magnitude);
    case 'u':
      return in_range<std::uint32_t>(negative, magnitude);
    case 'x':
      return in_range<std::int64_t>(negative, magnitude);
    case 't':
      return in_range<std::uint64_t>(negative, magnitude);
    default:
      return std::nullopt;
  }
}

// Each function moves on behind what it has read; after the first problem nothing is read any more.
class Reader {
 public:
  Reader(std::string_view text, std::string& problem) : rest_(text), problem_(problem) {}

  std::optional<Variant> whole() {
    Variant variant;
    skip_blanks();
    std::string wanted;
    if (take('@')) {
      wanted = type_string();
      skip_blanks();
    }
    if (!failed() && (wanted.size() == 2 || next_is('['))) {
      read_array(variant, wanted);
    } else if (!failed()) {
      char type = wanted.empty() ? '\0' : wanted.front();
      variant.values.push_back(simple(type));
      variant.signature = std::string(1, type);
    }
    skip_blanks();
    if (!failed() && !rest_.empty()) {
      fail("there is more behind the value");
    }
    return failed() ? std::nullopt : std::optional(std::move(variant));
  }

 private:
  bool failed() const { return !problem_.empty(); }
  void fail(std::string text) {
    if (!failed()) {
      problem_ = std::move(text);
    }
  }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!next_is(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void skip_blanks() {
    while (next_is(' ') || next_is('\t') || next_is('\n') || next_is('\r')) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view word() {
    std::size_t size = 0;
    while (size < rest_.size() && is_word(rest_[size])) {
      ++size;
    }
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }

  std::string type_string() {
    std::string type;
    if (take('a')) {
      type = "a";
    }
    if (rest_.empty() || kTypes.find(rest_.front()) == std::string_view::npos) {
      fail("expected a simple type or an array of one behind @");
      return {};
    }
    type += rest_.front();
    rest_.remove_prefix(1);
    return type;
  }

  void read_array(Variant& variant, const std::string& wanted) {
    if (wanted.size() == 1 || !take('[')) {
      fail(fmt::format("expected a value of the type {}", wanted));
      return;
    }
    char type = wanted.empty() ? '\0' : wanted.back();
    skip_blanks();
    while (!failed() && !take(']')) {
      if (!variant.values.empty() && !take(',')) {
        fail("expected , or ] in an array");
        return;
      }
      skip_blanks();
      variant.values.push_back(simple(type));
      skip_blanks();
      if (variant.values.size() > kMaxElements) {
        fail("more elements than a property may have");
      }
    }
    if (!failed() && type == '\0') {
      fail("an empty array needs its type: @as []");
      return;
    }
    variant.signature = fmt::format("a{}", type);
  }

  // `type` is what the value must be, or becomes what it is.
  std::string simple(char& type) {
    if (next_is('\'') || next_is('"')) {
      return accept('s', type) ? quoted() : std::string();
    }
    if (!rest_.empty() && is_number_start(rest_.front())) {
      return number(type);
    }
    const std::string_view first = word();
    if (first == "true" || first == "false") {
      accept('b', type);
      return std::string(first);
    }
    for (const auto& [keyword, named] : kKeywords) {
      if (first == keyword) {
        skip_blanks();
        if (!accept(named, type) || is_keyword_next()) {
          fail("expected a value behind its type");
          return {};
        }
        return simple(type);
      }
    }
    fail("expected a boolean, a number, a quoted text, or an array of these");
    return {};
  }

  bool is_keyword_next() const {
    for (const auto& [keyword, named] : kKeywords) {
      if (rest_.starts_with(keyword)) {
        return true;
      }
    }
    return false;
  }

  bool accept(char found, char& type) {
    if (type == '\0') {
      type = found;
    }
    if (type != found) {
      fail(fmt::format("a value of the type {} where {} is expected", found, type));
    }
    return !failed();
  }

  std::string number(char& type) {
    std::string_view digits = word();
    if (type == 'd' || (type == '\0' && digits.find('.') != std::string_view::npos)) {
      type = 'd';
      return real(digits);
    }
    const bool negative = digits.starts_with('-');
    if (negative || digits.starts_with('+')) {
      digits.remove_prefix(1);
    }
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
      base = 16;
      digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.front() == '0') {
      base = 8;
      digits.remove_prefix(1);
    }
    std::uint64_t magnitude = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, magnitude, base);
    if (digits.empty() || stopped != end || error != std::errc{}) {
      fail("expected a number");
      return {};
    }
    if (type == '\0') {
      type = 'i';
    }
    auto text = as_type(type, negative, magnitude);
    if (!text) {
      fail(fmt::format("the number does not fit the type {}", type));
      return {};
    }
    return std::move(*text);
  }

  std::string real(std::string_view digits) {
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || stopped != end || error != std::errc{}) {
      fail("expected a number");
      return {};
    }
    return fmt::format("{}", value);
  }

  std::string quoted() {
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty() && rest_.front() != quote) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\\') {
        if (rest_.empty()) {
          break;
        }
        c = escaped(rest_.front());
        rest_.remove_prefix(1);
      }
      text += c;
    }
    if (!take(quote)) {
      fail("a text without its closing quote");
    }
    return text;
  }

  // Of the escapes of C those that are one letter; \u, \x and numbers are not read.
  char escaped(char c) {
    switch (c) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '\\':
      case '\'':
      case '"':
        return c;
      default:
        fail(fmt::format("the escape \\{} is not known", c));
        return c;
    }
  }

  std::string_view rest_;
  std::string& problem_;
};

}  // namespace

std::optional<Variant> parse_variant(std::string_view text, std::string& problem) {
  problem.clear();
  if (has_nul(text)) {
    problem = "contains a NUL character";
    return std::nullopt;
  }
  return Reader(text, problem).whole();
}

}  // namespace wpar::plan
