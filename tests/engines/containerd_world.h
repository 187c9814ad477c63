// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of the tests with containerd, which it starts with directories of its own, and ctr.

#include <memory>
#include <string>
#include <vector>

#include "tests/support/container_test.h"

namespace wpar::test {

class Containerd : public ContainerTest {
 protected:
  void SetUp() override;
  void TearDown() override;
  Result ctr(std::vector<std::string> words);
  // config.toml, and the namespace that ctr asks about.
  virtual std::string daemon_config() const;
  virtual std::string daemon_namespace() const { return "wt" + temp_->tag(); }
  std::string daemon_log() const;
  std::string socket() const { return *temp_ / "c.sock"; }
  // A shell that counts into /counter.
  std::string start_counting();
  int counter();
  // "ctr run" of a container of its own name, with the root of the bundle.
  Result run_program(std::vector<std::string> options, std::vector<std::string> program);
  const std::string& id() const { return ids_.back(); }
  // What "ctr task ls" says of it; "" when there is no such task.
  std::string task_status(const std::string& id);
  // The directory that its shim works in, with the config.json.
  std::string bundle_of(const std::string& id) const;

 private:
  std::unique_ptr<Process> daemon_;
  std::vector<std::string> ids_;
};

}  // namespace wpar::test
