// SPDX-License-Identifier: Apache-2.0
#pragma once
// The container's unit, made and ended by the helper program runwpar-systemd, which speaks D-Bus
// with systemd (runtime/systemd). Only with --cgroup-manager=systemd. Parent.

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/plan/plan.h"
#include "runtime/sys/process.h"

namespace wpar::lifecycle {

// Throws kUnsupported, naming what is missing, where no systemd could be asked.
void require_systemd();

// A unit that has been started. Until leave() the helper is in it as its placeholder, since systemd
// makes no scope without a process, and ends one that has none left.
class StartedUnit {
 public:
  // Returns when systemd has made it. Throws with systemd's words.
  explicit StartedUnit(const plan::SystemdUnit& unit);
  // As a path below the hierarchies' roots: "/system.slice/runwpar-web1.scope".
  const std::string& cgroup() const { return cgroup_; }
  // Somebody else is in it now.
  void leave();

 private:
  UniqueFd socket_;
  sys::Child helper_;
  std::string cgroup_;
};

void change_unit(const plan::SystemdUnit& unit);
// Kills what is in it. One that is not there is no error, nor is a host without systemd; one with
// another description is not the container's and left alone.
void stop_unit(const plan::SystemdUnit& unit);

}  // namespace wpar::lifecycle
