// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/annotation_text.h"

#include <array>

namespace wpar::spec {
namespace {

struct Escape {
  char character;
  std::string_view text;
};
constexpr std::array<Escape, 3> kEscapes = {{{'"', "%22"}, {',', "%2C"}, {'%', "%25"}}};

}  // namespace

std::string encode_annotation(std::string_view document) {
  std::string text;
  for (const char c : document) {
    std::string_view escaped;
    for (const Escape& escape : kEscapes) {
      escaped = escape.character == c ? escape.text : escaped;
    }
    escaped.empty() ? text += c : text += escaped;
  }
  return text;
}

std::string decode_annotation(std::string_view text) {
  std::string document;
  if (text.find('"') != std::string_view::npos) {
    return std::string(text);
  }
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const Escape& escape : kEscapes) {
      if (text.starts_with(escape.text)) {
        c = escape.character;
        taken = escape.text.size();
      }
    }
    document += c;
    text.remove_prefix(taken);
  }
  return document;
}

}  // namespace wpar::spec
