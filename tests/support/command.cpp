// SPDX-License-Identifier: Apache-2.0
#include "tests/support/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

std::set<pid_t>& started() {
  static std::set<pid_t> pids;
  return pids;
}

int output_file(const std::string& path) {
  const int fd = path.empty() ? ::memfd_create("output", MFD_CLOEXEC)
                              : ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0)
    throw std::runtime_error(fmt::format("output {}: {}", path, std::strerror(errno)));
  return fd;
}

std::string content(int fd) {
  std::string text;
  char buffer[65536];
  for (ssize_t n; (n = ::pread(fd, buffer, sizeof buffer, static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const std::string& word : words)
    result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

struct Stdio {
  int in;
  int out;
  int err;
};

[[noreturn]] void child_main(const Command& command, Stdio stdio, char** argv, char** envp) {
  ::setpgid(0, 0);
  if (command.network_namespace >= 0)
    ::setns(command.network_namespace, CLONE_NEWNET);
  if (command.terminal >= 0) {
    ::setsid();
    ::ioctl(command.terminal, TIOCSCTTY, 0);
    stdio = {command.terminal, command.terminal, command.terminal};
  }
  // High copies first: a source may itself be one of the numbers that are about to be given away.
  const int in = ::fcntl(stdio.in, F_DUPFD, 200);
  const int out = ::fcntl(stdio.out, F_DUPFD, 200);
  const int err = ::fcntl(stdio.err, F_DUPFD, 200);
  int extra[64];
  const std::size_t count = std::min<std::size_t>(command.fds.size(), 64);
  for (std::size_t i = 0; i < count; ++i)
    extra[i] = ::fcntl(command.fds[i], F_DUPFD, 200);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  for (std::size_t i = 0; i < count; ++i)
    ::dup2(extra[i], static_cast<int>(3 + i));
  ::syscall(SYS_close_range, 3 + count, ~0U, 0);
  if (!command.cwd.empty() && ::chdir(command.cwd.c_str()) != 0)
    ::_exit(126);
  ::execve(argv[0], argv, envp);
  ::_exit(127);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Result& result) {
  return out << "\n  exit code " << result.code << (result.timed_out ? " (timed out)" : "")
             << " after " << result.took.count() << " ms\n  stdout: " << result.out.substr(0, 2000)
             << "\n  stderr: " << result.err.substr(0, 2000);
}

Process::Process(const Command& command) : command_(command) {
  begin_ = std::chrono::steady_clock::now();
  std::vector<std::string> words = command_.argv;
  words[0] = find_program(words[0]);
  if (words[0].empty())
    throw std::runtime_error(fmt::format("no program {} here", command_.argv[0]));
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> env =
      command_.env.has_value() ? pointers(*command_.env) : std::vector<char*>{};
  char** envp = command_.env.has_value() ? const_cast<char**>(env.data()) : environ;
  const int in = ::memfd_create("input", MFD_CLOEXEC);
  if (::write(in, command_.input.data(), command_.input.size()) < 0 ||
      ::lseek(in, 0, SEEK_SET) != 0)
    throw std::runtime_error("stdin of a test command");
  out_ = output_file(command_.output_path);
  err_ = output_file(command_.error_path);
  pid_ = ::fork();
  if (pid_ == 0)
    child_main(command_, {in, out_, err_}, const_cast<char**>(argv.data()), envp);
  ::close(in);
  if (pid_ < 0)
    throw std::runtime_error("fork");
  started().insert(pid_);
  pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
}

Process::~Process() {
  if (!done_) {
    signal(SIGKILL);
    reap(true);
  }
  ::close(pidfd_);
  ::close(out_);
  ::close(err_);
}

bool Process::reap(bool block) {
  if (done_)
    return true;
  if (::waitpid(pid_, &status_, block ? 0 : WNOHANG) == pid_) {
    done_ = true;
    started().erase(pid_);
  }
  return done_;
}

bool Process::running() {
  return !reap(false);
}

void Process::signal(int number) const {
  if (!done_)
    ::kill(pid_, number);
}

std::string Process::output() const {
  return content(out_);
}

Result Process::wait() {
  Result result;
  while (!reap(false)) {
    const auto left = command_.timeout - (std::chrono::steady_clock::now() - begin_);
    const auto ms = std::chrono::duration_cast<Milliseconds>(left).count();
    if (ms <= 0) {
      result.timed_out = true;
      signal(SIGKILL);
      reap(true);
      break;
    }
    pollfd poll_one{.fd = pidfd_, .events = POLLIN, .revents = 0};
    // What a container leaves to us must be reaped meanwhile, as an engine's monitor does: a pid
    // namespace cannot end before that.
    if (::poll(&poll_one, 1, static_cast<int>(std::min<std::int64_t>(ms, 50))) == 0)
      adopted_children();
  }
  result.took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin_);
  if (!result.timed_out)
    result.code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  result.out = content(out_);
  result.err = content(err_);
  return result;
}

Result run(const Command& command) {
  return Process(command).wait();
}

std::string find_program(const std::string& name) {
  if (contains(name, "/"))
    return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  const std::string all =
      fmt::format("{}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                  path == nullptr ? "" : path);
  for (const std::string& folder : split(all, ':'))
    if (const std::string file = folder + "/" + name;
        !folder.empty() && ::access(file.c_str(), X_OK) == 0)
      return file;
  return "";
}

std::vector<pid_t> adopted_children() {
  std::vector<pid_t> alive;
  for (const std::string& name : list_directory("/proc")) {
    const pid_t pid = static_cast<pid_t>(std::strtol(name.c_str(), nullptr, 10));
    if (pid <= 0 || started().contains(pid))
      continue;
    const std::string stat = read_text(fmt::format("/proc/{}/stat", pid));
    const std::size_t end = stat.rfind(") ");
    if (end == std::string::npos || std::atoi(stat.c_str() + end + 4) != ::getpid())
      continue;
    if (::waitpid(pid, nullptr, WNOHANG) == 0)
      alive.push_back(pid);
  }
  return alive;
}

void sleep_for(Milliseconds time) {
  std::this_thread::sleep_for(time);
}

}  // namespace wpar::test
