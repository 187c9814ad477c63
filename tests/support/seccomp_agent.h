// SPDX-License-Identifier: Apache-2.0
#pragma once
// A seccomp agent: takes the listeners that a runtime sends to its socket and answers the system
// calls. Runs in threads of the test process until the object ends. Used by the SCMP_ACT_NOTIFY
// tests.

#include <sys/types.h>

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace wpar::test {

class SeccompAgent {
 public:
  enum class Manner {
    kAnswer,  // every call fails with the errno given
    kHangUp,  // closes each connection without reading
  };
  SeccompAgent(const std::string& path, int answer, Manner manner = Manner::kAnswer);
  ~SeccompAgent();
  SeccompAgent(const SeccompAgent&) = delete;
  SeccompAgent& operator=(const SeccompAgent&) = delete;

  struct Visit {
    nlohmann::json document;  // what came with the listener
    int descriptors = 0;      // how many came along
    bool closed = false;      // … and then the other end was closed
  };
  std::vector<Visit> visits();
  std::vector<pid_t> callers();  // of each call that was answered

 private:
  void accept_all();
  void serve(int connection);
  void answer_calls(int listener);

  int socket_ = -1;
  int answer_;
  Manner manner_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::vector<Visit> visits_;
  std::vector<pid_t> callers_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace wpar::test
