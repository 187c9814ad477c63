// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writes one JSON document member by member, in the order of the calls. Used by write_*.cpp; no
// tree is built. A container opened by object() or list() ends when its function returns.

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "specs/oci/write_config.h"

namespace wpar::oci {

// The text as a JSON string; each byte that is not UTF-8 becomes U+FFFD. For a writer with a layout
// of its own.
void append_quoted(std::string& out, std::string_view text);

// What to do with a string that is not UTF-8, which JSON cannot carry.
enum class BadText {
  kRefuse,  // Error(kInvalidConfig) naming the member
  kReplace  // each bad byte becomes U+FFFD: a report about odd names is better than none
};

class JsonWriter {
 public:
  JsonWriter(Indent indent, BadText bad_text) : indent_(indent), bad_text_(bad_text) {}

  // The finished document.
  std::string take() { return std::move(text_); }

  void key(std::string_view name);

  void value(bool flag);
  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(const char* text) { value(std::string_view(text)); }
  // The shortest text that reads back as the same number.
  void value(double number);
  void null();
  template <std::integral Int>
  requires(!std::same_as<Int, bool>) void value(Int number) {
    separate();
    text_ += std::to_string(number);
  }

  // Objects: `write_members` calls key() and value(), or member(), for each one.
  template <typename Write>
  void object(Write&& write_members) {
    begin('{');
    write_members();
    end('}');
  }
  template <typename Values, typename Write>
  void list(const Values& values, Write&& write_one) {
    begin('[');
    for (const auto& one : values) {
      write_one(one);
    }
    end(']');
  }

  // A member of the open object. Left out: absent values, empty lists and maps.
  template <typename Value>
  void member(std::string_view name, const Value& content) {
    key(name);
    value(content);
  }
  template <typename Value>
  void member(std::string_view name, const std::optional<Value>& content) {
    if (content) {
      member(name, *content);
    }
  }
  template <typename Value>
  void member(std::string_view name, const std::vector<Value>& values) {
    list_member(name, values, [this](const Value& one) { value(one); });
  }
  void member(std::string_view name, const std::map<std::string, std::string>& values) {
    map_member(name, values, [this](const std::string& one) { value(one); });
  }
  template <typename Values, typename Write>
  void list_member(std::string_view name, const Values& values, Write&& write_one) {
    if (!values.empty()) {
      key(name);
      list(values, write_one);
    }
  }
  template <typename Value, typename Write>
  void map_member(std::string_view name, const std::map<std::string, Value>& values,
                  Write&& write_one) {
    if (!values.empty()) {
      key(name);
      object([&] {
        for (const auto& [inner_name, one] : values) {
          key(inner_name);
          write_one(one);
        }
      });
    }
  }
  template <typename Value, typename Write>
  void object_member(std::string_view name, const std::optional<Value>& content, Write&& write) {
    if (content) {
      key(name);
      write(*this, *content);
    }
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  // Comma and line break before a key or an element; nothing between a key and its value.
  void separate();
  void break_line();
  void quote(std::string_view text);

  Indent indent_;
  BadText bad_text_;
  std::string text_;
  std::string last_key_;
  std::size_t depth_ = 0;
  bool first_ = true;  // nothing written yet in the open container
  bool after_key_ = false;
};

}  // namespace wpar::oci
