// SPDX-License-Identifier: Apache-2.0
#pragma once
// A translation as a shell script of podman commands, NAME.sh: networks and volumes that are
// missing, then podman run. Pure. Called by wpar2oci.

#include <string>
#include <string_view>

#include "translate/targets/files.h"
#include "translate/translate.h"

namespace wpar::translate {

// What Podman cannot carry goes into the translation's report. An empty runtime: Podman's default.
TargetFile podman_script(Translation& translation, const std::string& runtime);

// A word for a POSIX shell that stands for itself.
std::string shell_word(std::string_view word);

}  // namespace wpar::translate
