// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/init.h"

#include <sched.h>
#include <unistd.h>

#include <cstring>

#include "runtime/init/step_functions.h"
#include "runtime/init/steps.h"
#include "runtime/sys/credentials.h"
#include "runtime/sys/limits.h"

namespace wpar::init {
namespace {

// /proc/PID/environ of a waiting init would show the caller's environment to whoever shares its pid
// namespace.
void wipe_environment() {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    std::memset(*variable, 0, std::strlen(*variable));
  }
}

void close_parents_descriptors(Input& input) {
  for (int* fd : {&input.lock, &input.far_end, &input.stager_far_end}) {
    if (*fd >= 0) {
      ::close(*fd);
      *fd = -1;
    }
  }
}

[[noreturn]] void run_steps(Input& input, std::span<const StepEntry> steps) noexcept {
  Context context(input);
  std::uint32_t number = 0;
  try {
    close_parents_descriptors(input);
    wipe_environment();
    sys::reset_signals();
    for (; number < steps.size(); ++number) {
      steps[number].run(context);
    }
  } catch (const Error& error) {
    context.channel.send_failure(number, error);
  } catch (const std::exception& error) {
    context.channel.send_failure(number, Error(ErrorKind::kInternal, error.what()));
  }
  ::_exit(127);
}

void become_root_here() {
  sys::set_gid(0);
  sys::set_uid(0);
  // The change of ids made us dumpable or not by /proc/sys/fs/suid_dumpable; we decide.
  sys::set_dumpable(false);
}

// A stager: `enter` brings this process to where a child of it is born into the right namespaces.
// The child is the runtime's, too (CLONE_PARENT).
[[noreturn]] void make_sibling(Input& input, const sys::CloneRequest& request,
                               void (*enter)(Input&),
                               void (*child_main)(Input&) noexcept) noexcept {
  try {
    close_parents_descriptors(input);
    enter(input);
    UniqueFd pidfd;
    const pid_t pid = sys::clone_with_pidfd(request, pidfd);
    if (pid == 0) {
      input.stager_channel.close();
      child_main(input);
    }
    input.stager_channel.send({.topic = protocol::Topic::kInitSpawned, .pid = pid}, pidfd);
    ::_exit(0);
  } catch (const Error& error) {
    input.stager_channel.send_failure(~0U, error);
  } catch (const std::exception& error) {
    input.stager_channel.send_failure(~0U, Error(ErrorKind::kInternal, error.what()));
  }
  ::_exit(127);
}

}  // namespace

void init_main(Input& input) noexcept {
  run_steps(input, init_steps());
}

void exec_main(Input& input) noexcept {
  run_steps(input, exec_steps());
}

void live_mounts_main(Input& input, std::span<const StepEntry> steps) noexcept {
  run_steps(input, steps);
}

void stager_main(Input& input, const sys::CloneRequest& init_request) noexcept {
  make_sibling(
      input, init_request,
      [](Input& given) {
        write_oom_score(given);
        make_time_namespace(given);
        sys::set_dumpable(false);
        if (!given.joins.empty() && given.joins.front().flag == CLONE_NEWUSER) {
          sys::join_namespaces(given.joins.front().file, CLONE_NEWUSER);
          given.joins.erase(given.joins.begin());
          become_root_here();
        }
        for (const NamespaceHandle& birth : given.births) {
          sys::join_namespaces(birth.file, birth.flag);
        }
        given.births.clear();
      },
      init_main);
}

void exec_stager_main(Input& input, const sys::CloneRequest& request) noexcept {
  make_sibling(
      input, request,
      [](Input& given) {
        write_oom_score(given);
        sys::set_dumpable(false);
        if ((given.target_namespaces & CLONE_NEWUSER) != 0) {
          sys::join_namespaces(given.target, CLONE_NEWUSER);
          become_root_here();
        }
        sys::join_namespaces(given.target, CLONE_NEWPID);
        given.target_namespaces &= ~(CLONE_NEWUSER | CLONE_NEWPID);
      },
      exec_main);
}

}  // namespace wpar::init
