// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/resctrl.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/foreground.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/lifecycle/scheduling.h"
#include "runtime/lifecycle/spawn.h"
#include "runtime/plan/build.h"
#include "runtime/sys/open.h"
#include "runtime/sys/proc.h"
#include "runtime/sys/socket.h"
#include "specs/oci/parse_config.h"

namespace wpar::lifecycle {
namespace {

void check_executable_in(const Container& container, bool ignore_paused) {
  switch (container.status) {
    case state::Status::kStopped:
      throw_error(ErrorKind::kWrongState, "cannot exec in a stopped container");
    case state::Status::kPaused:
      if (!ignore_paused) {
        throw_error(ErrorKind::kWrongState,
                    "cannot exec in a paused container (use --ignore-paused to override)");
      }
      break;
    default:
      break;
  }
}

void set_user(const std::string& text, oci::User& user) {
  const auto parts = split(text, ':');
  const auto uid = parse_integer<std::uint32_t>(parts[0]);
  const auto gid = parts.size() > 1 ? parse_integer<std::uint32_t>(parts[1]) : user.gid;
  constexpr std::uint32_t kNoId = ~std::uint32_t{0};  // "leave unchanged" to the kernel
  if (parts.size() > 2 || !uid || !gid || *uid == kNoId || *gid == kNoId) {
    throw_error(ErrorKind::kInvalidArgument, "invalid user \"{}\": expected UID or UID:GID", text);
  }
  user.uid = *uid;
  user.gid = *gid;
}

// What keeps the container's processes in their place holds for one that a process file describes
// as well, unless the file says something else itself.
oci::Process described_by(const std::string& file, const oci::Config& config) {
  oci::Process process = in_context(file, [&] { return oci::parse_process(read_file(file)); });
  if (!config.process) {
    return process;
  }
  const oci::Process& first = *config.process;
  const auto inherit = [](auto& own, const auto& container) {
    if (!own) {
      own = container;
    }
  };
  inherit(process.apparmor_profile, first.apparmor_profile);
  inherit(process.selinux_label, first.selinux_label);
  inherit(process.scheduler, first.scheduler);
  inherit(process.io_priority, first.io_priority);
  inherit(process.exec_cpu_affinity, first.exec_cpu_affinity);
  if (process.rlimits.empty()) {
    process.rlimits = first.rlimits;
  }
  return process;
}

// The container's process with what the command line says instead. Capabilities are never
// inheritable (CVE-2022-29162).
oci::Process process_of(const ExecOptions& options, const oci::Config& config) {
  if (!options.process_file.empty()) {
    return described_by(options.process_file, config);
  }
  if (!config.process) {
    throw_error(ErrorKind::kInvalidConfig, "/process is missing in config.json");
  }
  oci::Process process = *config.process;
  process.args = options.args;
  process.terminal = options.terminal;
  process.console_size.reset();
  process.env.insert(process.env.end(), options.env.begin(), options.env.end());
  if (!options.cwd.empty()) {
    process.cwd = options.cwd;
  }
  if (!options.user.empty()) {
    set_user(options.user, process.user);
  }
  process.user.additional_gids.insert(process.user.additional_gids.end(),
                                      options.additional_gids.begin(),
                                      options.additional_gids.end());
  if (options.no_new_privileges) {
    process.no_new_privileges = true;
  }
  if (!options.apparmor_profile.empty()) {
    process.apparmor_profile = options.apparmor_profile;
  }
  if (!options.process_label.empty()) {
    process.selinux_label = options.process_label;
  }
  if (!options.capabilities.empty() && !process.capabilities) {
    process.capabilities.emplace();
  }
  for (const std::string& name : options.capabilities) {
    for (auto* set : {&process.capabilities->bounding, &process.capabilities->effective,
                      &process.capabilities->permitted}) {
      set->push_back(name);
    }
  }
  return process;
}

void check_console(const ExecOptions& options, const plan::ProcessPlan& process) {
  if (options.detach && process.terminal && options.console_socket.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot allocate tty if runwpar will detach without setting console socket");
  }
  if (!options.console_socket.empty() && (!options.detach || !process.terminal)) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot use console socket if runwpar will not detach or allocate tty");
  }
}

// Of a container in the runtime's own mount namespace. The process is looked at once more after the
// open: then the number was still its own when /proc was read.
UniqueFd open_root_of(const state::Record& record) {
  UniqueFd root = sys::open_path(fmt::format("/proc/{}/root", record.pid), O_PATH | O_DIRECTORY);
  if (!sys::is_running(record.pid, record.start_time)) {
    throw_error(ErrorKind::kWrongState, "cannot exec in a stopped container");
  }
  return root;
}

init::Input make_input(const Container& container, const plan::ExecPlan& plan, UniqueFd console) {
  init::Input input;
  input.process = &plan.process;
  input.preserve_fds = plan.preserve_fds;
  input.console = std::move(console);
  input.target = find_init(container.record);
  if (!input.target) {
    throw_error(ErrorKind::kWrongState, "cannot exec in a stopped container");
  }
  input.target_namespaces = static_cast<int>(container.record.namespaces);
  if ((container.record.namespaces & CLONE_NEWNS) == 0) {
    input.target_root = open_root_of(container.record);
  }
  input.seccomp_receiver = connect_seccomp_listener(plan.process.seccomp);
  input.seccomp_state = seccomp_state(plan.process.seccomp, container);
  return input;
}

void announce(const ExecOptions& options, const sys::Child& child) {
  if (!options.pidfd_socket.empty()) {
    sys::send_descriptor(sys::connect_unix(options.pidfd_socket), "pidfd", child.pidfd());
  }
  if (!options.pid_file.empty()) {
    replace_file(options.pid_file, std::to_string(child.pid()), 0644);
  }
}

cgroup::Entry open_entry(const Container& container, const ExecOptions& options) {
  const cgroup::Cgroup cgroup = open_cgroup(container.record.cgroup_directories);
  if (!options.cgroups.empty()) {
    return in_context("--cgroup", [&] { return cgroup.entry(options.cgroups); });
  }
  return cgroup.entry_beside(
      [&] { return find_file(fmt::format("/proc/{}/cgroup", container.record.pid)).value_or(""); });
}

}  // namespace

