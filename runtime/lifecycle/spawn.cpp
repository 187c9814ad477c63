// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/spawn.h"

#include <fcntl.h>
#include <sched.h>

#include "runtime/base/file.h"
#include "runtime/init/hooks.h"
#include "runtime/init/init.h"
#include "runtime/lifecycle/namespaces.h"
#include "runtime/protocol/sequence.h"
#include "runtime/sys/open.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

using protocol::Topic;

// Namespaces that clone3 makes; the others need a word with their surroundings first.
constexpr std::uint64_t kNotByClone = CLONE_NEWCGROUP | CLONE_NEWTIME;

bool needs_stager(const init::Input& input) {
  const bool joins_user =
      !input.joins.empty() && input.joins.front().flag == static_cast<int>(CLONE_NEWUSER);
  return joins_user && (input.plan->namespaces.create & ~kNotByClone) != 0;
}

Error failure_of(const protocol::Message& message, std::span<const init::StepEntry> steps) {
  Error error = protocol::failure_of(message);
  const std::string step = init::step_name(steps, message.step);
  // The words that engines know for a program that cannot be started.
  error.while_doing(step == "find the executable" || step == "start container process"
                        ? "unable to start container process"
                        : "init could not " + step);
  return error;
}

// Through a handle of /proc/PID taken while the child is ours and unreaped: its number cannot have
// gone to another process.
void write_id_maps(pid_t pid, const plan::IdMapPlan& maps) {
  const std::string path = fmt::format("/proc/{}", pid);
  const UniqueFd proc = sys::open_path(path, O_PATH | O_DIRECTORY);
  const auto write_map = [&](const char* name, const std::string& text) {
    write_all(sys::open_at(proc, name, O_WRONLY), text, name);
  };
  in_context("/linux/uidMappings", [&] { write_map("uid_map", maps.uid_map); });
  in_context("/linux/gidMappings", [&] { write_map("gid_map", maps.gid_map); });
}

void run_runtime_hooks(const Spawned& init, const plan::Plan& plan, const init::HookState& state) {
  const std::string document =
      fmt::format("{}{}{}", state.before_pid, init.child.pid(), state.after_pid);
  init::run_hooks("prestart", plan.hooks.prestart, document, plan.bundle);
  init::run_hooks("createRuntime", plan.hooks.create_runtime, document, plan.bundle);
}

}  // namespace

void check_preserved_descriptors(unsigned int count) {
  for (unsigned int fd = 3; fd < 3 + count; ++fd) {
    if (::fcntl(static_cast<int>(fd), F_GETFD) < 0) {
      throw_error(ErrorKind::kInvalidArgument, "--preserve-fds {}: descriptor {} is not open",
                  count, fd);
    }
  }
}

Spawned spawn_init(init::Input input, cgroup::Entry entry) {
  auto [ours, theirs] = protocol::Channel::make_pair();
  const plan::Plan& plan = *input.plan;
  OpenedNamespaces namespaces = open_namespaces(plan.namespaces);
  input.joins = std::move(namespaces.joins);
  input.channel = std::move(theirs);
  input.cgroup_tasks = std::move(entry.v1_tasks);
  const sys::CloneRequest request = {.flags = plan.namespaces.create & ~kNotByClone,
                                     .into_cgroup = entry.v2_directory.get()};
  ChildNamespaces inherited;
  if (namespaces.pid) {
    inherited.enter_pid(namespaces.pid);
  }
  if (namespaces.time) {
    inherited.enter_time(namespaces.time);
  } else if (plan.creates(CLONE_NEWTIME)) {
    inherited.make_time(plan.time_offsets);
  }
  if (!needs_stager(input)) {
    return {sys::clone_process(request, [&]() noexcept { init::init_main(input); }),
            std::move(ours)};
  }
  sys::CloneRequest sibling = request;
  sibling.flags |= CLONE_PARENT;
  // Inside the joined user namespace nobody may choose a cgroup: init inherits the stager's.
  sibling.into_cgroup = -1;
  sys::Child stager = sys::clone_process({.into_cgroup = request.into_cgroup},
                                         [&]() noexcept { init::stager_main(input, sibling); });
  input.channel.close();
  UniqueFd pidfd;
  const auto message = ours.receive(&pidfd);
  if (message && message->topic == Topic::kFailed) {
    throw protocol::failure_of(*message).while_doing("join the user namespace");
  }
  if (!message || message->topic != Topic::kInitSpawned) {
    throw_error(ErrorKind::kInternal, "the stager ended without making init");
  }
  Spawned init = {sys::Child(message->pid, std::move(pidfd)), std::move(ours)};
  stager.wait();
  return init;
}

