// SPDX-License-Identifier: Apache-2.0
#pragma once
// A translation as Quadlet units: NAME.container, and a .network or .volume for each network and
// file system that Podman has to make. podman-systemd.unit(5). Pure. Called by wpar2oci.

#include <string>
#include <string_view>
#include <vector>

#include "translate/targets/files.h"
#include "translate/translate.h"

namespace wpar::translate {

// What Podman cannot carry goes into the translation's report. Throws Error(kInvalidConfig) for a
// root that a unit cannot name.
std::vector<TargetFile> quadlet_files(Translation& translation);

// A word as Quadlet and then systemd read it: quotes, backslash, % and $ stand for themselves.
std::string quadlet_word(std::string_view word);

}  // namespace wpar::translate
