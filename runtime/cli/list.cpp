// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "specs/oci/write_config.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kListOptions = {{
    {"format", 'f', "table|json", "form of the list (default: table)"},
    {"quiet", 'q', "", "print the ids only"},
}};

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

// States only: a consumer of the JSON form cannot be given half of one.
std::string list_json(const std::vector<lifecycle::ListEntry>& entries) {
  std::vector<oci::State> states;
  for (const lifecycle::ListEntry& entry : entries) {
    if (entry.problem.empty()) {
      states.push_back(entry.state);
    }
  }
  return oci::write_states(states) + "\n";
}

int list(const Globals& globals, const Parsed& parsed) {
  const std::string format = parsed.has("format") ? parsed.text("format") : "table";
  if (format != "table" && format != "json") {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --format: expected table or json", format);
  }
  const std::vector<lifecycle::ListEntry> entries = lifecycle::list(globals.context);
  for (const lifecycle::ListEntry& entry : entries) {
    if (!entry.problem.empty()) {
      log::warn(fmt::format("container {}: {}", entry.state.id, entry.problem));
    }
  }
  if (parsed.flag("quiet")) {
    std::string ids;
    for (const lifecycle::ListEntry& entry : entries) {
      ids += entry.state.id + "\n";
    }
    print(ids);
  } else {
    print(format == "json" ? list_json(entries) : list_table(entries));
  }
  return 0;
}

}  // namespace

std::string list_table(const std::vector<lifecycle::ListEntry>& entries) {
  std::vector<std::vector<std::string>> rows = {
      {"ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"}};
  for (const auto& [state, problem] : entries) {
    rows.push_back({state.id, fmt::format("{}", state.pid), or_dash(state.status),
                    or_dash(state.bundle), or_dash(state.created), or_dash(state.owner)});
  }
  return align_columns(rows);
}

constinit const Command kList = {.name = "list",
                                 .arguments = "",
                                 .summary = "list the containers below the root",
                                 .options = kListOptions,
                                 .arity = {},
                                 .run = list};

}  // namespace wpar::cli
