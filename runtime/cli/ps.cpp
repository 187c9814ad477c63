// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 1> kPsOptions = {{
    {"format", 'f', "table|json", "what ps prints, or the process ids only (default: table)"},
}};

std::string json_of(const std::vector<pid_t>& pids) {
  std::string text = "[";
  for (const pid_t pid : pids) {
    text += fmt::format("{}{}", text.size() > 1 ? "," : "", pid);
  }
  return text + "]\n";
}

int ps(const Globals& globals, const Parsed& parsed) {
  const std::string format = parsed.has("format") ? parsed.text("format") : "table";
  if (format != "table" && format != "json") {
    throw_error(ErrorKind::kInvalidArgument,
                "invalid value \"{}\" for --format: expected table or json", format);
  }
  const Words& arguments = parsed.arguments();
  const std::vector<pid_t> pids = lifecycle::processes(globals.context, arguments.front());
  if (format == "json") {
    print(json_of(pids));
    return 0;
  }
  const Words options =
      arguments.size() > 1 ? Words(arguments.begin() + 1, arguments.end()) : Words{"-ef"};
  print(select_processes(lifecycle::process_table(options), pids));
  return 0;
}

}  // namespace

std::string select_processes(std::string_view table, const std::vector<pid_t>& pids) {
  const auto lines = split(table, '\n');
  const auto head = split_words(lines.front());
  const auto column = std::find(head.begin(), head.end(), "PID");
  if (column == head.end()) {
    throw_error(ErrorKind::kInvalidArgument,
                "ps prints no column PID with these options, so that its lines cannot be told "
                "apart");
  }
  const auto place = static_cast<std::size_t>(column - head.begin());
  std::string selected(lines.front());
  selected += '\n';
  for (const std::string_view line : std::span(lines).subspan(1)) {
    const auto words = split_words(line);
    const auto pid = words.size() > place ? parse_integer<pid_t>(words[place]) : std::nullopt;
    if (pid && std::find(pids.begin(), pids.end(), *pid) != pids.end()) {
      selected += line;
      selected += '\n';
    }
  }
  return selected;
}

constinit const Command kPs = {.name = "ps",
                               .arguments = "ID [PS-OPTION...]",
                               .summary = "list the processes of a container",
                               .options = kPsOptions,
                               .arity = {.min = 1, .max = kAnyNumber},
                               .run = ps};

}  // namespace wpar::cli
