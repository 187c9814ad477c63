// SPDX-License-Identifier: Apache-2.0
// stopwatch ERRORS COMMAND…: runs COMMAND once with /dev/null as input and output and its error
// text in the file ERRORS; prints "<nanoseconds> <peak KiB> <exit status>". A small static program,
// because a measuring process that is large costs time at fork and counts as peak memory at exec.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace {

long long now() {
  timespec time = {};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: stopwatch ERRORS COMMAND…\n", stderr);
    return 2;
  }
  const int report = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, argv[1], O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
  pid_t pid = 0;
  int status = 0;
  rusage usage = {};
  const long long begin = now();
  const int error = ::posix_spawnp(&pid, argv[2], &actions, nullptr, argv + 2, environ);
  if (error != 0) {
    std::fprintf(stderr, "stopwatch: %s: %s\n", argv[2], std::strerror(error));
    return 127;
  }
  while (::wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
  }
  const long long end = now();
  ::dprintf(report, "%lld %ld %d\n", end - begin, usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
