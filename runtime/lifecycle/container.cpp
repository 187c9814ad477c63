// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/container.h"

#include <sched.h>
#include <signal.h>

#include "runtime/base/error.h"
#include "runtime/cgroup/resctrl.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/members.h"
#include "runtime/lifecycle/systemd.h"
#include "runtime/sys/proc.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {

cgroup::Cgroup open_cgroup(const std::vector<std::string>& directories) {
  // One command sees one host: `list` asks once for a thousand containers.
  static const cgroup::Host host = cgroup::look_at_hierarchies();
  return directories.empty() ? cgroup::Cgroup::none() : cgroup::Cgroup::open(host, directories);
}

namespace {

// A record of an earlier version does not name the freezer.
bool is_frozen(const state::Record& record) {
  return record.freezer_directory.empty() ? open_cgroup(record.cgroup_directories).is_frozen()
                                          : cgroup::is_frozen_at(record.freezer_directory);
}

}  // namespace

state::Status observe_status(const state::Entry& entry, const state::Record& record) {
  state::Evidence evidence = {.recorded = true,
                              .init_alive = sys::is_running(record.pid, record.start_time)};
  if (evidence.init_alive) {
    evidence.gate_open = !entry.has_gate();
    evidence.frozen = is_frozen(record);
  }
  return state::derive_status(evidence);
}

Container open_container(const Context& context, const std::string& id, state::Lock lock) {
  const state::Store store(context.root);
  state::Entry entry = store.open(id, lock);
  auto record = entry.find_record();
  if (!record) {
    throw_error(
        ErrorKind::kNotFound,
        "container {} does not exist: its creation has not finished (delete --force removes it)",
        id);
  }
  const state::Status status = observe_status(entry, *record);
  return {std::move(entry), std::move(*record), status};
}

UniqueFd find_init(const state::Record& record) {
  UniqueFd pidfd = sys::find_process(record.pid);
  if (pidfd && !sys::is_running(record.pid, record.start_time)) {
    pidfd.reset();
  }
  return pidfd;
}

void end_init(const Container& container) {
  constexpr int kForcedMs = 10'000;  // runc's patience, too
  const UniqueFd init = find_init(container.record);
  // Init last: without a cgroup the others are known by it.
  kill_everybody(container.record, kForcedMs);
  if (init) {
    sys::send_signal(init, SIGKILL);
  }
  if (init && !sys::wait_for_end(init, kForcedMs)) {
    throw_error(ErrorKind::kSystem, "container init still running");
  }
}

void destroy(const Context& context, const state::Entry& entry, const state::Record& record) {
  cgroup::Cgroup cgroup = open_cgroup(record.cgroup_directories);
  // A pid namespace of its own has died with init; otherwise others may have outlived it.
  if ((record.namespaces & CLONE_NEWPID) == 0) {
    cgroup.kill_all();
  }
  cgroup.remove();
  if (!record.unit.name.empty()) {
    stop_unit(record.unit);
  }
  cgroup::remove_resctrl_groups(record.resctrl_directories);
  const plan::HooksPlan hooks =
      record.has_poststop_hooks ? recorded_hooks(entry.config_text()) : plan::HooksPlan{};
  state::Store(context.root).release(record.id);
  run_poststop_hooks(hooks, record);
}

}  // namespace wpar::lifecycle
