// SPDX-License-Identifier: Apache-2.0
#pragma once
// The status of a container is derived from what can be observed, never stored (runtime.md,
// "State").

namespace wpar::state {

enum class Status { kCreating, kCreated, kRunning, kPaused, kStopped };

struct Evidence {
  bool recorded = false;    // the record exists: create has finished
  bool init_alive = false;  // the recorded process, same start time, not a zombie
  bool frozen = false;      // its cgroup
  bool gate_open = false;   // start has been there
};

constexpr Status derive_status(const Evidence& evidence) {
  if (!evidence.recorded) {
    return Status::kCreating;
  }
  if (!evidence.init_alive) {
    return Status::kStopped;
  }
  if (evidence.frozen) {
    return Status::kPaused;
  }
  return evidence.gate_open ? Status::kRunning : Status::kCreated;
}

constexpr const char* status_word(Status status) {
  switch (status) {
    case Status::kCreating:
      return "creating";
    case Status::kCreated:
      return "created";
    case Status::kRunning:
      return "running";
    case Status::kPaused:
      return "paused";
    case Status::kStopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace wpar::state
