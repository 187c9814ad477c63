// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/process.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "runtime/base/error.h"
#include "runtime/sys/raw.h"

namespace wpar::sys {

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill_and_wait();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
  }
  return *this;
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int Child::wait() {
  return exit_code_of(wait_status());
}

int Child::wait_status() {
  int status = 0;
  while (::waitpid(pid_, &status, __WALL) < 0) {
    if (errno != EINTR) {
      throw_errno("wait for process {}", pid_);
    }
  }
  pid_ = -1;
  return status;
}

void Child::kill_and_wait() noexcept {
  if (pid_ <= 0) {
    return;
  }
  ::kill(pid_,
         SIGKILL);  // our unreaped child: the number cannot have been given to another process
  while (::waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

pid_t clone_with_pidfd(const CloneRequest& request, UniqueFd& pidfd) {
  int raw_pidfd = -1;
  clone_args args = {};
  args.flags = request.flags | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uint64_t>(&raw_pidfd);
  // A sibling (CLONE_PARENT) inherits its exit signal; clone3 insists on 0 there.
  args.exit_signal = (request.flags & CLONE_PARENT) != 0 ? 0 : SIGCHLD;
  if (request.into_cgroup >= 0) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(request.into_cgroup);
  }
  const pid_t pid = raw::clone3(args);
  if (pid < 0) {
    throw_errno("clone3");
  }
  if (pid > 0) {
    pidfd.reset(raw_pidfd);
  }
  return pid;
}

UniqueFd find_process(pid_t pid) {
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd && errno != ESRCH && errno != EINVAL) {
    throw_errno("open process {}", pid);
  }
  return pidfd;
}

bool send_signal(BorrowedFd pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0) {
    return true;
  }
  if (errno == ESRCH) {
    return false;
  }
  throw_errno("send signal {}", signal);
}

bool wait_for_end(BorrowedFd pidfd, int timeout_ms) {
  pollfd wanted = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  for (;;) {
    const int ready = ::poll(&wanted, 1, timeout_ms);
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready < 0) {
      throw_errno("poll a process");
    }
    return ready > 0;
  }
}

void close_range(unsigned int first, unsigned int last) {
  if (::close_range(first, last, 0) < 0) {
    throw_errno("close the descriptors {} to {}", first, last);
  }
}

void reset_signals() {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  struct sigaction action = {};
  for (int signal = 1; signal < NSIG; ++signal) {
    // Two looks are cheaper than sixty changes: only what differs from the default is touched.
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler != SIG_DFL) {
      action = {};
      action.sa_handler = SIG_DFL;
      ::sigaction(signal, &action, nullptr);
    }
  }
}

void become_subreaper() {
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0, 0, 0) < 0) {
    throw_errno("become a subreaper");
  }
}

void die_with_parent(pid_t parent) {
  if (::prctl(PR_SET_PDEATHSIG, static_cast<unsigned long>(SIGKILL), 0, 0, 0) < 0 ||
      ::getppid() != parent) {
    ::_exit(127);
  }
}

void forget_dead_children() {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  action.sa_flags = SA_NOCLDWAIT;
  if (::sigaction(SIGCHLD, &action, nullptr) < 0) {
    throw_errno("ignore ended children");
  }
}

void set_dumpable(bool dumpable) {
  if (::prctl(PR_SET_DUMPABLE, dumpable ? 1UL : 0UL, 0, 0, 0) < 0) {
    throw_errno("set dumpable");
  }
}

}  // namespace wpar::sys
