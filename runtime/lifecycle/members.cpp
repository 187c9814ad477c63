// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/members.h"

#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <set>

#include "runtime/base/error.h"
#include "runtime/lifecycle/container.h"
#include "runtime/sys/proc.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {
namespace {

// Without a cgroup: who is in init's pid namespace, when it is the container's own, and all who
// descend from them, which finds those in pid namespaces further down. Without a pid namespace a
// process whose parents have all ended is not known to be the container's.
std::vector<pid_t> relatives(const state::Record& record) {
  if (!sys::is_running(record.pid, record.start_time)) {
    return {};
  }
  const bool own_pids = (record.namespaces & CLONE_NEWPID) != 0;
  const auto place = own_pids ? sys::find_pid_namespace(record.pid) : std::nullopt;
  std::multimap<pid_t, pid_t> children;  // by parent
  std::vector<pid_t> pending = {record.pid};
  for (const pid_t pid : sys::process_ids()) {
    if (const auto stat = sys::find_process_stat(pid)) {
      children.emplace(stat->parent, pid);
    }
    if (place && sys::find_pid_namespace(pid) == place) {
      pending.push_back(pid);
    }
  }
  std::set<pid_t> found;
  while (!pending.empty()) {
    const pid_t pid = pending.back();
    pending.pop_back();
    if (found.insert(pid).second) {
      const auto [first, last] = children.equal_range(pid);
      std::transform(first, last, std::back_inserter(pending),
                     [](const auto& child) { return child.second; });
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<pid_t> container_processes(const state::Record& record) {
  return record.cgroup_directories.empty() ? relatives(record)
                                           : open_cgroup(record.cgroup_directories).processes();
}

void signal_everybody(const state::Record& record, int signal) {
  for (const pid_t pid : container_processes(record)) {
    if (const UniqueFd pidfd = sys::find_process(pid)) {
      sys::send_signal(pidfd, signal);
    }
  }
}

void kill_everybody(const state::Record& record, int timeout_ms) {
  if (!record.cgroup_directories.empty()) {
    open_cgroup(record.cgroup_directories).kill_all(timeout_ms);
    return;
  }
  // Init last: with it goes what we know the others by.
  std::vector<UniqueFd> held;
  for (const pid_t pid : relatives(record)) {
    if (UniqueFd pidfd = sys::find_process(pid); pidfd && pid != record.pid) {
      sys::send_signal(pidfd, SIGKILL);
      held.push_back(std::move(pidfd));
    }
  }
  if (UniqueFd init = find_init(record)) {
    sys::send_signal(init, SIGKILL);
    held.push_back(std::move(init));
  }
  for (const UniqueFd& pidfd : held) {
    if (!sys::wait_for_end(pidfd, timeout_ms)) {
      throw_error(ErrorKind::kSystem, "a process of the container did not end within {} ms",
                  timeout_ms);
    }
  }
}

}  // namespace wpar::lifecycle
