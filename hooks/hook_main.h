// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every hook program's main() does: read the container's state document from stdin, run the
// hook, and turn an Error into one line on stderr and exit code 1 (runtime-spec config.md, "POSIX-
// platform Hooks"). Called by *_main.cpp only.

#include <string>
#include <vector>

#include "specs/oci/state.h"

namespace wpar::hooks {

// The WPAR's name, which the container's id need not be.
inline constexpr const char* kNameAnnotation = "org.openwpar.name";

struct HookRequest {
  oci::State state;
  std::vector<std::string> words;  // argv without the program's name
};

enum class Phase { kStart, kStop };

using HookFunction = void (*)(const HookRequest& request);

// The exit code. `name` begins the error line: "openwpar-hook-network: web1: …".
int run_hook(const char* name, int argc, char** argv, HookFunction hook);

// What "start" or "stop" says; throws kInvalidArgument for any other word.
Phase parse_phase(const std::string& word);
// The one word of a hook that has no other; without it, what the state's status says. Throws
// kInvalidArgument.
Phase phase_of(const HookRequest& request);
// The WPAR's name for messages and scripts: its annotation, else the container's id.
std::string name_of_wpar(const oci::State& state);
// The pid of the container's init; throws kInvalidConfig when the state has none.
int container_pid(const oci::State& state);

}  // namespace wpar::hooks
