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
  int line = 0;  // 0: no text says so
  int column = 0;
  std::size_t source = 0;  // whose line: an index of Report::sources
  std::string stanza;
  std::string attribute;
  std::string value;
  std::string reason;
  std::string action;  // what to do; may be empty
};

struct Report {
  std::string file;
  std::vector<std::string> sources;  // the file, and what it is laid over or overridden by
  std::string name;                  // of the WPAR
  std::string type;                  // "system" "application"
  std::string kind;                  // the same closer: name_of(WparKind)
  Machine machine;
  std::vector<Entry> entries;

  std::array<std::size_t, kFidelities> counts() const;
  // Any entry below equivalent: what --strict refuses.
  bool is_faithful() const;
};

std::string write_text(const std::vector<Report>& reports);
std::string write_json(const std::vector<Report>& reports);

}  // namespace wpar::translate
