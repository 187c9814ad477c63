// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

int mounts(const Globals& globals, const Parsed& parsed) {
  const Words& words = parsed.arguments();
  if (words[0] == "add") {
    lifecycle::add_mounts(globals.context, words[1], words[2]);
  } else if (words[0] == "remove") {
    lifecycle::remove_mounts(globals.context, words[1], words[2]);
  } else {
    throw_error(ErrorKind::kInvalidArgument, "\"mounts\" wants add or remove, not \"{}\"",
                words[0]);
  }
  return 0;
}

}  // namespace

constinit const Command kMounts = {
    .name = "mounts",
    .arguments = "add|remove ID FILE",
    .summary = "add mounts of a JSON file to a running container, or remove them",
    .options = {},
    .arity = {.min = 3, .max = 3},
    .run = mounts,
    .enters_container = true};

}  // namespace wpar::cli
