// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/rollback.h"
#include "runtime/init/hooks.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/documents.h"
#include "runtime/lifecycle/notify.h"
#include "runtime/lifecycle/poststart.h"
#include "runtime/lifecycle/spawn.h"

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
  init::run_hooks("poststart", recorded_hooks(entry.config_text()).poststart,
                  hook_document(record, "running", record.pid), record.bundle);
}

void start(const Context& context, const std::string& id, const std::string& notify_socket) {
  const Container container = open_container(context, id, state::Lock::kExclusive);
  check_startable(container);
  std::optional<NotifyProxy> notify;
  if (!notify_socket.empty() && container.entry.has_notify()) {
    notify.emplace(container.entry, notify_socket);
  }
  UniqueFd init = container.entry.knock();
  // From here on it counts as running: a start that is killed now has still let init through.
  container.entry.remove_gate();
  if (!init) {
    throw_error(ErrorKind::kWrongState, "cannot start an already running container");
  }
  // A failing startContainer or poststart hook is the end of the container (runtime.md, lifecycle 7
  // and 9); a program that cannot be executed leaves a stopped one, as everywhere.
  Rollback rollback;
  rollback.on_failure([&] { destroy(context, container.entry, container.record); });
  rollback.on_failure([&] { end_init(container); });
  const protocol::Channel channel(std::move(init));
  if (auto failure = find_start_failure(channel, init::init_steps())) {
    if (!failure->by_hook) {
      rollback.keep();
    }
    throw Error(std::move(failure->error));
  }
  run_poststart_hooks(container.entry, container.record);
  rollback.keep();
  if (notify) {
    // It may take long, and `delete --force` must not have to wait for it.
    container.entry.unlock();
    if (const UniqueFd process = find_init(container.record)) {
      notify->wait_until_ready(process, container.record.pid);
    }
  }
}

}  // namespace wpar::lifecycle
