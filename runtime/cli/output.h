// SPDX-License-Identifier: Apache-2.0
#pragma once
// What commands print. Plain write(2): a full disk or a closed pipe is an error, never silence.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::cli {

// To stdout, unbuffered.
void print(std::string_view text);

// Rows in columns that are three blanks apart and at least twelve wide, as runc prints them. The
// last column is not padded. Control characters are replaced: a path must not rearrange the table
// or the terminal.
std::string align_columns(std::span<const std::vector<std::string>> rows);

// A JSON document with an indent of four, member by member, in the order of the calls.
class JsonText {
 public:
  void open(std::string_view name);  // an object; "" for the document itself
  void close();
  void string(std::string_view name, std::string_view value);
  void boolean(std::string_view name, bool value);
  void strings(std::string_view name, std::span<const std::string> values);
  const std::string& text() const { return text_; }

 private:
  void begin_line(std::string_view name);
  void indent();
  std::string text_;
  std::size_t depth_ = 0;
  bool first_ = true;  // in the innermost object
};

}  // namespace wpar::cli
