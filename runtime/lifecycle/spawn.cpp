// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/spawn.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/init/hooks.h"
#include "runtime/init/init.h"
#include "runtime/lifecycle/id_maps.h"
#include "runtime/lifecycle/namespaces.h"
#include "runtime/lifecycle/net_devices.h"
#include "runtime/protocol/sequence.h"
#include "runtime/sys/open.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

using protocol::Topic;

// Namespaces that clone3 makes; the others need a word with their surroundings first.
constexpr std::uint64_t kNotByClone = CLONE_NEWCGROUP | CLONE_NEWTIME;

bool joins_user(const init::Input& input) {
  return !input.joins.empty() && input.joins.front().flag == static_cast<int>(CLONE_NEWUSER);
}

bool needs_stager(const init::Input& input) {
  return !input.births.empty() ||
         (joins_user(input) && (input.plan->namespaces.create & ~kNotByClone) != 0);
}

// Through a stager: the runtime gets its sibling's pid from it.
template <typename StagerMain>
Spawned spawn_by_stager(init::Input& input, protocol::Channel ours, int into_cgroup,
                        StagerMain&& stager_main) {
  auto [from_stager, stagers] = protocol::Channel::make_pair();
  input.stager_channel = std::move(stagers);
  input.stager_far_end = from_stager.fd().get();
  sys::Child stager =
      sys::clone_process({.into_cgroup = into_cgroup}, std::forward<StagerMain>(stager_main));
  input.channel.close();
  input.stager_channel.close();
  UniqueFd pidfd;
  const auto message = from_stager.receive(&pidfd);
  if (message && message->topic == Topic::kFailed) {
    throw protocol::failure_of(*message).while_doing("join the namespaces");
  }
  if (!message || message->topic != Topic::kInitSpawned) {
    throw_error(ErrorKind::kInternal, "the stager ended without making init");
  }
  Spawned spawned = {sys::Child(message->pid, std::move(pidfd)), std::move(ours)};
  stager.wait();
  return spawned;
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

void add_birth(init::Input& input, int flag, UniqueFd file) {
  if (file) {
    input.births.push_back({.flag = flag, .file = std::move(file)});
  }
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
  input.far_end = ours.fd().get();
  input.cgroup_tasks = std::move(entry.v1_tasks);
  // Offsets have to be set before anybody is in a time namespace: init makes that one itself.
  const std::uint64_t not_by_clone =
      plan.time_offsets.empty() ? std::uint64_t{CLONE_NEWCGROUP} : kNotByClone;
  const sys::CloneRequest request = {.flags = plan.namespaces.create & ~not_by_clone,
                                     .into_cgroup = entry.v2_directory.get()};
  ChildNamespaces inherited;
  if (input.cannot_return || (input.by_user && joins_user(input))) {
    add_birth(input, CLONE_NEWPID, std::move(namespaces.pid));
    add_birth(input, CLONE_NEWTIME, std::move(namespaces.time));
  }
  if (namespaces.pid) {
    inherited.enter_pid(namespaces.pid);
  }
  if (namespaces.time) {
    inherited.enter_time(namespaces.time);
  }
  if (!needs_stager(input)) {
    return {sys::clone_process(request, [&]() noexcept { init::init_main(input); }),
            std::move(ours)};
  }
  sys::CloneRequest sibling = request;
  sibling.flags |= CLONE_PARENT;
  // Inside the joined user namespace nobody may choose a cgroup: init inherits the stager's.
  sibling.into_cgroup = -1;
  return spawn_by_stager(input, std::move(ours), request.into_cgroup,
                         [&]() noexcept { init::stager_main(input, sibling); });
}

Spawned spawn_exec(init::Input input, cgroup::Entry entry) {
  auto [ours, theirs] = protocol::Channel::make_pair();
  input.channel = std::move(theirs);
  input.far_end = ours.fd().get();
  input.cgroup_tasks = std::move(entry.v1_tasks);
  sys::CloneRequest request = {.into_cgroup = entry.v2_directory.get()};
  const bool enters_pid = (input.target_namespaces & CLONE_NEWPID) != 0;
  if (enters_pid &&
      (input.cannot_return || (input.by_user && (input.target_namespaces & CLONE_NEWUSER) != 0))) {
    request = {.flags = CLONE_PARENT};
    return spawn_by_stager(input, std::move(ours), entry.v2_directory.get(),
                           [&]() noexcept { init::exec_stager_main(input, request); });
  }
  ChildNamespaces inherited;
  if (enters_pid) {
    inherited.enter_pid(input.target);
    input.target_namespaces &= ~CLONE_NEWPID;
  }
  return {sys::clone_process(request, [&]() noexcept { init::exec_main(input); }), std::move(ours)};
}

Spawned spawn_for_mounts(init::Input input, std::span<const init::StepEntry> steps) {
  auto [ours, theirs] = protocol::Channel::make_pair();
  input.channel = std::move(theirs);
  input.far_end = ours.fd().get();
  ChildNamespaces inherited;
  if ((input.target_namespaces & CLONE_NEWPID) != 0) {
    inherited.enter_pid(input.target);
    input.target_namespaces &= ~CLONE_NEWPID;
  }
  return {sys::clone_process({}, [&]() noexcept { init::live_mounts_main(input, steps); }),
          std::move(ours)};
}

void serve_until_ready(Spawned& init, const plan::Plan& plan, const init::HookState& state,
                       Rollback& rollback) {
  protocol::Sequence sequence(
      {.id_maps = plan.creates(CLONE_NEWUSER), .hooks = plan.waits_for_runtime()});
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
      move_net_devices(plan.net_devices, init.child.pid(), rollback);
      run_runtime_hooks(init, plan, state);
      init.channel.send(Topic::kHooksDone);
    }
  }
}

void wait_until_ready(Spawned& process, std::span<const init::StepEntry> steps) {
  const auto message = process.channel.receive();
  if (!message) {
    throw_error(ErrorKind::kSystem, "the process ended before it was ready");
  }
  if (message->topic == Topic::kFailed) {
    throw failure_of(*message, steps);
  }
  protocol::Sequence({}).accept(message->topic);
}

void adjust_oom_score(pid_t pid, const plan::ProcessPlan& process) {
  if (!process.set_oom_score_adj || process.oom_score_adj_by_itself) {
    return;
  }
  const std::string path = fmt::format("/proc/{}/oom_score_adj", pid);
  const std::string value = std::to_string(process.oom_score_adj);
  in_context("/process/oomScoreAdj", [&] {
    const UniqueFd file = sys::open_path(path, O_WRONLY);
    if (::write(file.get(), value.data(), value.size()) < 0 &&
        (errno != EACCES || !process.oom_score_adj_may_fail)) {
      throw_errno("write {}", path);
    }
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
