// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/globals.h"

#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>

#include "runtime/base/path.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 11> kTable = {{
    {"debug", '\0', "", "log decisions, not only the fatal error: --log-level=debug"},
    {"log", '\0', "[file:|journald:|syslog:]NAME",
     "append the log to a file, or send it under this name (default: stderr)"},
    {"log-level", '\0', "error|warning|debug", "what to log (default: error)"},
    {"log-format", '\0', "text|json", "form of the log (default: text)"},
    {"root", '\0', "DIR",
     "keep the state of containers there (default: /run/runwpar; rootless: in $XDG_RUNTIME_DIR)"},
    {"cgroup-manager", '\0', "cgroupfs|systemd|disabled",
     "who makes cgroups (default: cgroupfs; disabled: nobody)"},
    {"systemd-cgroup", '\0', "", "the same as --cgroup-manager=systemd"},
    {"systemd-properties", '\0', "",
     "take every annotation org.systemd.property.NAME (default: those that engines set)"},
    {"rootless", '\0', "true|false|auto",
     "do without what needs privileges on the host (auto: when not root there)"},
    {"version", 'v', "", "show the version"},
    {"V", '\0', "", "the same, as crun has it", true},
}};

std::string one_of(const Parsed& parsed, std::string_view name,
                   std::initializer_list<std::string_view> choices) {
  std::string given = parsed.text(name);
  if (!parsed.has(name)) {
    return std::string(*choices.begin());
  }
  std::vector<std::string> words;
  for (const std::string_view choice : choices) {
    if (given == choice) {
      return given;
    }
    words.emplace_back(choice);
  }
  throw_error(ErrorKind::kInvalidArgument, "invalid value \"{}\" for --{}: expected {}", given,
              name, join(words, ", "));
}

// Empty when there is no place: a command that needs the state says so.
std::string default_root(lifecycle::Rootless rootless, const Caller& caller) {
  const bool is_rootless = rootless == lifecycle::Rootless::kAuto
                               ? !caller.is_root || caller.is_root_of_user_namespace
                               : rootless == lifecycle::Rootless::kYes;
  // A relative path would mean another place in every directory; the XDG specification ignores it
  // too.
  if (is_rootless && is_absolute(caller.runtime_dir)) {
    return join_path(caller.runtime_dir, "runwpar");
  }
  return is_rootless && !caller.is_root ? "" : "/run/runwpar";
}

lifecycle::Rootless choose_rootless(const Parsed& parsed) {
  const std::string word = one_of(parsed, "rootless", {"auto", "true", "false"});
  return word == "auto"   ? lifecycle::Rootless::kAuto
         : word == "true" ? lifecycle::Rootless::kYes
                          : lifecycle::Rootless::kNo;
}

std::string choose_root(const Parsed& parsed, lifecycle::Rootless rootless, const Caller& caller) {
  if (!parsed.has("root")) {
    return default_root(rootless, caller);
  }
  const std::string given = parsed.text("root");
  if (given.empty()) {
    throw_error(ErrorKind::kInvalidArgument, "--root needs a directory");
  }
  if (!is_absolute(given) && caller.directory.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "--root {} is relative, but the current directory is unknown", given);
  }
  std::string root = join_path(caller.directory, given);
  if (root == "/") {
    throw_error(ErrorKind::kInvalidArgument, "--root must not be the root directory \"/\"");
  }
  return root;
}

plan::CgroupManager choose_cgroup_manager(const Parsed& parsed) {
  const std::string word = one_of(parsed, "cgroup-manager", {"cgroupfs", "systemd", "disabled"});
  if (parsed.flag("systemd-cgroup")) {
    if (parsed.has("cgroup-manager") && word != "systemd") {
      throw_error(ErrorKind::kInvalidArgument,
                  "--systemd-cgroup and --cgroup-manager={} exclude each other", word);
    }
    return plan::CgroupManager::kSystemd;
  }
  return word == "systemd"    ? plan::CgroupManager::kSystemd
         : word == "disabled" ? plan::CgroupManager::kDisabled
                              : plan::CgroupManager::kCgroupfs;
}

struct LogTarget {
  std::string_view prefix;
  log::Target target;
};

constexpr LogTarget kLogTargets[] = {{"file:", log::Target::kFile},
                                     {"journald:", log::Target::kJournal},
                                     {"syslog:", log::Target::kSyslog}};

log::Options choose_log(const Parsed& parsed) {
  log::Options chosen;
  chosen.name = parsed.text("log");
  for (const auto& [prefix, target] : kLogTargets) {
    if (chosen.name.starts_with(prefix)) {
      chosen.name.erase(0, prefix.size());
      chosen.target = target;
      if (chosen.name.empty()) {
        throw_error(ErrorKind::kInvalidArgument, "--log {} needs a name behind the colon", prefix);
      }
      break;
    }
  }
  chosen.format = one_of(parsed, "log-format", {"text", "json"}) == "json" ? log::Format::kJson
                                                                           : log::Format::kText;
  const std::string level = one_of(parsed, "log-level", {"error", "warning", "debug"});
  if (parsed.flag("debug") || level == "debug") {
    chosen.level = log::Level::kDebug;
  } else if (level == "warning") {
    chosen.level = log::Level::kWarning;
  }
  return chosen;
}

}  // namespace

constinit const std::span<const Option> kGlobalOptions = kTable;

Caller look_at_caller() {
  std::array<char, PATH_MAX> directory = {};
  // Only a relative --root needs it, so a current directory that is gone is not an error yet.
  const bool known = ::getcwd(directory.data(), directory.size()) != nullptr;
  const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  const bool is_root = ::geteuid() == 0;
  // An engine that runs us as root of a user namespace says where its user's files are; a root
  // shell in such a namespace means the place of root.
  const char* user = std::getenv("USER");
  return {.is_root = is_root,
          .is_root_of_user_namespace = is_root && runtime_dir != nullptr && *runtime_dir == '/' &&
                                       (user == nullptr || std::string_view(user) != "root") &&
                                       lifecycle::in_user_namespace(),
          .runtime_dir = runtime_dir == nullptr ? "" : runtime_dir,
          .directory = known ? directory.data() : ""};
}

Globals parse_globals(const Parsed& parsed, const Caller& caller) {
  Globals globals;
  globals.log = choose_log(parsed);
  globals.context.rootless = choose_rootless(parsed);
  globals.context.root = choose_root(parsed, globals.context.rootless, caller);
  globals.context.cgroup_manager = choose_cgroup_manager(parsed);
  globals.context.any_systemd_property = parsed.flag("systemd-properties");
  return globals;
}

void require_state_root(const Globals& globals) {
  if (globals.context.root.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "XDG_RUNTIME_DIR is not set: without root the state of containers is kept below "
                "it; set it, or give --root DIR");
  }
}

}  // namespace wpar::cli
