// SPDX-License-Identifier: Apache-2.0
#pragma once
// A recorded container as the commands after create see it. Parent.

#include <string>

#include "runtime/base/fd.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/lifecycle/lifecycle.h"
#include "runtime/state/record.h"
#include "runtime/state/status.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {

struct Container {
  state::Entry entry;
  state::Record record;
  state::Status status = state::Status::kStopped;
};

// Throws kNotFound when there is no such container, or when its create has not finished.
Container open_container(const Context& context, const std::string& id, state::Lock lock);
state::Status observe_status(const state::Entry& entry, const state::Record& record);

cgroup::Cgroup open_cgroup(const std::vector<std::string>& directories);
// The pidfd of the recorded init: invalid when that process has ended. Opened before the start time
// is compared, so that the number cannot have gone to another process in between.
UniqueFd find_init(const state::Record& record);

// SIGKILL to everybody in it, and waits for the end of init.
void end_init(const Container& container);
// Removes everything of a container that has ended: leftover processes, cgroup, state, poststop
// hooks.
void destroy(const Context& context, const state::Entry& entry, const state::Record& record);

}  // namespace wpar::lifecycle
