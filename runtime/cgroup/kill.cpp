// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>

#include "runtime/base/error.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/freezer.h"
#include "runtime/cgroup/patience.h"
#include "runtime/sys/process.h"

namespace wpar::cgroup {
namespace {

// A pid may be another process by now: it counts only if, with the process held by its pidfd, the
// cgroup still lists it.
void kill_held(const std::vector<pid_t>& pids, const Cgroup& cgroup) {
  std::vector<std::pair<pid_t, UniqueFd>> held;
  for (const pid_t pid : pids) {
    if (UniqueFd pidfd = sys::find_process(pid)) {
      held.emplace_back(pid, std::move(pidfd));
    }
  }
  const std::vector<pid_t> still = cgroup.processes();
  for (const auto& [pid, pidfd] : held) {
    if (std::binary_search(still.begin(), still.end(), pid)) {
      sys::send_signal(pidfd, SIGKILL);
    }
  }
}

void ask_v1_freezer(const Directory* freezer, const char* state) {
  if (freezer != nullptr && freezer->find_handle()) {
    freezer->try_write("freezer.state", state);  // a help only: what counts is that all are gone
  }
}

}  // namespace

void Cgroup::kill_all(int timeout_ms) {
  const Directory* v2 = v2_directory();
  const Directory* freezer = find_controller(false, "freezer");
  Patience patience(timeout_ms);
  for (bool first = true;; first = false) {
    const bool asked = v2 != nullptr && v2->find_handle() && v2->try_write("cgroup.kill", "1") == 0;
    std::vector<pid_t> left = processes();
    if (left.empty()) {
      return;
    }
    // cgroup.kill is enough for all who are in the v2 directory; the rest is for those who are not,
    // and for kernels before 5.14. The v1 freezer keeps them from forking meanwhile.
    if (!asked || !first) {
      ask_v1_freezer(freezer, "FROZEN");
      kill_held(processes(), *this);
    }
    ask_v1_freezer(freezer, "THAWED");  // a frozen process does not die
    if (!patience.wait()) {
      throw_error(ErrorKind::kSystem, "{} process(es) of the cgroup {} did not end within {} ms",
                  left.size(), paths_.front(), timeout_ms);
    }
  }
}

}  // namespace wpar::cgroup