Spawned spawn_exec(init::Input input, cgroup::Entry entry) {
  auto [ours, theirs] = protocol::Channel::make_pair();
  input.channel = std::move(theirs);
  input.cgroup_tasks = std::move(entry.v1_tasks);
  ChildNamespaces inherited;
  if ((input.target_namespaces & CLONE_NEWPID) != 0) {
    inherited.enter_pid(input.target);
    input.target_namespaces &= ~CLONE_NEWPID;
  }
  return {sys::clone_process({.into_cgroup = entry.v2_directory.get()},
                             [&]() noexcept { init::exec_main(input); }),
          std::move(ours)};
}

void serve_until_ready(Spawned& init, const plan::Plan& plan, init::HookState state) {
  const bool hooks = !plan.hooks.prestart.empty() || !plan.hooks.create_runtime.empty();
  protocol::Sequence sequence({.id_maps = plan.creates(CLONE_NEWUSER), .hooks = hooks});
  while (!sequence.done()) {
    const auto message = init.channel.receive();
    if (!message) {
      throw_error(ErrorKind::kSystem, "init ended before it was ready");
    }
    if (message->topic == Topic::kFailed) {
      throw failure_of(*message, init::init_steps());
    }
    sequence.accept(message->topic);
    if (message->topic == Topic::kNeedIdMaps) {
      write_id_maps(init.child.pid(), plan.id_maps);
      init.channel.send(Topic::kIdMapsWritten);
    } else if (message->topic == Topic::kMountsReady) {
      run_runtime_hooks(init, plan, state);
      init.channel.send(Topic::kHooksDone);
    }
  }
}

void wait_until_ready(Spawned& process) {
  const auto message = process.channel.receive();
  if (!message) {
    throw_error(ErrorKind::kSystem, "the process ended before it was ready");
  }
  if (message->topic == Topic::kFailed) {
    throw failure_of(*message, init::exec_steps());
  }
  protocol::Sequence({}).accept(message->topic);
}

void adjust_oom_score(pid_t pid, const plan::ProcessPlan& process) {
  if (!process.set_oom_score_adj) {
    return;
  }
  const std::string path = fmt::format("/proc/{}/oom_score_adj", pid);
  in_context("/process/oomScoreAdj", [&] {
    write_all(sys::open_path(path, O_WRONLY), std::to_string(process.oom_score_adj), path);
  });
}

UniqueFd receive_terminal(BorrowedFd console) {
  std::byte name[64];
  UniqueFd master;
  if (sys::receive_packet(console, name, &master) == 0 || !master) {
    throw_error(ErrorKind::kInternal, "the process sent no terminal");
  }
  return master;
}

std::optional<StartFailure> find_start_failure(const protocol::Channel& channel,
                                               std::span<const init::StepEntry> steps) {
  const auto message = channel.receive();
  if (!message) {
    return std::nullopt;
  }
  if (message->topic != Topic::kFailed) {
    throw_error(ErrorKind::kInternal, "init said {} after start",
                protocol::topic_name(message->topic));
  }
  const std::string_view step = init::step_name(steps, message->step);
  return StartFailure{.error = failure_of(*message, steps),
                      .by_hook = step == "run the startContainer hooks"};
}

void wait_until_running(const protocol::Channel& channel, std::span<const init::StepEntry> steps) {
  if (auto failure = find_start_failure(channel, steps)) {
    throw Error(std::move(failure->error));
  }
}

}  // namespace wpar::lifecycle
