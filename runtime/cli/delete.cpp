// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kDeleteOptions = {{
    {"force", 'f', "", "kill a running container first; one that does not exist is no error"},
    {"regex", 'r', "", "ID is an extended regular expression: every container that matches"},
}};

int remove_container(const Globals& globals, const Parsed& parsed) {
  const auto remove = parsed.flag("regex") ? lifecycle::remove_matching : lifecycle::remove;
  remove(globals.context, parsed.arguments().front(), parsed.flag("force"));
  return 0;
}

}  // namespace

constinit const Command kDelete = {.name = "delete",
                                   .arguments = "ID|PATTERN",
                                   .summary = "remove what is left of a stopped container",
                                   .options = kDeleteOptions,
                                   .arity = {.min = 1, .max = 1},
                                   .run = remove_container,
                                   .placement = Placement::kAnywhere};

}  // namespace wpar::cli
