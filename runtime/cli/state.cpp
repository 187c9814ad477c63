// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "specs/oci/write_config.h"

namespace wpar::cli {
namespace {

int state(const Globals& globals, const Parsed& parsed) {
  const oci::State state = lifecycle::state(globals.context, parsed.arguments().front());
  print(oci::write_state(state, oci::Indent::kTwoSpaces));
  return 0;
}

}  // namespace

constinit const Command kState = {.name = "state",
                                  .arguments = "ID",
                                  .summary = "print the state of a container as JSON",
                                  .options = {},
                                  .arity = {.min = 1, .max = 1},
                                  .run = state};

}  // namespace wpar::cli
