// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a container must not leave behind on the host: mounts, cgroups, state, processes, links, the
// host name. Only what carries the test's own tag is looked at where others work at the same time.

#include <set>
#include <string>
#include <vector>

namespace wpar::test {

class HostSnapshot {
 public:
  // tag: the part that every container id of the test holds; state: the --root directory.
  HostSnapshot(std::string tag, std::string state);
  // What is here now and was not then, or the other way round; waits a little for dying processes.
  std::vector<std::string> differences() const;

 private:
  std::set<std::string> look() const;
  std::string tag_;
  std::string state_;
  std::set<std::string> then_;
};

// Directories of every mounted cgroup hierarchy whose path holds the tag.
std::vector<std::string> cgroups_with(const std::string& tag);
// The mount point of a version 1 controller ("memory"), or of version 2 with ""; "" when absent.
std::string cgroup_mount(const std::string& controller);

}  // namespace wpar::test
