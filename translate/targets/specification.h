// SPDX-License-Identifier: Apache-2.0
#pragma once
// A specification as a specification: what counts of it, in the normal form, as stanzas or as YAML.
// Throws Error naming the path. Called by wpar2oci.

#include <string>

#include "specs/wpar/wpar.h"

namespace wpar::translate {

// Begins with a comment by which check_specification knows its own.
std::string specification_text(const spec::Wpar& wpar, bool yaml);

// Refuses a file DIRECTORY/NAME.spec (NAME.yaml) that wpar2oci did not write.
void check_specification(const std::string& directory, const spec::Wpar& wpar, bool yaml);
void write_specification(const std::string& directory, const spec::Wpar& wpar, bool yaml);

}  // namespace wpar::translate
