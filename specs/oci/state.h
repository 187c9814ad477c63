// SPDX-License-Identifier: Apache-2.0
#pragma once
// The state document (runtime.md, "State"): printed by `state` and `list`, given to hooks on stdin.

#include <map>
#include <optional>
#include <string>

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

}  // namespace wpar::oci
