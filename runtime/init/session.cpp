// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/file.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"

namespace wpar::init {

void close_all_but(unsigned int first, std::vector<int> kept) {
  std::sort(kept.begin(), kept.end());
  for (const int fd : kept) {
    if (fd < 0 || static_cast<unsigned int>(fd) < first) {
      continue;
    }
    if (static_cast<unsigned int>(fd) > first) {
      sys::close_range(first, static_cast<unsigned int>(fd) - 1);
    }
    first = static_cast<unsigned int>(fd) + 1;
  }
  sys::close_range(first, ~0U);
}

void set_oom_score(Context& context) {
  write_oom_score(context.input);
}

// Through the host's /proc, while it is what we see and while we are dumpable: later its files are
// root's, and an ordinary user could not write there.
void write_oom_score(Input& input) {
  const plan::ProcessPlan& process = *input.process;
  if (!process.set_oom_score_adj || !process.oom_score_adj_by_itself || input.oom_score_written) {
    return;
  }
  const std::string value = std::to_string(process.oom_score_adj);
  const UniqueFd file = sys::open_path("/proc/self/oom_score_adj", O_WRONLY);
  if (::write(file.get(), value.data(), value.size()) < 0 &&
      (errno != EACCES || !process.oom_score_adj_may_fail)) {
    throw_errno("/process/oomScoreAdj: write /proc/self/oom_score_adj");
  }
  input.oom_score_written = true;
}

void start_session(Context& context) {
  // Modes given to mkdirat(2) and mknodat(2) are meant exactly; the process gets its own umask
  // later.
  context.caller_umask = ::umask(0);
  // Before the first foreign namespace: nobody inside may look into us (CVE-2016-9962). Only a user
  // who writes our id maps needs us dumpable until then: the files in /proc would not be his. Our
  // user namespace is new, so nobody but him has rights over it.
  if (context.input.plan == nullptr || !context.plan().id_maps.by_user) {
    sys::set_dumpable(false);
  }
  if (::setsid() < 0) {
    throw_errno("setsid");
  }
}

void enter_cgroup(Context& context) {
  for (const UniqueFd& tasks : context.input.cgroup_tasks) {
    write_all(tasks, "0", "the cgroup's tasks");
  }
  context.input.cgroup_tasks.clear();
}

void start_keyring(Context& context) {
  if (context.input.plan == nullptr || context.plan().new_session_keyring) {
    sys::join_new_session_keyring();
  }
}

void close_descriptors(Context& context) {
  // What was not preserved for the program and is not needed by the steps that are left.
  close_all_but(
      3 + context.input.preserve_fds,
      {context.channel.fd().get(), context.input.gate.get(), context.input.seccomp_receiver.get()});
}

void close_exec_descriptors(Context& context) {
  std::vector<int> kept = {context.channel.fd().get(), context.input.console.get(),
                           context.input.target.get(), context.input.target_root.get(),
                           context.input.seccomp_receiver.get()};
  for (const UniqueFd& tasks : context.input.cgroup_tasks) {
    kept.push_back(tasks.get());
  }
  close_all_but(3 + context.input.preserve_fds, std::move(kept));
}

}  // namespace wpar::init
