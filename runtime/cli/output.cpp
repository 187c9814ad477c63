// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/fd.h"
#include "runtime/base/file.h"

namespace wpar::cli {
namespace {

constexpr std::size_t kMinColumn = 12;
constexpr std::size_t kGap = 3;
constexpr std::size_t kIndent = 4;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), is_control, '?');
  return out;
}

// Characters, not bytes: continuation bytes of UTF-8 take no place.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

void print(std::string_view text) {
  write_all(BorrowedFd(STDOUT_FILENO), text, "stdout");
}

std::string align_columns(std::span<const std::vector<std::string>> rows) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()), kMinColumn);
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]) + kGap);
    }
  }
  std::string table;
  for (const std::vector<std::string>& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      table += printable(row[i]);
      if (i + 1 < row.size()) {
        table.append(widths[i] - width_of(row[i]), ' ');
      }
    }
    table += '\n';
  }
  return table;
}

void JsonText::indent() {
  text_.append(depth_ * kIndent, ' ');
}

void JsonText::begin_line(std::string_view name) {
  if (depth_ == 0) {
    return;
  }
  text_ += first_ ? "\n" : ",\n";
  indent();
  text_ += quoted(name) + ": ";
  first_ = false;
}

void JsonText::open(std::string_view name) {
  begin_line(name);
  text_ += '{';
  ++depth_;
  first_ = true;
}

void JsonText::close() {
  --depth_;
  if (!first_) {
    text_ += '\n';
    indent();
  }
  text_ += depth_ == 0 ? "}\n" : "}";
  first_ = false;
}

void JsonText::string(std::string_view name, std::string_view value) {
  begin_line(name);
  text_ += quoted(value);
}

void JsonText::boolean(std::string_view name, bool value) {
  begin_line(name);
  text_ += value ? "true" : "false";
}

void JsonText::strings(std::string_view name, std::span<const std::string> values) {
  begin_line(name);
  text_ += '[';
  ++depth_;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text_ += i == 0 ? "\n" : ",\n";
    indent();
    text_ += quoted(values[i]);
  }
  --depth_;
  if (!values.empty()) {
    text_ += '\n';
    indent();
  }
  text_ += ']';
}

}  // namespace wpar::cli
