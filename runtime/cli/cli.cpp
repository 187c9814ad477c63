// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/cli.h"

#include <array>

#include "runtime/cli/output.h"
#include "specs/oci/config.h"

#ifndef WPAR_COMMIT
#define WPAR_COMMIT "unknown"
#endif

namespace wpar::cli {
namespace {

constexpr int kUnknownCommandCode = 3;

constexpr std::array<const Command*, 21> kCommands = {
    &kCreate,  &kRun,  &kStart,    &kState,  &kKill,    &kDelete,     &kList,
    &kExec,    &kPs,   &kPause,    &kResume, &kUpdate,  &kEvents,     &kCheckpoint,
    &kRestore, &kSpec, &kFeatures, &kLint,   &kExplain, &kCompletion, &kMounts,
};

const Command* find_command(std::string_view name) {
  for (const Command* command : kCommands) {
    if (command->name == name) {
      return command;
    }
  }
  return nullptr;
}

std::string general_help() {
  std::string text =
      "Usage: runwpar [global options] COMMAND [options] [arguments]\n\n"
      "Runs workload partitions as OCI containers.\n\nCommands:\n";
  for (const Command* command : kCommands) {
    text += fmt::format("  {:<12}{}\n", command->name, command->summary);
  }
  return text + "\nGlobal options:\n" + describe_options(kGlobalOptions) +
         "\nrunwpar COMMAND --help tells more about a command.\n";
}

std::string command_help(const Command& command) {
  return fmt::format("Usage: runwpar {} [options]{}{}\n\n{}\n\nOptions:\n{}", command.name,
                     command.arguments.empty() ? "" : " ", command.arguments, command.summary,
                     describe_options(command.options));
}

std::string version_text() {
  return fmt::format("runwpar version {}\ncommit: {}\nspec: {}\nlibseccomp: {}\n", WPAR_VERSION,
                     WPAR_COMMIT, oci::kSpecVersion, lifecycle::libseccomp_version());
}

void check_arity(const Command& command, std::size_t given) {
  const auto [min, max] = command.arity;
  if (min == max && given != min) {
    throw_error(ErrorKind::kInvalidArgument, "\"{}\" requires exactly {} argument(s)", command.name,
                min);
  }
  if (given < min) {
    throw_error(ErrorKind::kInvalidArgument, "\"{}\" requires a minimum of {} argument(s)",
                command.name, min);
  }
  if (given > max) {
    throw_error(ErrorKind::kInvalidArgument, "\"{}\" requires a maximum of {} argument(s)",
                command.name, max);
  }
}

Invocation unknown_command(Invocation call, std::string_view name) {
  call.refusal = fmt::format("unknown command \"{}\"", name);
  call.failure_code = kUnknownCommandCode;
  return call;
}

bool is_help(std::string_view word) {
  return word == "help" || word == "h";
}

// "help" or "help COMMAND".
Invocation help_on(Invocation call, std::span<const std::string> topic) {
  if (topic.empty() || is_help(topic.front())) {
    call.text = general_help();
    return call;
  }
  const Command* command = find_command(topic.front());
  if (command == nullptr) {
    return unknown_command(std::move(call), topic.front());
  }
  call.text = command_help(*command);
  return call;
}

}  // namespace

Invocation interpret(const Words& words, Caller (*look)()) {
  Invocation call;
  const Parsed globals = parse_options(kGlobalOptions, words);
  const Words& rest = globals.arguments();
  if (globals.flag("version") || globals.flag("V")) {
    call.version = true;
    return call;
  }
  if (globals.help_wanted() || rest.empty()) {
    call.text = general_help();
    return call;
  }
  if (is_help(rest.front())) {
    return help_on(std::move(call), std::span(rest).subspan(1));
  }
  call.globals = parse_globals(globals, look());
  log::set_up(call.globals.log);
  const Command* command = find_command(rest.front());
  if (command == nullptr) {
    return unknown_command(std::move(call), rest.front());
  }
  call.parsed = parse_options(command->options, std::span(rest).subspan(1), command->placement);
  if (call.parsed.help_wanted()) {
    call.text = command_help(*command);
    return call;
  }
  check_arity(*command, call.parsed.arguments().size());
  call.command = command;
  call.failure_code = command->failure_code;
  return call;
}

std::span<const Command* const> all_commands() {
  return kCommands;
}

int execute(const Invocation& invocation, char** argv) {
  if (!invocation.refusal.empty()) {
    throw Error(ErrorKind::kInvalidArgument, invocation.refusal);
  }
  if (invocation.command != nullptr && invocation.command->uses_state) {
    require_state_root(invocation.globals);
  }
  if (invocation.enters_container()) {
    lifecycle::protect_own_binary(argv);
  }
  if (invocation.command != nullptr) {
    return invocation.command->run(invocation.globals, invocation.parsed);
  }
  print(invocation.version ? version_text() : invocation.text);
  return 0;
}

}  // namespace wpar::cli
