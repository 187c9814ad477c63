// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/cgroup/resctrl.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/members.h"
#include "runtime/lifecycle/systemd.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {
namespace {

constexpr int kDyingMs = 100;  // a process that has just been killed is about to be gone

// What a runtime that was killed in create left behind: the journal knows it all.
void remove_unfinished(const Context& context, const std::string& id, const state::Entry& entry) {
  if (const auto journal = entry.find_journal()) {
    cgroup::Cgroup cgroup = open_cgroup(journal->cgroup_directories);
    cgroup.kill_all();
    cgroup.remove();
    if (!journal->unit.name.empty()) {
      stop_unit(journal->unit);
    }
    cgroup::remove_resctrl_groups(journal->resctrl_directories);
  }
  state::Store(context.root).release(id);
}

bool has_ended(const Container& container, int patience_ms) {
  if (container.status == state::Status::kStopped) {
    return true;
  }
  const UniqueFd init = find_init(container.record);
  return !init ||
         (container.status == state::Status::kRunning && sys::wait_for_end(init, patience_ms));
}

}  // namespace

void remove(const Context& context, const std::string& id, bool force) {
  const state::Store store(context.root);
  auto entry = store.find(id, state::Lock::kExclusive);
  if (!entry) {
    if (force) {
      return;
    }
    throw_error(ErrorKind::kNotFound, "container {} does not exist", id);
  }
  auto record = entry->find_record();
  if (!record) {
    if (!force) {
      throw_error(ErrorKind::kWrongState,
                  "cannot delete container {} that is not stopped: creating", id);
    }
    remove_unfinished(context, id, *entry);
    return;
  }
  const state::Status status = observe_status(*entry, *record);
  const Container container = {std::move(*entry), std::move(*record), status};
  if (!has_ended(container, force ? 0 : kDyingMs)) {
    if (!force) {
      throw_error(ErrorKind::kWrongState, "cannot delete container {} that is not stopped: {}", id,
                  state::status_word(status));
    }
    end_init(container);
  }
  destroy(context, container.entry, container.record);
}

}  // namespace wpar::lifecycle
