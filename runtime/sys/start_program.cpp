// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/start_program.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/base/error.h"
#include "runtime/sys/string_array.h"

namespace wpar::sys {
namespace {

// Above every number that the descriptors of a program shall get.
constexpr int kAside = 64;

enum class Stage { kCgroup, kMount, kDescriptors, kExec };

struct Failure {
  Stage stage = Stage::kExec;
  int error = 0;
};

const char* stage_text(Stage stage) {
  switch (stage) {
    case Stage::kCgroup:
      return "enter the cgroup";
    case Stage::kMount:
      return "bind the root";
    case Stage::kDescriptors:
      return "hand on descriptors";
    case Stage::kExec:
      return "exec";
  }
  return "start";
}

bool enter_cgroup(const ProgramStart& start) {
  for (const BorrowedFd tasks : start.cgroup_tasks) {
    if (::write(tasks.get(), "0", 1) != 1) {
      return false;
    }
  }
  return true;
}

// The directory on top of itself, so that it is a mount. It stays the slave that it becomes here:
// what the container was and shall be again.
bool make_own_mount(const char* path) {
  return ::mount(nullptr, "/", nullptr, MS_SLAVE | MS_REC, nullptr) == 0 &&
         ::mount(path, path, nullptr, MS_BIND | MS_REC, nullptr) == 0;
}

// They are out of the way of each other already; the copies at their places lose close-on-exec.
bool place_descriptors(const ProgramStart& start) {
  int number = 3;
  for (const BorrowedFd descriptor : start.descriptors) {
    if (::dup2(descriptor.get(), number) < 0) {
      return false;
    }
    ++number;
  }
  return start.error.get() == STDERR_FILENO || ::dup2(start.error.get(), STDERR_FILENO) >= 0;
}

[[noreturn]] void child_main(const ProgramStart& start, char* const* argv, char* const* envp,
                             int failure_pipe) noexcept {
  reset_signals();
  Failure failure = {.stage = Stage::kCgroup, .error = 0};
  if (enter_cgroup(start)) {
    failure.stage = Stage::kMount;
    if (start.own_mount.empty() || make_own_mount(start.own_mount.c_str())) {
      failure.stage = Stage::kDescriptors;
      if (place_descriptors(start)) {
        failure.stage = Stage::kExec;
        ::execve(start.path.c_str(), argv, envp);
      }
    }
  }
  failure.error = errno;
  static_cast<void>(!::write(failure_pipe, &failure, sizeof(failure)));
  ::_exit(127);
}

UniqueFd set_aside(BorrowedFd descriptor) {
  UniqueFd copy(::fcntl(descriptor.get(), F_DUPFD_CLOEXEC, kAside));
  if (!copy) {
    throw_errno("duplicate a descriptor");
  }
  return copy;
}

}  // namespace

Child start_program(const ProgramStart& start) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) {
    throw_errno("create a pipe");
  }
  const UniqueFd read_end(ends[0]);
  UniqueFd write_end(ends[1]);
  UniqueFd report = set_aside(write_end);
  write_end.reset();

  ProgramStart ready = start;
  std::vector<UniqueFd> aside;
  for (BorrowedFd& descriptor : ready.descriptors) {
    aside.push_back(set_aside(descriptor));
    descriptor = aside.back();
  }
  const StringArray argv(ready.args);
  const StringArray envp(ready.env);
  const CloneRequest request = {
      .flags = ready.own_mount.empty() ? std::uint64_t{0} : std::uint64_t{CLONE_NEWNS},
      .into_cgroup = ready.into_cgroup};
  Child child = clone_process(
      request, [&]() noexcept { child_main(ready, argv.data(), envp.data(), report.get()); });
  report.reset();
  Failure failure;
  if (::read(read_end.get(), &failure, sizeof(failure)) == sizeof(failure)) {
    throw Error(failure.error, fmt::format("start {}: {}", start.path, stage_text(failure.stage)));
  }
  return child;
}

}  // namespace wpar::sys
