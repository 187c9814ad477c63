// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/lifecycle/lifecycle.h"

namespace wpar::cli {
namespace {

int pause(const Globals& globals, const Parsed& parsed) {
  lifecycle::pause(globals.context, parsed.arguments().front());
  return 0;
}

int resume(const Globals& globals, const Parsed& parsed) {
  lifecycle::resume(globals.context, parsed.arguments().front());
  return 0;
}

}  // namespace

constinit const Command kPause = {.name = "pause",
                                  .arguments = "ID",
                                  .summary = "stop every process of a container until resume",
                                  .options = {},
                                  .arity = {.min = 1, .max = 1},
                                  .run = pause};

constinit const Command kResume = {.name = "resume",
                                   .arguments = "ID",
                                   .summary = "let a paused container go on",
                                   .options = {},
                                   .arity = {.min = 1, .max = 1},
                                   .run = resume};

}  // namespace wpar::cli
