// SPDX-License-Identifier: Apache-2.0
#pragma once
// What containerd gets beside the bundle: a script that hands config.json to ctr. Pure. Called by
// wpar2oci.

#include <string>

#include "translate/targets/files.h"
#include "translate/translate.h"

namespace wpar::translate {

// NAME.sh, for the directory of config.json. What containerd does not do goes into the report. An
// empty runtime: containerd's own.
TargetFile containerd_script(Translation& translation, const std::string& runtime);

}  // namespace wpar::translate
