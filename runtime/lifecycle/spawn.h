// SPDX-License-Identifier: Apache-2.0
#pragma once
// Makes the container's first process, or one more in it, and leads it to the point where it is
// ready.

#include <optional>
#include <span>
#include <string>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/base/rollback.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/init/context.h"
#include "runtime/init/steps.h"
#include "runtime/protocol/channel.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {

// A process of ours in a container: killed and reaped unless it is detached or waited for.
struct Spawned {
  sys::Child child;
  protocol::Channel channel;
};

// --preserve-fds: the descriptors 3 … 3+count-1 must be the caller's. Called before any of ours is
// open.
void check_preserved_descriptors(unsigned int count);

// Clones init (one clone3; a stager first only where the kernel needs one) and gives it `input`,
// whose channel is filled in here.
Spawned spawn_init(init::Input input, cgroup::Entry entry);
Spawned spawn_exec(init::Input input, cgroup::Entry entry);
// A process that goes through `steps` in the container and ends.
Spawned spawn_for_mounts(init::Input input, std::span<const init::StepEntry> steps);

// Answers init until it is ready. `state` is the state document for prestart and createRuntime
// hooks, without the pid. Throws what init reports: "init could not set up the mounts: …". What is
// moved into the container goes back with `rollback`.
void serve_until_ready(Spawned& init, const plan::Plan& plan, const init::HookState& state,
                       Rollback& rollback);
// The others have nothing to ask: only kReady or a failure.
void wait_until_ready(Spawned& process, std::span<const init::StepEntry> steps);
// /process/oomScoreAdj, from outside: inside, /proc is the container's.
void adjust_oom_score(pid_t pid, const plan::ProcessPlan& process);
// The pty's master, which a ready process has sent to the other end of `console`.
UniqueFd receive_terminal(BorrowedFd console);
// After kStart: what kept the program from running, or nothing when it runs.
struct StartFailure {
  Error error;
  bool by_hook = false;  // a startContainer hook
};
std::optional<StartFailure> find_start_failure(const protocol::Channel& channel,
                                               std::span<const init::StepEntry> steps);
// The same, throwing.
void wait_until_running(const protocol::Channel& channel, std::span<const init::StepEntry> steps);

}  // namespace wpar::lifecycle
