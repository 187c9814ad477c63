// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 1> kDeleteOptions = {{
    {"force", 'f', "", "kill a running container first; one that does not exist is no error"},
}};

int remove(const Globals& globals, const Parsed& parsed) {
  lifecycle::remove(globals.context, parsed.arguments().front(), parsed.flag("force"));
  return 0;
}

}  // namespace

constinit const Command kDelete = {.name = "delete",
                                   .arguments = "ID",
                                   .summary = "remove what is left of a stopped container",
                                   .options = kDeleteOptions,
                                   .arity = {.min = 1, .max = 1},
                                   .run = remove,
                                   .placement = Placement::kAnywhere};

}  // namespace wpar::cli
