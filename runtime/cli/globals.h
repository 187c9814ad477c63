// SPDX-License-Identifier: Apache-2.0
#pragma once
// The options that stand before the command. Read once by cli.cpp; commands get the result.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/base/log.h"
#include "runtime/cli/options.h"
#include "runtime/lifecycle/lifecycle.h"

namespace wpar::cli {

extern const std::span<const Option> kGlobalOptions;

struct Globals {
  log::Options log;
  lifecycle::Context context;
};

// What the defaults depend on; a value, so that tests need no other user and no other environment.
struct Caller {
  bool is_root = true;
  bool is_root_of_user_namespace = false;  // whose user has a runtime directory
  std::string runtime_dir;                 // $XDG_RUNTIME_DIR, "" when unset
  std::string directory;                   // the current one
};
Caller look_at_caller();

Globals parse_globals(const Parsed& parsed, const Caller& caller);

// Every command that uses the state of containers. Throws kInvalidArgument where there is no place
// for it.
void require_state_root(const Globals& globals);

}  // namespace wpar::cli
