// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/service.h"

namespace wpar::cli {
namespace {

int start(const Globals& globals, const Parsed& parsed) {
  lifecycle::start(globals.context, parsed.arguments().front(), notify_socket());
  return 0;
}

}  // namespace

constinit const Command kStart = {.name = "start",
                                  .arguments = "ID",
                                  .summary = "let the process of a created container run",
                                  .options = {},
                                  .arity = {.min = 1, .max = 1},
                                  .run = start};

}  // namespace wpar::cli