int exec(const Context& context, const ExecOptions& options) {
  check_preserved_descriptors(options.preserve_fds);
  const Container container = open_container(context, options.id, state::Lock::kNone);
  check_executable_in(container, options.ignore_paused);
  oci::Config config = oci::parse_config(container.entry.config_text());
  plan::HostFacts host = look_at_host(context);
  give_user_namespace(config, host);
  const oci::Process process = process_of(options, config);
  const plan::ExecPlan plan = plan::build_exec_plan(config, process, host, options.preserve_fds);
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  check_console(options, plan.process);

  const BlockedSignals signals;
  UniqueFd console;
  UniqueFd theirs;
  if (!options.console_socket.empty()) {
    theirs =
        in_context("--console-socket", [&] { return sys::connect_unix(options.console_socket); });
  } else if (plan.process.terminal) {
    std::tie(console, theirs) = sys::make_packet_pair();
  }
  move_to_initial_cpus(plan.process);
  init::Input input = make_input(container, plan, std::move(theirs));
  input.by_user = !may_administer(host);
  input.cannot_return = host.in_user_namespace;
  Spawned spawned = spawn_exec(std::move(input), open_entry(container, options));
  cgroup::enter_resctrl_groups(container.record.resctrl_groups, spawned.child.pid());
  wait_until_ready(spawned, init::exec_steps());
  adjust_oom_score(spawned.child.pid(), plan.process);
  apply_scheduling(spawned.child.pid(), plan.process);
  UniqueFd master = console ? receive_terminal(console) : UniqueFd();
  announce(options, spawned.child);
  spawned.channel.send({.topic = protocol::Topic::kStart, .pid = spawned.child.pid()});
  wait_until_running(spawned.channel, init::exec_steps());
  if (options.detach) {
    spawned.child.detach();
    return 0;
  }
  return wait_in_foreground(spawned.child, signals, std::move(master));
}

}  // namespace wpar::lifecycle
