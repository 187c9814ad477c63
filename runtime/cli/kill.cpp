// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kKillOptions = {{
    {"all", 'a', "", "send the signal to every process of the container"},
    {"regex", 'r', "", "ID is an extended regular expression: every container that matches"},
}};

int kill(const Globals& globals, const Parsed& parsed) {
  if (parsed.flag("regex")) {
    lifecycle::kill_matching(globals.context, kill_request(parsed));
  } else {
    lifecycle::kill(globals.context, kill_request(parsed));
  }
  return 0;
}

}  // namespace

lifecycle::KillOptions kill_request(const Parsed& parsed) {
  const Words& arguments = parsed.arguments();
  lifecycle::KillOptions options = {
      .id = arguments.front(), .signal = {}, .all = parsed.flag("all")};
  if (arguments.size() > 1) {
    options.signal = parse_signal(arguments[1]);
  }
  return options;
}

constinit const Command kKill = {
    .name = "kill",
    .arguments = "ID|PATTERN [SIGNAL]",
    .summary = "send a signal (default: its stop signal, TERM) to a container",
    .options = kKillOptions,
    .arity = {.min = 1, .max = 2},
    .run = kill,
    .placement = Placement::kAnywhere};

}  // namespace wpar::cli
