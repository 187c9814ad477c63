// SPDX-License-Identifier: Apache-2.0
#pragma once
// The command line of runwpar, from words to an exit code. main() reads it in two steps, because
// what must happen in between depends on the command: interpret() decides, execute() acts.

#include <string>

#include "runtime/cli/command.h"
#include "runtime/cli/globals.h"
#include "runtime/cli/options.h"

namespace wpar::cli {

struct Invocation {
  const Command* command = nullptr;  // nothing to run: print `text`, or refuse
  Globals globals;
  Parsed parsed;
  std::string text;      // help
  std::string refusal;   // execute() throws it
  bool version = false;  // print the version
  int failure_code = 1;  // the exit code when execute() throws

  bool enters_container() const { return command != nullptr && command->enters_container; }
};

// The words after the program's name. Sets up the log as soon as the global options are known.
// `look` is asked only when a command needs its answer. Throws Error(kInvalidArgument); the exit
// code is then 1.
Invocation interpret(const Words& words, Caller (*look)() = look_at_caller);

// Every command, in the order of the help.
std::span<const Command* const> all_commands();

// The exit code. `argv` is the program's own: a command that enters a container begins by running
// the program once more from where the container cannot reach it (lifecycle::protect_own_binary).
int execute(const Invocation& invocation, char** argv);

}  // namespace wpar::cli
