// SPDX-License-Identifier: Apache-2.0
#pragma once
// One command of runwpar as data. Each stands in its own file with its option table, a pure
// function from words to the request (tested without a container), and a few lines that call
// lifecycle.

#include <cstddef>
#include <limits>
#include <span>
#include <string_view>

#include "runtime/cli/globals.h"
#include "runtime/cli/options.h"

namespace wpar::cli {

inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct Arity {
  std::size_t min = 0;
  std::size_t max = 0;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  // "ID [SIGNAL]", for the help
  std::string_view summary;
  std::span<const Option> options;
  Arity arity;
  // Returns the exit code.
  int (*run)(const Globals& globals, const Parsed& parsed);
  Placement placement = Placement::kBeforeArguments;
  bool uses_state = true;         // of containers: --root must be known
  bool enters_container = false;  // the program must be out of the container's reach first
  int failure_code = 1;           // when run() throws
};

extern const Command kCreate;
extern const Command kRun;
extern const Command kStart;
extern const Command kState;
extern const Command kKill;
extern const Command kDelete;
extern const Command kList;
extern const Command kExec;
extern const Command kPause;
extern const Command kResume;
extern const Command kPs;
extern const Command kEvents;
extern const Command kUpdate;
extern const Command kMounts;
extern const Command kSpec;
extern const Command kFeatures;
extern const Command kCheckpoint;
extern const Command kRestore;
extern const Command kLint;
extern const Command kExplain;
extern const Command kCompletion;

}  // namespace wpar::cli
