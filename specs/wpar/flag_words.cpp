// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/flag_words.h"

#include <algorithm>
#include <array>

#include "runtime/base/error.h"
#include "specs/wpar/layers.h"
#include "specs/wpar/name.h"

namespace wpar::spec {
namespace {

enum class Takes {
  kNothing,     // the attribute is yes
  kValue,       // the next word
  kAttributes,  // attribute=value words: a stanza
};

struct Flag {
  char letter;
  Takes takes;
  std::string_view stanza;
  std::string_view key;
};

constexpr std::array<Flag, 25> kFlags = {{
    {'n', Takes::kValue, "general", "name"},
    {'h', Takes::kValue, "general", "hostname"},
    {'d', Takes::kValue, "general", "directory"},
    {'g', Takes::kValue, "general", "vg"},
    {'H', Takes::kValue, "general", "architecture"},
    {'u', Takes::kValue, "general", "script"},
    {'b', Takes::kValue, "general", "devexports"},
    {'U', Takes::kValue, "general", "uuid"},
    {'A', Takes::kNothing, "general", "auto"},
    {'c', Takes::kNothing, "general", "checkpointable"},
    {'l', Takes::kNothing, "general", "privateusr"},
    {'i', Takes::kNothing, "general", "routing"},
    {'x', Takes::kNothing, "general", "xwparipc"},
    {'r', Takes::kNothing, "general", "copynameres"},
    {'t', Takes::kNothing, "general", "system_copy"},
    {'C', Takes::kNothing, "general", "versioned"},
    {'p', Takes::kNothing, "general", "preserve"},
    {'N', Takes::kAttributes, "network", ""},
    {'M', Takes::kAttributes, "mount", ""},
    {'D', Takes::kAttributes, "device", ""},
    {'I', Takes::kAttributes, "route", ""},
    {'X', Takes::kAttributes, "kext", ""},
    {'R', Takes::kAttributes, "resources", ""},
    {'S', Takes::kAttributes, "security", ""},
    {'T', Takes::kAttributes, "copy_controls", ""},
}};

// Flags that AIX has and a specification has not.
struct Foreign {
  std::string_view letters;
  std::string_view reason;
};
constexpr std::array<Foreign, 4> kForeign = {{
    {"f", "name the file without a flag"},
    {"eW", "name the specification that is the base by --base"},
    {"BEL", "it says what a new WPAR is filled from, which is no part of a specification"},
    {"asFvPkwoO1", "it is about creating or starting a WPAR, which is not done here"},
}};

const Flag& find_flag(char letter, std::string_view word) {
  for (const Flag& flag : kFlags) {
    if (flag.letter == letter) {
      return flag;
    }
  }
  const std::string of = word.size() > 2 ? fmt::format(" in {}", word) : "";
  for (const Foreign& foreign : kForeign) {
    if (foreign.letters.find(letter) != std::string_view::npos) {
      throw_error(ErrorKind::kInvalidArgument, "-{}{} is not taken here: {}", letter, of,
                  foreign.reason);
    }
  }
  throw_error(ErrorKind::kInvalidArgument, "unknown flag -{}{}", letter, of);
}

// "privs+=…": the length of the key; 0 when the word is no attribute.
std::size_t key_length(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return 0;
  }
  const bool changes = word[equals - 1] == '+' || word[equals - 1] == '-';
  const std::size_t length = changes ? equals - 1 : equals;
  const bool is_key =
      std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(length), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
      });
  return is_key ? length : 0;
}

void check_value(const std::string& value, std::string_view flag) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      throw_error(ErrorKind::kInvalidArgument,
                  "{}: byte 0x{:02x} is not allowed: arguments are plain ASCII text", flag, byte);
    }
  }
}

}  // namespace

bool is_flag_word(std::string_view word) {
  return word.size() >= 2 && word[0] == '-' && word[1] != '-';
}

// getopt(3): letters without a value may share a word, the last one may have its value in it.
std::size_t FlagReader::read(const std::vector<std::string>& words, std::size_t index) {
  const std::string& word = words.at(index);
  Position at{.line = static_cast<int>(index) + 1};
  ++index;
  for (std::size_t i = 1; i < word.size(); ++i) {
    const Flag& flag = find_flag(word[i], word);
    at.column = word.size() > 2 ? static_cast<int>(i) + 1 : 0;
    if (flag.takes == Takes::kNothing) {
      set(flag.stanza, flag.key, "yes", at);
      continue;
    }
    const std::string attached = word.substr(i + 1);
    if (flag.takes == Takes::kValue) {
      const bool has_next = index < words.size() && !words[index].empty();
      if (attached.empty() && !has_next) {
        throw_error(ErrorKind::kInvalidArgument, "-{} needs a value", flag.letter);
      }
      read_value(flag.letter, flag.stanza, flag.key, attached.empty() ? words[index] : attached,
                 at);
      return attached.empty() ? index + 1 : index;
    }
    if (!attached.empty()) {
      throw_error(ErrorKind::kInvalidArgument,
                  "-{} in {}: its attribute=value words are words of their own", flag.letter, word);
    }
    return read_attributes(flag.letter, flag.stanza, words, index, at);
  }
  return index;
}

void FlagReader::read_value(char letter, std::string_view stanza, std::string_view key,
                            const std::string& value, Position at) {
  check_value(value, std::string{'-', letter});
  if (letter == 'n') {
    read_name(value, at);
  } else {
    set(stanza, key, value, at);
  }
}

std::size_t FlagReader::read_attributes(char letter, std::string_view name,
                                        const std::vector<std::string>& words, std::size_t index,
                                        Position at) {
  if (index >= words.size() || key_length(words[index]) == 0) {
    throw_error(ErrorKind::kInvalidArgument, "-{} needs attribute=value words", letter);
  }
  Stanza& stanza = stanza_for(name, at);
  for (; index < words.size() && key_length(words[index]) != 0; ++index) {
    check_value(words[index], std::string{'-', letter});
    set_attribute(stanza, words[index], static_cast<int>(index) + 1);
  }
  if (letter == 'I') {
    set("general", "routing", "yes", at);  // an explicit route wants a table of its own
  }
  return index;
}

void FlagReader::read_name(const std::string& name, Position at) {
  const std::string complaint = complaint_about_name(name);
  if (!complaint.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "{}", complaint);
  }
  set("general", "name", name, at);
}

Stanza& FlagReader::stanza_for(std::string_view name, Position at) {
  for (Stanza& stanza : stanzas_) {
    if (stanza.name == name && occurs_once(name)) {
      return stanza;
    }
  }
  return stanzas_.emplace_back(
      Stanza{.name = std::string(name), .at = {.line = at.line}, .attributes = {}});
}

void FlagReader::set(std::string_view stanza, std::string_view key, const std::string& value,
                     Position at) {
  stanza_for(stanza, at)
      .attributes.push_back({.key = std::string(key),
                             .value = value,
                             .assign = Assign::kSet,
                             .at = at,
                             .value_at = at});
}

void FlagReader::set_attribute(Stanza& stanza, const std::string& word, int number) {
  const std::size_t length = key_length(word);
  Assign assign = Assign::kSet;
  if (word[length] != '=') {
    assign = word[length] == '+' ? Assign::kAdd : Assign::kRemove;
  }
  stanza.attributes.push_back({.key = word.substr(0, length),
                               .value = word.substr(word.find('=') + 1),
                               .assign = assign,
                               .at = {.line = number},
                               .value_at = {.line = number}});
}

}  // namespace wpar::spec
