// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_writer.h"

#include <fmt/format.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/oci/json_document.h"

namespace wpar::oci {
namespace {

// How many characters at the start of `text` stand for themselves: nearly all, in nearly every
// text.
std::size_t plain_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    const auto byte = static_cast<unsigned char>(text[size]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') {
      break;
    }
    ++size;
  }
  return size;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
  }
}

}  // namespace

void JsonWriter::key(std::string_view name) {
  separate();
  quote(name);
  last_key_ = name;  // now it is known to be UTF-8
  text_ += indent_ == Indent::kNone ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::null() {
  separate();
  text_ += "null";
}

void JsonWriter::value(double number) {
  separate();
  fmt::format_to(std::back_inserter(text_), "{}", number);
}

void JsonWriter::value(bool flag) {
  separate();
  text_ += flag ? "true" : "false";
}

void JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
}

void JsonWriter::begin(char bracket) {
  separate();
  text_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  --depth_;
  if (!first_) {
    break_line();
  }
  text_ += bracket;
  first_ = false;
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    first_ = false;
    return;
  }
  if (depth_ > 0) {
    if (!first_) {
      text_ += ',';
    }
    break_line();
  }
  first_ = false;
}

void JsonWriter::break_line() {
  if (indent_ == Indent::kNone) {
    return;
  }
  text_ += '\n';
  if (indent_ == Indent::kTab) {
    text_.append(depth_, '\t');
  } else {
    text_.append(2 * depth_, ' ');
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (;;) {
    const std::size_t plain = plain_size(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) {
      break;
    }
    const std::size_t size = utf8_character_size(text);
    const char c = text.front();
    if (size == 0) {
      out += "\uFFFD";
    } else if (size == 1 && (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20)) {
      append_escaped(out, c);
    } else {
      out.append(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

void JsonWriter::quote(std::string_view text) {
  if (bad_text_ == BadText::kRefuse && !is_utf8(text)) {
    throw_error(ErrorKind::kInvalidConfig, "text at or after member \"{}\" is not UTF-8",
                printable(last_key_));
  }
  append_quoted(text_, text);
}

}  // namespace wpar::oci
