// SPDX-License-Identifier: Apache-2.0
#pragma once
// The flags of mkwpar and wparexec that say what a specification says, as stanzas: "-N address=…
// netmask=…" is a network stanza, "-A" is general's auto = yes. Used by wpar2oci and the wpar
// commands, which lay them over a file (layers.h). Throws Error(kInvalidArgument) naming the flag.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/stanza.h"

namespace wpar::spec {

// "-N", "-lA", "-nweb": a dash and something that is no dash. What it means is read()'s affair.
bool is_flag_word(std::string_view word);

class FlagReader {
 public:
  // Reads the flag words[index] and the values behind it; returns the index of the next word. The
  // line of every position is the number of the word, counted from 1; the column is the letter's
  // where several share a word.
  std::size_t read(const std::vector<std::string>& words, std::size_t index);

  // What "-n NAME" says, for a command that has another word for it.
  void read_name(const std::string& name, Position at);

  // All flags read so far.
  const std::vector<Stanza>& stanzas() const { return stanzas_; }

 private:
  void read_value(char letter, std::string_view stanza, std::string_view key,
                  const std::string& value, Position at);
  std::size_t read_attributes(char letter, std::string_view name,
                              const std::vector<std::string>& words, std::size_t index,
                              Position at);
  Stanza& stanza_for(std::string_view name, Position at);
  void set(std::string_view stanza, std::string_view key, const std::string& value, Position at);
  void set_attribute(Stanza& stanza, const std::string& word, int number);

  std::vector<Stanza> stanzas_;
};

}  // namespace wpar::spec
