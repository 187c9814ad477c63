// SPDX-License-Identifier: Apache-2.0
#pragma once
// Specifications laid over each other: a base, the file itself, the flags of a command line. A
// later layer wins: attribute by attribute in the stanzas that occur once, stanza by stanza in
// those that repeat, where the same address, directory, device, route or extension is the same
// object. Called by read_wpar; the rules are wpar.spec(5), "LAYERS".

#include <cstddef>
#include <string_view>
#include <vector>

#include "specs/wpar/stanza.h"
#include "specs/wpar/wpar.h"

namespace wpar::spec {

using Layer = std::vector<Stanza>;

struct Merged {
  std::vector<Stanza> stanzas;      // what counts
  std::vector<IdleLine> displaced;  // what does not, and what stands in its place
  std::size_t attribute_lines = 0;  // of all layers
};

// The lowest layer first.
Merged merge_layers(const std::vector<Layer>& layers);

// general, resources, security and copy_controls; all others repeat.
bool occurs_once(std::string_view stanza);

}  // namespace wpar::spec
