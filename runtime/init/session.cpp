// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/file.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/process.h"

namespace wpar::init {
namespace {

// Closes everything from `first` on but `kept`.
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

}  // namespace

void start_session(Context& context) {
  // Modes given to mkdirat(2) and mknodat(2) are meant exactly; the process gets its own umask
  // later.
  context.caller_umask = ::umask(0);
  // Before the first foreign namespace: nobody inside may look into us (CVE-2016-9962).
  sys::set_dumpable(false);
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
  close_all_but(3 + context.input.preserve_fds,
                {context.channel.fd().get(), context.input.gate.get()});
}

void close_exec_descriptors(Context& context) {
  std::vector<int> kept = {context.channel.fd().get(), context.input.console.get(),
                           context.input.target.get()};
  for (const UniqueFd& tasks : context.input.cgroup_tasks) {
    kept.push_back(tasks.get());
  }
  close_all_but(3 + context.input.preserve_fds, std::move(kept));
}

}  // namespace wpar::init
