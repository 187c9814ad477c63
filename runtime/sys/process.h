// SPDX-License-Identifier: Apache-2.0
#pragma once
// Making, watching and ending processes by pidfd. The runtime has one thread, so a child made by
// clone_process() has a complete copy of the parent and may run ordinary C++
// (runtime/init/README.md).

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <optional>
#include <utility>

#include "runtime/base/fd.h"

namespace wpar::sys {

// A child of ours: its destructor kills and reaps it.
class Child {
 public:
  Child() = default;
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { kill_and_wait(); }

  pid_t pid() const { return pid_; }
  BorrowedFd pidfd() const { return pidfd_; }
  // Waits for the end; the wait(2) status as a shell would report it: code, or 128 + signal.
  int wait();
  // The same, as wait(2) gives it: the code 130 and signal 2 are two things.
  int wait_status();
  // SIGKILL, then reap. Nothing when already waited for or detached.
  void kill_and_wait() noexcept;
  // It shall live on without us.
  void detach() noexcept { pid_ = -1; }

 private:
  pid_t pid_ = -1;
  UniqueFd pidfd_;
};

struct CloneRequest {
  std::uint64_t flags = 0;  // CLONE_NEW*, CLONE_PARENT
  int into_cgroup = -1;     // a v2 cgroup directory: CLONE_INTO_CGROUP
};

// clone3(2) with CLONE_PIDFD. Returns 0 in the child. The child must leave by exec or _exit.
pid_t clone_with_pidfd(const CloneRequest& request, UniqueFd& pidfd);

// Runs child_main in a new process. It is noexcept and never returns: a child that unwound into the
// parent's frames would run the parent's cleanup.
template <typename ChildMain>
Child clone_process(const CloneRequest& request, ChildMain&& child_main) {
  static_assert(noexcept(child_main()), "a child main never lets an exception out");
  UniqueFd pidfd;
  const pid_t pid = clone_with_pidfd(request, pidfd);
  if (pid == 0) {
    child_main();
    ::_exit(127);
  }
  return Child(pid, std::move(pidfd));
}

// The exit status that wait4(2) gave, as a shell reports it.
int exit_code_of(int wait_status);
// pidfd_open(2); an invalid descriptor when there is no such process.
UniqueFd find_process(pid_t pid);
// pidfd_send_signal(2); false when the process is gone (ESRCH).
bool send_signal(BorrowedFd pidfd, int signal);
// Waits until the process of the pidfd has ended (also when it is not our child); false after the
// timeout.
bool wait_for_end(BorrowedFd pidfd, int timeout_ms);

// Closes the descriptors from `first` to `last` (close_range(2)).
void close_range(unsigned int first, unsigned int last);
// All signals unblocked and at their default action: callers may have ignored some.
void reset_signals();
void set_dumpable(bool dumpable);
// Orphans among our descendants come to us, not to the host's init (PR_SET_CHILD_SUBREAPER).
void become_subreaper();
// In a child: SIGKILL when the process that made it ends; leaves at once when it has already.
void die_with_parent(pid_t parent);
// Children that end leave no zombies; until the next exec (SA_NOCLDWAIT).
void forget_dead_children();

}  // namespace wpar::sys
