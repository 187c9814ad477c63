// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include "runtime/base/error.h"
#include "runtime/base/rollback.h"
#include "runtime/init/hooks.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/poststart.h"
#include "runtime/lifecycle/spawn.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {
namespace {

void check_startable(const Container& container) {
  switch (container.status) {
    case state::Status::kCreated:
      break;
    case state::Status::kStopped:
      throw_error(ErrorKind::kWrongState, "cannot start a container that has stopped");
    case state::Status::kRunning:
      throw_error(ErrorKind::kWrongState, "cannot start an already running container");
    default:
      throw_error(ErrorKind::kWrongState, "cannot start a container in the {} state",
                  state::status_word(container.status));
  }
  if (!container.record.has_process) {
    throw_error(ErrorKind::kInvalidConfig,
                "cannot start container: /process is missing in its config.json");
  }
}

}  // namespace

void run_poststart_hooks(const state::Entry& entry, const state::Record& record) {
  if (!record.has_poststart_hooks) {
    return;
  }
  const plan::HooksPlan hooks = recorded_hooks(entry.config_text());
  Rollback rollback;
  rollback.on_failure([&] {
    if (const UniqueFd init = find_init(record)) {
      sys::send_signal(init, SIGKILL);
    }
  });
  init::run_hooks("poststart", hooks.poststart, hook_document(record, "running", record.pid),
                  record.bundle);
  rollback.keep();
}

void start(const Context& context, const std::string& id) {
  const Container container = open_container(context, id, state::Lock::kExclusive);
  check_startable(container);
  UniqueFd init = container.entry.knock();
  // From here on it counts as running: a start that is killed now has still let init through.
  container.entry.remove_gate();
  if (!init) {
    throw_error(ErrorKind::kWrongState, "cannot start an already running container");
  }
  wait_until_running(protocol::Channel(std::move(init)), init::init_steps());
  run_poststart_hooks(container.entry, container.record);
}

}  // namespace wpar::lifecycle
