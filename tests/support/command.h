// SPDX-License-Identifier: Apache-2.0
#pragma once
// Starts programs and waits for them with a limit, so that no test can hang. Output goes to files,
// not pipes: a container that outlives its runtime may keep them open. Used by every real-binary
// test.

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace wpar::test {

using Milliseconds = std::chrono::milliseconds;

struct Command {
  std::vector<std::string> argv;
  std::string input = {};                            // what stdin holds
  std::optional<std::vector<std::string>> env = {};  // absent: the caller's
  std::string cwd = {};
  Milliseconds timeout{20000};
  std::string output_path = {};  // absent: a nameless file
  std::string error_path = {};
  std::vector<int> fds = {};   // become 3, 4, …
  int terminal = -1;           // slave of a pty: controlling terminal, 0-2
  int network_namespace = -1;  // entered before exec
};

struct Result {
  int code = -1;  // exit code, 128 + signal, -1 when it was killed for being late
  bool timed_out = false;
  std::string out;
  std::string err;
  Milliseconds took{0};
  bool ok() const { return code == 0; }
};

// For EXPECT_TRUE(result.ok()) << result;
std::ostream& operator<<(std::ostream& out, const Result& result);

class Process {
 public:
  explicit Process(const Command& command);
  ~Process();  // SIGKILL when still running
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  pid_t pid() const { return pid_; }
  bool running();
  void signal(int number) const;
  Result wait();               // for the rest of the command's time; SIGKILL after that
  std::string output() const;  // so far

 private:
  bool reap(bool block);
  Command command_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int out_ = -1;
  int err_ = -1;
  bool done_ = false;
  int status_ = 0;
  std::chrono::steady_clock::time_point begin_;
};

Result run(const Command& command);
// "runc" → its absolute path by PATH; "" when there is none.
std::string find_program(const std::string& name);
// Children of ours that no Process started: what a runtime left to its subreaper. Reaps dead ones.
std::vector<pid_t> adopted_children();
// Polls until the condition holds or the time is over.
template <typename Condition>
bool eventually(Condition condition, Milliseconds limit = Milliseconds(5000));
void sleep_for(Milliseconds time);

template <typename Condition>
bool eventually(Condition condition, Milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    sleep_for(Milliseconds(5));
  }
  return true;
}

}  // namespace wpar::test
