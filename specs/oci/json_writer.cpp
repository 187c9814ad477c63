// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_writer.h"

#include <fmt/format.h>

#include "runtime/base/error.h"
#include "specs/oci/json_document.h"

namespace wpar::oci {
namespace {

// Bytes of the well-formed UTF-8 character at the start of `text` (Unicode, table 3-7); 0: none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return low <= byte(i) && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) {
    return 1;
  }
  if (0xC2 <= first && first <= 0xDF) {
    return follows(1) ? 2 : 0;
  }
  if (0xE0 <= first && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;   // no overlong forms
    const unsigned high = first == 0xED ? 0x9F : 0xBF;  // no surrogates
    return follows(1, low, high) && follows(2) ? 3 : 0;
  }
  if (0xF0 <= first && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;  // nothing above U+10FFFF
    return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

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

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(plain_size(text));
    const std::size_t size = text.empty() ? 1 : character_size(text);
    if (size == 0) {
      return false;
    }
    text.remove_prefix(std::min(size, text.size()));
  }
  return true;
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
    const std::size_t size = character_size(text);
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
