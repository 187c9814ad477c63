// SPDX-License-Identifier: Apache-2.0
#pragma once
// A translation as an OCI bundle on disk. Throws Error naming the path. Called by wpar2oci.

#include <string>

#include "specs/oci/config.h"

namespace wpar::translate {

// What config.json holds: JSON with a final newline.
std::string config_text(const oci::Config& config);

// Refuses a config.json that wpar2oci did not write: one without an org.openwpar annotation.
// Nothing is changed, so that several bundles can be checked before the first one is written.
void check_bundle(const std::string& directory);
// Makes the directory and replaces config.json in one step.
void write_bundle(const std::string& directory, const oci::Config& config);

}  // namespace wpar::translate
