// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"
#include "runtime/lifecycle/container.h"

namespace wpar::lifecycle {

void pause(const Context& context, const std::string& id) {
  const Container container = open_container(context, id, state::Lock::kExclusive);
  if (container.status != state::Status::kRunning && container.status != state::Status::kCreated) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  open_cgroup(container.record.cgroup_directories).freeze();
}

void resume(const Context& context, const std::string& id) {
  const Container container = open_container(context, id, state::Lock::kExclusive);
  if (container.status != state::Status::kPaused) {
    throw_error(ErrorKind::kWrongState, "container not paused");
  }
  open_cgroup(container.record.cgroup_directories).thaw();
}

}  // namespace wpar::lifecycle
