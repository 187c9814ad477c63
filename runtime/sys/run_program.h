// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs a helper (a hook, newuidmap, a WPAR's script, …) and waits for it: argv and envp are ready
// before the fork, the program gets its own process group, and when its time is over the whole
// group is killed. A daemon that it leaves behind is not waited for. Parent, init and hooks/.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wpar::sys {

struct Program {
  std::string path;  // absolute; never searched for
  std::vector<std::string> args = {};
  std::vector<std::string> env = {};
  std::string working_directory = {};  // empty: where we are
  std::string_view input = {};         // its stdin; a reader that stops early is no error
  int timeout_seconds = 0;             // 0: none
  std::size_t kept_output = 4096;      // bytes, the last ones
  bool has_our_stdout = false;         // what is kept is its stderr alone then
  bool dies_with_us = false;           // SIGKILL when we end (PR_SET_PDEATHSIG)
};

struct ProgramResult {
  bool timed_out = false;
  int exit_code = 0;  // 128 + signal when killed by one
  int signal = 0;     // 0: it ended by itself
  double elapsed_seconds = 0;
  std::string output;  // the end of stdout and stderr together
};

// Throws when the program cannot be started (the errno of execve(2)).
ProgramResult run_program(const Program& program);

}  // namespace wpar::sys
