// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fixture of tests with a real systemd: on most hosts that is the guest of tests/vm. After each
// test no unit of it is left.

#include <string>
#include <vector>

#include "tests/support/container_test.h"

namespace wpar::test {

// Skips where systemd is not what runs the machine.
class SystemdTest : public ContainerTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  Json& resources() { return bundle().config["linux"]["resources"]; }
  std::string unit() const;  // of the container with the cgroupsPath that SetUp writes
  Result create_by_systemd(const std::string& id, std::vector<std::string> options = {});
  std::string start_by_systemd(const std::string& script);  // a running container
  std::string property(const std::string& name) const;      // as systemctl show has it
  // Where the manager's tree is; on a host with version 1 that of the controller pids.
  static std::string hierarchy();
  // The folder of the unit in it.
  std::string cgroup() const;
  std::string file(const std::string& name) const;  // in it, trimmed
  // Every unit of this test that systemd knows, in whatever state.
  std::string units() const;
};

}  // namespace wpar::test
