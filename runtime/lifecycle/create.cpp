// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/create.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/rollback.h"
#include "runtime/lifecycle/bundle_plan.h"
#include "runtime/lifecycle/cgroup_maker.h"
#include "runtime/lifecycle/criu/descriptors.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/mount_sources.h"
#include "runtime/lifecycle/namespaces.h"
#include "runtime/lifecycle/resctrl.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/lifecycle/scheduling.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

std::uint64_t own_namespaces(const plan::NamespacePlan& namespaces) {
  std::uint64_t flags = namespaces.create;
  for (const plan::NamespaceJoin& join : namespaces.join) {
    flags |= static_cast<std::uint64_t>(clone_flag(join.kind));
  }
  return flags;
}

init::Input input_of(const plan::Plan& plan, const plan::HostFacts& host,
                     const cgroup::Host& hierarchies, cgroup::Cgroup& cgroup, UniqueFd console) {
  init::Input input;
  input.plan = &plan;
  input.process = &plan.process;
  input.preserve_fds = plan.preserve_fds;
  input.by_user = !may_administer(host);
  input.cannot_return = host.in_user_namespace;
  input.sources = open_mount_sources(plan, hierarchies, cgroup, who_opens_mounts(host));
  input.console = std::move(console);
  input.hook_state = hook_state(plan, "created");
  input.seccomp_receiver = connect_seccomp_listener(plan.process.seccomp);
  input.seccomp_state = seccomp_state(plan);
  return input;
}

}  // namespace

ReadyContainer make_container(const Context& context, const CreateOptions& options,
                              StartBy start_by, UniqueFd console,
                              void (*check)(const plan::Plan&, const CreateOptions&)) {
  check_preserved_descriptors(options.listen_fds + options.preserve_fds);
  state::check_id(options.id);
  const std::string bundle = from_current_directory(options.bundle);
  const std::string config_text = read_config(bundle, options.config_file);
  plan::HostFacts host = look_at_host(context);
  plan::Plan plan = make_plan(context, host, options, bundle, config_text);
  check(plan, options);
  if (!options.console_socket.empty()) {
    console =
        in_context("--console-socket", [&] { return sys::connect_unix(options.console_socket); });
  }

  const cgroup::Host hierarchies = cgroup::look_at_hierarchies();
  CgroupMaker cgroup_maker(plan, hierarchies, host.rootless);
  state::Store store(context.root);
  const auto resctrl = find_resctrl_groups(plan);

  Rollback rollback;  // after what its actions use, before what must be gone when they run: init
  state::Entry entry = store.reserve(options.id);
  rollback.on_failure([&] { store.release(options.id); });
  rollback.on_failure([&] {
    if (resctrl) {
      cgroup::remove_resctrl_groups(resctrl->made());
    }
  });
  state::Journal journal = {
      .cgroup_directories = {},
      .resctrl_directories = resctrl ? resctrl->directories() : std::vector<std::string>{}};
  cgroup_maker.fill(journal);
  entry.write_journal(journal);
  entry.write_config(config_text);
  if (!options.notify_socket.empty()) {
    entry.make_notify();
  }
  cgroup::Cgroup& cgroup = cgroup_maker.make(entry, journal, rollback);
  if (plan.cgroup.delegate && cgroup.mode() == cgroup::Mode::kV2) {
    cgroup.delegate(plan.cgroup.delegate_to);
  }

  if (resctrl) {
    make_resctrl_groups(*resctrl);
  }

  init::Input input = input_of(plan, host, hierarchies, cgroup, std::move(console));
  input.lock = entry.directory().get();
  if (start_by == StartBy::kGate) {
    input.gate = entry.make_gate();
  }
  const init::HookState runtime_state = input.hook_state;
  Spawned init = spawn_init(std::move(input), cgroup.entry());
  // Whatever the hooks of the runtime have set up is for the poststop hooks to undo (runtime.md,
  // lifecycle 3 and 4: on failure continue with the deletion).
  rollback.on_failure([&] { run_poststop_hooks(plan.hooks, plan); });
  if (resctrl) {
    in_context("/linux/intelRdt",
               [&] { cgroup::enter_resctrl_groups(resctrl->groups(), init.child.pid()); });
  }
  serve_until_ready(init, plan, runtime_state, rollback);
  cgroup_maker.entered();
  adjust_oom_score(init.child.pid(), plan.process);
  apply_scheduling(init.child.pid(), plan.process);
  state::Record record =
      make_record(plan, init.child.pid(), own_namespaces(plan.namespaces), cgroup);
  if (resctrl) {
    record.resctrl_directories = resctrl->directories();
    record.resctrl_groups = resctrl->groups();
  }
  if (!plan.process.terminal) {
    record.standard_descriptors = standard_descriptors();
  }
  if (!options.pidfd_socket.empty()) {
    const UniqueFd receiver = sys::connect_unix(options.pidfd_socket);
    sys::send_descriptor(receiver, "pidfd", init.child.pidfd());
  }
  if (!options.pid_file.empty()) {
    replace_file(options.pid_file, std::to_string(record.pid), 0644);
    rollback.on_failure([&] { ::unlink(options.pid_file.c_str()); });
  }
  entry.write_record(record);
  rollback.keep();
  return {std::move(plan), std::move(record), std::move(entry), std::move(init)};
}

void create(const Context& context, const CreateOptions& options) {
  ReadyContainer container = make_container(
      context, options, StartBy::kGate, {}, [](const plan::Plan& plan, const CreateOptions& given) {
        if (plan.process.terminal && given.console_socket.empty()) {
          throw_error(ErrorKind::kInvalidArgument,
                      "cannot allocate tty if runwpar will detach without setting console socket");
        }
        if (!plan.process.terminal && !given.console_socket.empty()) {
          throw_error(ErrorKind::kInvalidArgument,
                      "cannot use console socket if runwpar will not detach or allocate tty");
        }
      });
  container.init.channel.send(
      {.topic = protocol::Topic::kRecorded, .pid = container.init.child.pid()});
  container.init.child.detach();
}

}  // namespace wpar::lifecycle
