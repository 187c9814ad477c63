// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text → oci:: data. Strict: UTF-8, no duplicate keys, no NUL in strings, depth ≤ 64, size ≤ 16
// MiB, exact integers, nothing after the document. Unknown members are ignored, as config.md
// demands; null means absent. Errors are Error(kInvalidConfig) that begin with the JSON pointer:
// "/process/user/uid: expected an integer from 0 to 4294967294". Called by lifecycle, by hook
// programs (the state on their stdin) and by translate's tests.

#include <string_view>
#include <vector>

#include "specs/oci/config.h"
#include "specs/oci/state.h"

namespace wpar::oci {

Config parse_config(std::string_view text);
Process parse_process(std::string_view text);      // the document of exec --process
Resources parse_resources(std::string_view text);  // the document of update --resources
// The document of `mounts add`: a list, or an object whose member "mounts" is one.
std::vector<Mount> parse_mounts(std::string_view text);
// What a runtime gives to hooks: any runtime, so the status may be any word and the pid may be
// absent.
State parse_state(std::string_view text);

}  // namespace wpar::oci
