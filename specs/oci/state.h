// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state document (runtime.md, "State"): printed by `state` and `list`, given to hooks on stdin.

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct State {
  std::string oci_version;
  std::string id;
  std::string status;  // "creating" "created" "running" "paused" "stopped"
  int pid = 0;         // 0: no process, left out
  std::string bundle;
  std::map<std::string, std::string> annotations;
  // Beyond the specification, as runc prints them; left out when empty (hooks get none of them).
  std::string rootfs;
  std::string created;  // RFC 3339 with nanoseconds
  std::string owner;
  bool operator==(const State&) const = default;
};

// What a seccomp agent is told with each listener (config-linux.md, "The Container Process State").
struct ContainerProcessState {
  std::string oci_version;
  std::vector<std::string> fds;  // the names of the descriptors that come along: "seccompFd"
  int pid = 0;                   // of the process, as the runtime sees it
  std::string metadata;          // empty: left out
  State state;
};

}  // namespace wpar::oci
