// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs a program to its end and keeps the end of what it said on stderr. Used by hooks/script.

#include <cstddef>
#include <string>
#include <vector>

namespace wpar::hooks {

struct ChildProgram {
  std::string path;  // absolute
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=VALUE, all of it
};

struct ChildResult {
  bool succeeded = false;
  std::string how;     // "exit code 3", "killed by signal 9"
  std::string errors;  // the last kMaxErrorBytes of its stderr
};

inline constexpr std::size_t kMaxErrorBytes = 4096;

// stdin is /dev/null, stdout is ours, cwd is /. The program is killed when we are. It ends when the
// program itself does: a daemon that it leaves behind is not waited for. Throws kSystem when it
// cannot be started.
ChildResult run_child(const ChildProgram& program);

}  // namespace wpar::hooks
