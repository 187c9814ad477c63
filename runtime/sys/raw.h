// SPDX-License-Identifier: Apache-2.0
#pragma once
// System calls that glibc 2.36 has no wrapper for. Used inside runtime/sys and by final_exec only.

#include <linux/openat2.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>

namespace wpar::sys::raw {

// openat2(2)
inline int openat2(int directory, const char* path, const open_how& how) {
  return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof(how)));
}
// clone3(2)
inline pid_t clone3(clone_args& args) {
  return static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof(args)));
}
// pivot_root(2)
inline int pivot_root(const char* new_root, const char* put_old) {
  return static_cast<int>(::syscall(SYS_pivot_root, new_root, put_old));
}
// execveat(2) of an open file
inline int exec_fd(int fd, char* const argv[], char* const envp[]) {
  return static_cast<int>(::syscall(SYS_execveat, fd, "", argv, envp, 0x1000 /* AT_EMPTY_PATH */));
}

}  // namespace wpar::sys::raw
