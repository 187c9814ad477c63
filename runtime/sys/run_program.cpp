// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <limits>

#include "runtime/base/error.h"
#include "runtime/sys/process.h"
#include "runtime/sys/string_array.h"

namespace wpar::sys {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) {
    throw_errno("create a pipe");
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::int64_t now_ms() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// Everything the child needs, prepared by the parent.
struct Launch {
  const char* path;
  char* const* argv;
  char* const* envp;
  const char* working_directory;
  int input;
  int output;
  int failure;  // close-on-exec: carries the errno of a start that failed
  bool has_our_stdout;
  bool dies_with_us;
};

[[noreturn]] void child_main(const Launch& launch) noexcept {
  ::setpgid(0, 0);
  reset_signals();
  const bool ready =
      ::dup2(launch.input, STDIN_FILENO) >= 0 &&
      (launch.has_our_stdout || ::dup2(launch.output, STDOUT_FILENO) >= 0) &&
      ::dup2(launch.output, STDERR_FILENO) >= 0 &&
      (!launch.dies_with_us || ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0) &&
      (launch.working_directory[0] == '\0' || ::chdir(launch.working_directory) == 0);
  if (ready) {
    ::execve(launch.path, launch.argv, launch.envp);
  }
  const int error = errno;
  static_cast<void>(!::write(launch.failure, &error, sizeof(error)));
  ::_exit(127);
}

// Feeds stdin and drains the output until both are closed and the process has ended, or time is
// over.
class Conversation {
 public:
  Conversation(const Program& program, UniqueFd input, UniqueFd output)
      : left_(program.input),
        kept_bytes_(program.kept_output),
        input_(std::move(input)),
        output_(std::move(output)) {
    ::fcntl(input_.get(), F_SETFL, O_NONBLOCK);
    ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  }

  // True when the process has ended.
  bool step(BorrowedFd pidfd, int wait_ms) {
    feed();
    std::array<pollfd, 3> watched = {{{.fd = pidfd.get(), .events = POLLIN, .revents = 0},
                                      {.fd = output_.get(), .events = POLLIN, .revents = 0},
                                      {.fd = input_.get(), .events = POLLOUT, .revents = 0}}};
    if (::poll(watched.data(), watched.size(), wait_ms) < 0 && errno != EINTR) {
      throw_errno("poll a program");
    }
    drain();
    return (watched[0].revents & POLLIN) != 0;
  }

  void drain() {
    char buffer[4096];
    ssize_t got = 0;
    while (output_ && (got = ::read(output_.get(), buffer, sizeof(buffer))) > 0) {
      kept_.append(buffer, static_cast<std::size_t>(got));
      if (kept_.size() > 2 * kept_bytes_) {
        kept_.erase(0, kept_.size() - kept_bytes_);
      }
    }
    if (got == 0) {
      output_.reset();
    }
  }

  std::string output() {
    if (kept_.size() > kept_bytes_) {
      kept_.erase(0, kept_.size() - kept_bytes_);
    }
    return std::move(kept_);
  }

 private:
  void feed() {
    while (input_ && !left_.empty()) {
      const ssize_t put = ::write(input_.get(), left_.data(), left_.size());
      if (put < 0) {
        if (errno != EAGAIN) {
          input_.reset();  // the program does not want to read more: its right
        }
        return;
      }
      left_.remove_prefix(static_cast<std::size_t>(put));
    }
    input_.reset();
  }

  std::string_view left_;
  std::size_t kept_bytes_;
  UniqueFd input_;
  UniqueFd output_;
  std::string kept_;
};

// SIGPIPE would end the runtime when a hook does not read its stdin.
class IgnoreSigpipe {
 public:
  IgnoreSigpipe() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, &before_);
  }
  IgnoreSigpipe(const IgnoreSigpipe&) = delete;
  IgnoreSigpipe& operator=(const IgnoreSigpipe&) = delete;
  ~IgnoreSigpipe() { ::sigaction(SIGPIPE, &before_, nullptr); }

 private:
  struct sigaction before_ = {};
};

int left_ms(std::int64_t deadline) {
  if (deadline == std::numeric_limits<std::int64_t>::max()) {
    return -1;
  }
  return static_cast<int>(std::max<std::int64_t>(0, deadline - now_ms()));
}

}  // namespace

ProgramResult run_program(const Program& program) {
  const StringArray argv(program.args);
  const StringArray envp(program.env);
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  Pipe failure = make_pipe();
  const Launch launch = {.path = program.path.c_str(),
                         .argv = argv.data(),
                         .envp = envp.data(),
                         .working_directory = program.working_directory.c_str(),
                         .input = input.read.get(),
                         .output = output.write.get(),
                         .failure = failure.write.get(),
                         .has_our_stdout = program.has_our_stdout,
                         .dies_with_us = program.dies_with_us};
  const IgnoreSigpipe no_sigpipe;
  const std::int64_t started = now_ms();
  Child child = clone_process({}, [&]() noexcept { child_main(launch); });
  input.read.reset();
  output.write.reset();
  failure.write.reset();
  int error = 0;
  if (::read(failure.read.get(), &error, sizeof(error)) == sizeof(error)) {
    throw Error(error, fmt::format("exec {}", program.path));
  }

  Conversation conversation(program, std::move(input.write), std::move(output.read));
  const std::int64_t deadline = program.timeout_seconds > 0
                                    ? started + std::int64_t{program.timeout_seconds} * 1000
                                    : std::numeric_limits<std::int64_t>::max();
  ProgramResult result;
  while (!conversation.step(child.pidfd(), left_ms(deadline))) {
    if (now_ms() >= deadline) {
      result.timed_out = true;
      ::kill(-child.pid(), SIGKILL);
      break;
    }
  }
  const int status = child.wait_status();
  result.exit_code = exit_code_of(status);
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  conversation.drain();
  result.output = conversation.output();
  result.elapsed_seconds = static_cast<double>(now_ms() - started) / 1000.0;
  return result;
}

}  // namespace wpar::sys
