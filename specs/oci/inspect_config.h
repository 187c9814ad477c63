// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that is wrong with the shape of a config.json at once, where parse_config stops at the
// first: what is wrong is left out and the rest is read again. Called by plan/lint.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/oci/config.h"

namespace wpar::oci {

struct UnknownMember {
  std::string pointer;
  std::string nearest;  // a known name of the same object that looks like it; "" when none does
};

// An array that an element was left out of: places behind it have other indices in `config`.
struct Gap {
  std::string array;      // JSON pointer
  std::size_t index = 0;  // in the document
};

struct Inspection {
  // What could be read; absent when nothing could.
  std::optional<Config> config;
  std::vector<std::string> findings;  // "<pointer>: <message>", or "line 3, column 7: …"
  std::vector<UnknownMember> unknown;
  std::vector<Gap> gaps;  // in document order

  // The place in the document of a place in `config`.
  std::string place(std::string_view pointer) const;
};

Inspection inspect_config(std::string_view text);

}  // namespace wpar::oci
