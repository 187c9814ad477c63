// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "runtime/base/error.h"
#include "runtime/base/rollback.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/create.h"
#include "runtime/lifecycle/foreground.h"
#include "runtime/lifecycle/notify.h"
#include "runtime/lifecycle/poststart.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

void check_detached(const plan::Plan& plan, const CreateOptions& options) {
  if (plan.process.terminal && options.console_socket.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot allocate tty if runwpar will detach without setting console socket");
  }
  if (!plan.process.terminal && !options.console_socket.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot use console socket if runwpar will not detach or allocate tty");
  }
}

void check_foreground(const plan::Plan&, const CreateOptions& options) {
  if (!options.console_socket.empty()) {
    throw_error(ErrorKind::kInvalidArgument,
                "cannot use console socket if runwpar will not detach or allocate tty");
  }
}

// Lets init go on; a container that could not be started is removed: run leaves all or nothing.
void let_run(const Context& context, ReadyContainer& container) {
  Rollback rollback;
  rollback.on_failure([&] {
    container.init.child.kill_and_wait();
    destroy(context, container.entry, container.record);
  });
  if (!container.record.has_process) {
    throw_error(ErrorKind::kInvalidConfig,
                "cannot start container: /process is missing in its config.json");
  }
  container.init.channel.send(
      {.topic = protocol::Topic::kStart, .pid = container.init.child.pid()});
  wait_until_running(container.init.channel, init::init_steps());
  run_poststart_hooks(container.entry, container.record);
  rollback.keep();
}

// The directory was made with the container; now that there is one, the socket is too.
std::optional<NotifyProxy> make_notify(const ReadyContainer& container,
                                       const CreateOptions& options) {
  std::optional<NotifyProxy> notify;
  if (!options.notify_socket.empty()) {
    notify.emplace(container.entry, options.notify_socket);
  }
  return notify;
}

}  // namespace

int run(const Context& context, const RunOptions& options) {
  if (options.detach) {
    ReadyContainer container =
        make_container(context, options.create, StartBy::kChannel, {}, check_detached);
    std::optional<NotifyProxy> notify = make_notify(container, options.create);
    let_run(context, container);
    if (notify) {
      notify->wait_until_ready(container.init.child.pidfd(), container.record.pid);
    }
    container.init.child.detach();
    return 0;
  }
  const BlockedSignals signals;
  if (!options.no_subreaper) {
    sys::become_subreaper();
  }
  auto [ours, theirs] = sys::make_packet_pair();
  ReadyContainer container = make_container(context, options.create, StartBy::kChannel,
                                            std::move(theirs), check_foreground);
  UniqueFd master = container.plan.process.terminal ? receive_terminal(ours) : UniqueFd();
  std::optional<NotifyProxy> notify = make_notify(container, options.create);
  let_run(context, container);
  const int exit_code = wait_in_foreground(container.init.child, signals, std::move(master),
                                           notify ? &*notify : nullptr);
  if (!options.keep) {
    destroy(context, container.entry, container.record);
  }
  return exit_code;
}

}  // namespace wpar::lifecycle
