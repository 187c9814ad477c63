// SPDX-License-Identifier: Apache-2.0
#pragma once
// The control files of a process's cgroup, on hosts with version 1, both, or version 2 alone.

#include <sys/types.h>

#include <string>

#include "tests/support/container_test.h"

namespace wpar::test {

// Version 2 is mounted and no controller of version 1 is.
bool only_cgroup_v2();
// A controller by the name that version 1 gives it ("blkio") is in the version 2 hierarchy.
bool controller_is_v2(const std::string& controller);
// Where the process is, by the name that version 1 gives the controller; "" when nowhere. On a host
// with both, the version 1 hierarchy if it has the controller.
std::string cgroup_folder(pid_t pid, const std::string& controller);
// The one of the two files that belongs to where the process is, without white space at the end.
std::string cgroup_value(pid_t pid, const std::string& controller, const std::string& v1_file,
                         const std::string& v2_file);
// Removes the empty cgroups whose path holds the tag: parents that a runtime made and left.
void remove_cgroups_with(const std::string& tag);
// "254:0", a disk of this machine that is no loop device; "" when there is none.
std::string a_disk();

// The fixture of tests that look at the cgroup of a container from the host's side.
class CgroupTest : public ContainerTest {
 protected:
  void SetUp() override;  // skips where no controller is mounted
  Json& resources() { return bundle().config["linux"]["resources"]; }
  std::string start_in(const std::string& cgroups_path);  // a running container there
  std::string folder(const std::string& id, const std::string& controller);
  std::string value(const std::string& id, const std::string& controller,
                    const std::string& v1_file, const std::string& v2_file);
  // Another node of the kernel's log and the right to read it: /dev/log11, 1:11. Who may open it is
  // up to the device rules alone.
  void add_log_device();
};

}  // namespace wpar::test
