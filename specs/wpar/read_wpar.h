// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text or stanzas → Wpar, and back. Everything that is wrong goes to `problems`: unknown stanzas
// and attributes with the nearest known name, values of the wrong type, attributes that need each
// other. Called by wpar2oci and the wpar commands; they call problems.throw_if_any() before they go
// on.

#include <string_view>
#include <vector>

#include "specs/wpar/layers.h"
#include "specs/wpar/problems.h"
#include "specs/wpar/stanza.h"
#include "specs/wpar/wpar.h"

namespace wpar::spec {

Wpar read_wpar(const std::vector<Stanza>& stanzas, Problems& problems);
// Several specifications laid over each other, the lowest first.
Wpar read_layers(const std::vector<Layer>& layers, Problems& problems);
// parse_stanzas, read_wpar and throw_if_any in one.
Wpar parse_wpar(std::string_view text, std::string_view filename);

// The stanzas that read back to the same Wpar, in canonical order; idle lines are gone.
std::vector<Stanza> stanzas_of(const Wpar& wpar);

}  // namespace wpar::spec
