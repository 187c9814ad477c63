// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "runtime/base/text.h"
#include "specs/wpar/layers.h"
#include "specs/wpar/read_wpar.h"
#include "specs/yaml/spec_form.h"

namespace wpar::yaml {
namespace {

using spec::Assign;
using spec::Attribute;
using spec::Stanza;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Reads as this text, whoever reads it: letters that mean nothing in YAML and no word that does.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 5> kWords = {"true", "false", "null", "Null", "NULL"};
  constexpr std::string_view kHarmless = "_./,%@+=-";
  return !text.empty() && (is_alphanumeric(text[0]) || text[0] == '/' || text[0] == '_') &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) {
                       return is_alphanumeric(c) || kHarmless.find(c) != std::string_view::npos;
                     }) &&
         std::find(kWords.begin(), kWords.end(), text) == kWords.end();
}

std::string scalar(const std::string& text) {
  if (is_plain(text)) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\t') {
      quoted += "\\t";
      continue;
    }
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + '"';
}

// "[a, b]" when that reads back as the same text, else the text itself.
std::string list(const std::string& text) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(text, ',')) {
    parts.emplace_back(part);
  }
  const bool simple = std::all_of(parts.begin(), parts.end(), is_plain);
  return simple ? "[" + join(parts, ", ") + "]" : scalar(text);
}

std::string_view word_of(Assign assign) {
  switch (assign) {
    case Assign::kAdd:
      return "add";
    case Assign::kRemove:
      return "remove";
    case Assign::kSet:
      break;
  }
  return "set";
}

void write_privileges(const Stanza& stanza, std::string& out) {
  std::vector<const Attribute*> lines;
  for (const Attribute& attribute : stanza.attributes) {
    if (attribute.key == "privs") {
      lines.push_back(&attribute);
    }
  }
  if (lines.size() == 1 && lines.front()->assign == Assign::kSet) {
    out += "  privs: " + list(lines.front()->value) + "\n";
  } else if (!lines.empty()) {
    out += "  privs:\n";
    for (const Attribute* line : lines) {
      out.append("    - ").append(word_of(line->assign)).append(": ");
      out.append(list(line->value)).append("\n");
    }
  }
}

void write_attributes(const Stanza& stanza, std::string_view first, std::string_view indent,
                      std::string& out) {
  bool is_first = true;
  for (const Attribute& attribute : stanza.attributes) {
    if (stanza.name == "security" && attribute.key == "privs") {
      continue;
    }
    out.append(is_first ? first : indent).append(attribute.key).append(": ");
    out.append(scalar(attribute.value)).append("\n");
    is_first = false;
  }
}

}  // namespace

std::string write_yaml(const spec::Wpar& wpar) {
  std::string out;
  std::string_view open;  // the repeated stanza that is being written
  const std::vector<Stanza> stanzas = stanzas_of(wpar);
  for (const Stanza& stanza : stanzas) {
    if (stanza.name != open) {
      out += (out.empty() ? "" : "\n") + stanza.name + ":\n";
    }
    if (spec::occurs_once(stanza.name)) {
      write_attributes(stanza, "  ", "  ", out);
      write_privileges(stanza, out);
      continue;
    }
    open = stanza.name;
    write_attributes(stanza, "  - ", "    ", out);
  }
  return out;
}

}  // namespace wpar::yaml
