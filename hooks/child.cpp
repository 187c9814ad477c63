// SPDX-License-Identifier: Apache-2.0
#include "hooks/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"

namespace wpar::hooks {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) {
    throw_errno("make a pipe");
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

// Everything that it needs was made before the fork; the parent reads an errno from `failure`.
[[noreturn]] void child_main(const char* path, char* const* arguments, char* const* environment,
                             int null, int errors, int failure) noexcept {
  sigset_t none;
  sigemptyset(&none);
  const bool ready = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::chdir("/") == 0 &&
                     ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(errors, STDERR_FILENO) >= 0 &&
                     ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
  if (ready) {
    ::execve(path, arguments, environment);
  }
  const int saved = errno;
  [[maybe_unused]] const ssize_t written = ::write(failure, &saved, sizeof saved);
  ::_exit(127);
}

void keep_tail(std::string& text, const char* more, std::size_t size) {
  text.append(more, size);
  if (text.size() > kMaxErrorBytes) {
    text.erase(0, text.size() - kMaxErrorBytes);
  }
}

// Reads what is there; false when nothing more will come.
bool drain(BorrowedFd pipe, std::string& errors) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(pipe.get(), buffer.data(), buffer.size());
    if (got > 0) {
      keep_tail(errors, buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      return got < 0 && errno == EAGAIN;
    }
  }
}

void collect_until_exit(BorrowedFd pidfd, BorrowedFd pipe, std::string& errors) {
  std::array<pollfd, 2> waits{pollfd{pidfd.get(), POLLIN, 0}, pollfd{pipe.get(), POLLIN, 0}};
  while ((waits[0].revents & POLLIN) == 0) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) {
      throw_errno("wait for the script");
    }
    if (waits[1].revents != 0 && !drain(pipe, errors)) {
      waits[1].fd = -1;
    }
  }
  drain(pipe, errors);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      throw_errno("wait for the script");
    }
  }
  return status;
}

}  // namespace

ChildResult run_child(const ChildProgram& program) {
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!null) {
    throw_errno("open /dev/null");
  }
  // SIGCHLD ignored by whoever started us would take the exit code away.
  ::signal(SIGCHLD, SIG_DFL);
  Pipe errors = make_pipe();
  Pipe failure = make_pipe();
  const std::vector<char*> arguments = pointers_to(program.arguments);
  const std::vector<char*> environment = pointers_to(program.environment);
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw_errno("fork for {}", program.path);
  }
  if (pid == 0) {
    child_main(program.path.c_str(), arguments.data(), environment.data(), null.get(),
               errors.write.get(), failure.write.get());
  }
  errors.write.reset();
  failure.write.reset();
  int exec_errno = 0;
  if (::read(failure.read.get(), &exec_errno, sizeof exec_errno) == sizeof exec_errno) {
    wait_for(pid);
    throw Error(exec_errno, fmt::format("run {}", program.path));
  }
  const UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd || ::fcntl(errors.read.get(), F_SETFL, O_NONBLOCK) < 0) {
    throw_errno("watch {}", program.path);
  }
  ChildResult result;
  collect_until_exit(pidfd, errors.read, result.errors);
  const int status = wait_for(pid);
  result.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  result.how = WIFEXITED(status) ? fmt::format("exit code {}", WEXITSTATUS(status))
                                 : fmt::format("killed by signal {}", WTERMSIG(status));
  return result;
}

}  // namespace wpar::hooks
