// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kEventsOptions = {{
    {"interval", '\0', "DURATION", "time between two measurements (default: 5s)"},
    {"stats", '\0', "", "measure once, print it, end"},
}};

int events(const Globals& globals, const Parsed& parsed) {
  lifecycle::events(globals.context, events_request(parsed),
                    [](const std::string& document) { print(document + "\n"); });
  return 0;
}

}  // namespace

lifecycle::EventsOptions events_request(const Parsed& parsed) {
  lifecycle::EventsOptions options;
  options.id = parsed.arguments().front();
  options.once = parsed.flag("stats");
  if (parsed.has("interval")) {
    options.interval_ms = parse_duration_ms(parsed.text("interval"), "interval");
  }
  return options;
}

constinit const Command kEvents = {
    .name = "events",
    .arguments = "ID",
    .summary = "print what a container uses, and when it runs out of memory, as JSON lines",
    .options = kEventsOptions,
    .arity = {.min = 1, .max = 1},
    .run = events,
    .placement = Placement::kAnywhere};

}  // namespace wpar::cli
