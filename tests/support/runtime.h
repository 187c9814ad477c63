// SPDX-License-Identifier: Apache-2.0
#pragma once
// The runtime under test, called as engines call it: by its command line. WPAR_RUNTIME names
// another one (runc, crun), which is how the tests themselves are calibrated.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/command.h"

namespace wpar::test {

class Runtime {
 public:
  explicit Runtime(std::string root, std::string program = "");  // --root; "" is the one under test
  static std::string under_test();
  const std::string& program() const { return program_; }
  const std::string& root() const { return root_; }
  std::string name() const;  // "runwpar", "runc", "crun"
  bool is_ours() const { return name() == "runwpar"; }

  // From now on it is called through these words and with this environment: as another user, in
  // other namespaces.
  void call_through(std::vector<std::string> prefix, std::vector<std::string> environment) {
    prefix_ = std::move(prefix);
    environment_ = std::move(environment);
  }
  Command command(std::vector<std::string> words) const;
  Result operator()(std::vector<std::string> words) const { return run(command(std::move(words))); }
  nlohmann::json state(const std::string& id) const;  // null when there is none
  std::string status(const std::string& id) const;    // "" when there is none
  // Reaps what the runtime left to us while it polls, as an engine's monitor does.
  bool wait_for(const std::string& id, const std::string& status,
                Milliseconds limit = Milliseconds(5000)) const;
  pid_t pid(const std::string& id) const;

 private:
  std::string root_;
  std::string program_;
  std::vector<std::string> prefix_;
  std::optional<std::vector<std::string>> environment_;
};

}  // namespace wpar::test
