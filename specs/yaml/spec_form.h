// SPDX-License-Identifier: Apache-2.0
#pragma once
// The YAML form of a specification: the same stanzas and attributes, wpar.spec(5), "YAML FORM".
// Text → stanzas with places, which read_wpar gives their meaning as it does for the stanza form,
// and back. Called by wpar2oci and the wpar commands.

#include <string>
#include <string_view>
#include <vector>

#include "specs/wpar/problems.h"
#include "specs/wpar/stanza.h"
#include "specs/wpar/wpar.h"

namespace wpar::yaml {

std::vector<spec::Stanza> parse_yaml_stanzas(std::string_view text, spec::Problems& problems);

// The text that reads back to the same Wpar. Idle lines are gone, as from stanzas_of().
std::string write_yaml(const spec::Wpar& wpar);

}  // namespace wpar::yaml
