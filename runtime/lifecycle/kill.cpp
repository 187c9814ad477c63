// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <signal.h>

#include "runtime/base/error.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/members.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {
namespace {

constexpr int kForcedMs = 10'000;

void signal_all(const state::Record& record, int signal) {
  if (signal == SIGKILL) {
    kill_everybody(record, kForcedMs);
  } else {
    signal_everybody(record, signal);
  }
}

}  // namespace

void kill(const Context& context, const KillOptions& options) {
  const Container container = open_container(context, options.id, state::Lock::kNone);
  const state::Record& record = container.record;
  const int signal = options.signal.value_or(record.stop_signal);
  const bool own_pids = (record.namespaces & CLONE_NEWPID) != 0;
  if (container.status == state::Status::kStopped) {
    if (options.all || (!own_pids && signal == SIGKILL)) {
      // Init is gone; without a pid namespace of their own the others may live on.
      signal_all(record, signal);
      return;
    }
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  if (options.all || (!own_pids && signal == SIGKILL)) {
    signal_all(record, signal);
    return;
  }
  const UniqueFd init = find_init(record);
  if (!init || !sys::send_signal(init, signal)) {
    throw_error(ErrorKind::kWrongState, "container not running");
  }
  if (signal == SIGKILL && container.status == state::Status::kPaused) {
    open_cgroup(record.cgroup_directories)
        .thaw();  // a frozen v1 process dies only when it is thawed
  }
}

}  // namespace wpar::lifecycle
