// SPDX-License-Identifier: Apache-2.0
#pragma once
// How faithfully each line of a specification was translated. Filled by the mappers, one entry per
// attribute line (translate() proves it), plus entries without a line for what the specification
// leaves open. Written as a table for people or as JSON for machines: wpar2oci(1), "REPORT".

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "translate/machine.h"

namespace wpar::translate {

enum class Fidelity {  // best first
  kExact,              // Linux does the same
  kEquivalent,         // the same effect by other means
  kApproximate,        // nearest behaviour; the reason says what differs
  kIgnored,            // no effect
  kNeedsAction,        // somebody has to do something first
};
inline constexpr std::size_t kFidelities = 5;

const char* name_of(Fidelity fidelity);

struct Entry {
  Fidelity fidelity = Fidelity::kExact;
  int line = 0;  // 0: nothing in the file says so
  std::string stanza;
  std::string attribute;
  std::string value;
  std::string reason;
  std::string action;  // what to do; may be empty
};

struct Report {
  std::string file;
  std::string name;  // of the WPAR
  std::string type;  // "system" "application"
  Machine machine;
  std::vector<Entry> entries;

  std::array<std::size_t, kFidelities> counts() const;
  // Any entry below equivalent: what --strict refuses.
  bool is_faithful() const;
  void sort_by_line();
};

std::string write_text(const std::vector<Report>& reports);
std::string write_json(const std::vector<Report>& reports);

}  // namespace wpar::translate
