// SPDX-License-Identifier: Apache-2.0
#pragma once
// oci:: data → text. Member order is the specification's; absent members are left out.
// parse_config(write_config(c)) == c for every c (tested).

#include <string>
#include <vector>

#include "specs/oci/config.h"
#include "specs/oci/state.h"

namespace wpar::oci {

// `indent` as in JSON writers: spaces per level; '\t' through kTab.
enum class Indent { kNone, kTwoSpaces, kTab };

std::string write_config(const Config& config, Indent indent);
// The state document without a final newline, as runc prints it.
std::string write_state(const State& state, Indent indent);
std::string write_states(const std::vector<State>& states);  // list --format json: "[]" when empty

}  // namespace wpar::oci
