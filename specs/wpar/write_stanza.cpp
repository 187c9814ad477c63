// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/stanza.h"

namespace wpar::spec {
namespace {

std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + '"';
}

std::string_view sign_of(Assign assign) {
  switch (assign) {
    case Assign::kAdd:
      return " += ";
    case Assign::kRemove:
      return " -= ";
    case Assign::kSet:
      break;
  }
  return " = ";
}

}  // namespace

std::string write_stanza(const Stanza& stanza) {
  std::string text = stanza.name + ":\n";
  for (const Attribute& attribute : stanza.attributes) {
    text.append("        ").append(attribute.key).append(sign_of(attribute.assign));
    text.append(quoted(attribute.value)).append("\n");
  }
  return text;
}

std::string write_stanzas(const std::vector<Stanza>& stanzas) {
  std::string text;
  for (const Stanza& stanza : stanzas) {
    if (!text.empty()) {
      text += '\n';
    }
    text += write_stanza(stanza);
  }
  return text;
}

}  // namespace wpar::spec
