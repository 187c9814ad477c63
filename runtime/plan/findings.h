// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the planner has to say about a configuration: everything wrong with it at once, instead of
// the first thing only, and what is only worth a warning. Each text begins with a JSON pointer (RFC
// 6901). Filled by the plan_* functions; validate() and build_plan() read it.

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::plan {

// "net/core" → "net~1core": a member name as a part of a JSON pointer.
inline std::string pointer_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    if (c == '~') {
      part += "~0";
    } else if (c == '/') {
      part += "~1";
    } else {
      part += c;
    }
  }
  return part;
}

// A place in the document, put into words only when there is something to say about it:
// {"/mounts", 3, "/options"} is "/mounts/3/options". Borrows its texts.
struct Pointer {
  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
  std::string_view parent;
  std::size_t index = kNoIndex;
  std::string_view member = {};
  std::size_t member_index = kNoIndex;

  std::string text() const {
    std::string result(parent);
    if (index != kNoIndex) {
      result += fmt::format("/{}", index);
    }
    result += member;
    if (member_index != kNoIndex) {
      result += fmt::format("/{}", member_index);
    }
    return result;
  }
  Pointer at(std::string_view name) const { return {parent, index, name, kNoIndex}; }
  Pointer at(std::string_view name, std::size_t place) const {
    return {parent, index, name, place};
  }
};

class Findings {
 public:
  template <typename... Args>
  void invalid(const Pointer& at, fmt::format_string<Args...> text, Args&&... args) {
    add(ErrorKind::kInvalidConfig, at, fmt::format(text, std::forward<Args>(args)...));
  }
  // Understood, but this program or this host cannot do it.
  template <typename... Args>
  void unsupported(const Pointer& at, fmt::format_string<Args...> text, Args&&... args) {
    add(ErrorKind::kUnsupported, at, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warn(const Pointer& at, fmt::format_string<Args...> text, Args&&... args) {
    warnings_.push_back(at.text() + ": " + fmt::format(text, std::forward<Args>(args)...));
  }

  // A C string ends at its first NUL: the kernel would see less than was checked.
  bool accept_text(const Pointer& at, std::string_view text) {
    if (has_nul(text)) {
      invalid(at, "contains a NUL character");
      return false;
    }
    return true;
  }
  bool accept_absolute_path(const Pointer& at, std::string_view path) {
    if (!accept_text(at, path)) {
      return false;
    }
    if (path.empty() || path.front() != '/') {
      invalid(at, "expected an absolute path, not \"{}\"", path);
      return false;
    }
    return true;
  }

  const std::vector<std::string>& errors() const { return errors_; }
  std::vector<std::string> take_errors() { return std::move(errors_); }
  std::vector<std::string> take_warnings() { return std::move(warnings_); }

  // One Error on one line. kUnsupported only when nothing is plainly wrong.
  void throw_if_any() const {
    if (!errors_.empty()) {
      throw Error(kind_, join(errors_, "; "));
    }
  }

 private:
  void add(ErrorKind kind, const Pointer& at, const std::string& text) {
    if (errors_.empty() || kind == ErrorKind::kInvalidConfig) {
      kind_ = kind;
    }
    errors_.push_back(at.text() + ": " + text);
  }

  ErrorKind kind_ = ErrorKind::kInvalidConfig;
  std::vector<std::string> errors_;
  std::vector<std::string> warnings_;
};

}  // namespace wpar::plan
