// SPDX-License-Identifier: Apache-2.0
#pragma once
// oci:: data → text. Member order is the specification's; absent members are left out.
// parse_config(write_config(c)) == c for every c that parse_config can return (tested).
// Throws Error(kInvalidConfig) when a string of a Config is not UTF-8; in a State such bytes become
// U+FFFD, because `state` and `list` must answer even for a bundle with an odd name.

#include <string>
#include <vector>

#include "specs/oci/config.h"
#include "specs/oci/state.h"

namespace wpar::oci {

// `indent` as in JSON writers: spaces per level; '\t' through kTab.
enum class Indent { kNone, kTwoSpaces, kTab };

std::string write_config(const Config& config, Indent indent);
std::string write_process(const Process& process, Indent indent);        // exec --process
std::string write_resources(const Resources& resources, Indent indent);  // update --resources
// The state document without a final newline, as runc prints it; the pid always, 0 for none.
std::string write_state(const State& state, Indent indent);
std::string write_container_process_state(const ContainerProcessState& state);  // on one line
std::string write_states(const std::vector<State>& states);  // list --format json: "[]" when empty

}  // namespace wpar::oci
