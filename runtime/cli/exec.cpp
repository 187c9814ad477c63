// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 17> kExecOptions = {{
    {"process", 'p', "FILE", "run the process that this JSON file describes"},
    {"cwd", '\0', "DIR", "its current directory (default: the container's)"},
    {"env", 'e', "NAME=VALUE", "add to the container's environment; may be repeated"},
    {"tty", 't', "", "give it a terminal"},
    {"user", 'u', "UID[:GID]", "run as this user (default: the container's)"},
    {"additional-gids", 'g', "GID", "one more group; may be repeated"},
    {"cap", 'c', "CAP", "one more capability; may be repeated"},
    {"no-new-privs", '\0', "", "set no_new_privs"},
    {"apparmor", '\0', "PROFILE", "run under this AppArmor profile"},
    {"process-label", '\0', "LABEL", "run with this SELinux label"},
    {"detach", 'd', "", "do not wait for the end of the process"},
    {"ignore-paused", '\0', "", "join a paused container; the process waits for resume"},
    {"console-socket", '\0', "SOCKET", "send the terminal's master to this Unix socket"},
    {"pidfd-socket", '\0', "SOCKET", "send a pidfd of the process to this Unix socket"},
    {"pid-file", '\0', "FILE", "write the process id to FILE"},
    {"cgroup", '\0', "[CONTROLLER:]PATH",
     "a cgroup below the container's, which must exist; may be repeated with other controllers"},
    {"preserve-fds", '\0', "N", "give the process the descriptors 3 to 3+N-1 (default: 0)"},
}};

// What a process file says itself: an option beside it would be without effect.
constexpr std::string_view kSaidByProcessFile[] = {
    "cwd", "env", "user", "additional-gids", "cap", "no-new-privs", "apparmor", "process-label"};

void require_one_description(const Parsed& parsed) {
  const bool has_command = parsed.arguments().size() > 1;
  if (!parsed.has("process")) {
    if (!has_command) {
      throw_error(ErrorKind::kInvalidArgument, "exec needs a command or --process FILE");
    }
    return;
  }
  if (has_command) {
    throw_error(ErrorKind::kInvalidArgument, "--process and a command exclude each other");
  }
  for (const std::string_view name : kSaidByProcessFile) {
    if (parsed.has(name)) {
      throw_error(ErrorKind::kInvalidArgument, "--process and --{} exclude each other", name);
    }
  }
}

int exec(const Globals& globals, const Parsed& parsed) {
  // Podman and Docker tell their own failures from the program's by this text and exit code 255.
  return in_context("exec failed",
                    [&] { return lifecycle::exec(globals.context, exec_request(parsed)); });
}

}  // namespace

lifecycle::ExecOptions exec_request(const Parsed& parsed) {
  require_one_description(parsed);
  lifecycle::ExecOptions options;
  options.id = parsed.arguments().front();
  options.args.assign(parsed.arguments().begin() + 1, parsed.arguments().end());
  options.process_file = parsed.text("process");
  options.cwd = parsed.text("cwd");
  options.env = parsed.texts("env");
  for (const std::string& variable : options.env) {
    if (variable.find('=') == std::string::npos || variable.front() == '=') {
      throw_error(ErrorKind::kInvalidArgument, "--env \"{}\": expected NAME=VALUE", variable);
    }
  }
  options.terminal = parsed.flag("tty");
  options.user = parsed.text("user");
  if (parsed.has("user")) {
    parse_user(options.user);
  }
  for (const std::string& gid : parsed.texts("additional-gids")) {
    options.additional_gids.push_back(parse_id(gid, "group id"));
  }
  options.capabilities = parsed.texts("cap");
  options.no_new_privileges = parsed.flag("no-new-privs");
  options.detach = parsed.flag("detach");
  options.ignore_paused = parsed.flag("ignore-paused");
  options.console_socket = parsed.text("console-socket");
  options.pidfd_socket = parsed.text("pidfd-socket");
  options.pid_file = parsed.text("pid-file");
  options.apparmor_profile = parsed.text("apparmor");
  options.process_label = parsed.text("process-label");
  options.cgroups = parse_cgroups(parsed.texts("cgroup"));
  options.preserve_fds = parsed.number<unsigned int>("preserve-fds");
  return options;
}

constinit const Command kExec = {.name = "exec",
                                 .arguments = "ID COMMAND [ARGUMENT...]",
                                 .summary = "run one more process in a running container",
                                 .options = kExecOptions,
                                 .arity = {.min = 1, .max = kAnyNumber},
                                 .run = exec,
                                 .enters_container = true,
                                 .failure_code = 255};

}  // namespace wpar::cli
