// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/create.h"

#include <fcntl.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/log.h"
#include "runtime/base/path.h"
#include "runtime/base/rollback.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/mount_sources.h"
#include "runtime/lifecycle/namespaces.h"
#include "runtime/lifecycle/resctrl.h"
#include "runtime/lifecycle/rootless.h"
#include "runtime/lifecycle/scheduling.h"
#include "runtime/plan/build.h"
#include "runtime/sys/proc.h"
#include "runtime/sys/socket.h"
#include "specs/oci/parse_config.h"

namespace wpar::lifecycle {
namespace {

std::string current_directory() {
  const std::unique_ptr<char, void (*)(void*)> path(::getcwd(nullptr, 0), ::free);
  if (!path) {
    throw_errno("get the current directory");
  }
  return path.get();
}

std::string read_config(const std::string& bundle) {
  auto text = find_file(bundle + "/config.json");
  if (!text) {
    throw_error(ErrorKind::kNotFound, "JSON specification file config.json not found in {}",
                bundle);
  }
  return std::move(*text);
}

std::string now_rfc3339() {
  timespec now = {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  std::tm utc = {};
  ::gmtime_r(&now.tv_sec, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now.tv_nsec);
}

std::uint64_t own_namespaces(const plan::NamespacePlan& namespaces) {
  std::uint64_t flags = namespaces.create;
  for (const plan::NamespaceJoin& join : namespaces.join) {
    flags |= static_cast<std::uint64_t>(clone_flag(join.kind));
  }
  return flags;
}

state::Record make_record(const plan::Plan& plan, const Spawned& init,
                          const std::vector<std::string>& cgroup_directories) {
  const auto stat = sys::find_process_stat(init.child.pid());
  if (!stat) {
    throw_error(ErrorKind::kSystem, "init ended before it could be recorded");
  }
  return {.id = plan.id,
          .oci_version = plan.oci_version,
          .bundle = plan.bundle,
          .rootfs = plan.root.path,
          .created = now_rfc3339(),
          .owner = ::geteuid(),
          .pid = init.child.pid(),
          .start_time = stat->start_time,
          .namespaces = own_namespaces(plan.namespaces),
          .has_process = plan.has_process,
          .has_poststart_hooks = !plan.hooks.poststart.empty(),
          .has_poststop_hooks = !plan.hooks.poststop.empty(),
          .cgroup_manager = plan.cgroup.manager,
          .cgroup_directories = cgroup_directories,
          .stop_signal = plan.stop_signal,
          .annotations = plan.annotations};
}

plan::Plan make_plan(const Context& context, plan::HostFacts& host, const CreateOptions& options,
                     const std::string& bundle, const std::string& config_text) {
  oci::Config config = in_context("config.json", [&] { return oci::parse_config(config_text); });
  give_user_namespace(config, host);
  plan::Plan plan = in_context("config.json", [&] {
    return plan::build_plan(config, host,
                            {.id = options.id,
                             .bundle = bundle,
                             .no_pivot = options.no_pivot,
                             .no_new_keyring = options.no_new_keyring,
                             .cgroup_manager = context.cgroup_manager,
                             .preserve_fds = options.preserve_fds});
  });
  for (const std::string& warning : plan.warnings) {
    log::warn(warning);
  }
  return plan;
}

}  // namespace

ReadyContainer make_container(const Context& context, const CreateOptions& options,
                              StartBy start_by, UniqueFd console,
                              void (*check)(const plan::Plan&, const CreateOptions&)) {
  check_preserved_descriptors(options.preserve_fds);
  state::check_id(options.id);
  const std::string bundle = join_path(current_directory(), options.bundle);
  const std::string config_text = read_config(bundle);
  plan::HostFacts host = look_at_host(context);
  plan::Plan plan = make_plan(context, host, options, bundle, config_text);
  check(plan, options);
  if (!options.console_socket.empty()) {
    console =
        in_context("--console-socket", [&] { return sys::connect_unix(options.console_socket); });
  }

  const cgroup::Host hierarchies = cgroup::look_at_hierarchies();
  const bool has_cgroup = plan.cgroup.manager != plan::CgroupManager::kDisabled &&
                          !(host.rootless && hierarchies.hierarchies.empty());
  state::Store store(context.root);
  std::optional<cgroup::Cgroup> cgroup;
  const auto resctrl = find_resctrl_groups(plan);

  Rollback rollback;  // after what its actions use, before what must be gone when they run: init
  state::Entry entry = store.reserve(options.id);
  rollback.on_failure([&] { store.release(options.id); });
  rollback.on_failure([&] {
    if (resctrl) {
      cgroup::remove_resctrl_groups(resctrl->made());
    }
  });
  entry.write_journal(
      {.cgroup_directories = has_cgroup ? cgroup::cgroup_directories(hierarchies, plan.cgroup.path)
                                        : std::vector<std::string>{},
       .resctrl_directories = resctrl ? resctrl->directories() : std::vector<std::string>{}});
  entry.write_config(config_text);
  cgroup = has_cgroup ? cgroup::Cgroup::create(hierarchies, plan.cgroup.path, plan.cgroup.limits,
                                               host.rootless ? cgroup::Inaccessible::kLeaveOut
                                                             : cgroup::Inaccessible::kRefuse)
                      : cgroup::Cgroup::none();
  rollback.on_failure([&] {
    cgroup->kill_all();
    cgroup->remove();
  });
  if (plan.cgroup.delegate && cgroup->mode() == cgroup::Mode::kV2) {
    cgroup->delegate(plan.cgroup.delegate_to);
  }

  if (resctrl) {
    make_resctrl_groups(*resctrl);
  }

  init::Input input;
  input.plan = &plan;
  input.process = &plan.process;
  input.preserve_fds = options.preserve_fds;
  input.by_user = !may_administer(host);
  input.sources = open_mount_sources(plan, hierarchies, *cgroup, who_opens_mounts(host));
  input.console = std::move(console);
  input.hook_state = hook_state(plan, "created");
  input.lock = entry.directory().get();
  if (start_by == StartBy::kGate) {
    input.gate = entry.make_gate();
  }
  const init::HookState runtime_state = input.hook_state;

  Spawned init = spawn_init(std::move(input), cgroup->entry());
  // Whatever the hooks of the runtime have set up is for the poststop hooks to undo (runtime.md,
  // lifecycle 3 and 4: on failure continue with the deletion).
  rollback.on_failure([&] { run_poststop_hooks(plan.hooks, plan); });
  if (resctrl) {
    in_context("/linux/intelRdt",
               [&] { cgroup::enter_resctrl_groups(resctrl->groups(), init.child.pid()); });
  }
  serve_until_ready(init, plan, runtime_state);
  adjust_oom_score(init.child.pid(), plan.process);
  apply_scheduling(init.child.pid(), plan.process);
  state::Record record = make_record(plan, init, cgroup->directories());
  if (resctrl) {
    record.resctrl_directories = resctrl->directories();
    record.resctrl_groups = resctrl->groups();
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
  container.init.channel.send(protocol::Topic::kRecorded);
  container.init.child.detach();
}

}  // namespace wpar::lifecycle
