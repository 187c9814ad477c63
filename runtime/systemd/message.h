// SPDX-License-Identifier: Apache-2.0
#pragma once
// The language between runwpar and its helper runwpar-systemd: one request and one answer, each one
// packet of a SOCK_SEQPACKET socket, which is the helper's descriptor 3. Used by both sides. Pure.
//
//  runwpar                                   runwpar-systemd
//    │── Request ──────────────────────────────▶│  talks to systemd over D-Bus
//    │◀─ Answer ────────────────────────────────│
//    │   kStart: init enters the scope          │  waits in the scope, as its placeholder
//    │── end of the socket ────────────────────▶│  leaves; the same when runwpar is killed

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/plan.h"

namespace wpar::systemd {

inline constexpr int kSocket = 3;
inline constexpr std::size_t kMaxPacket = std::size_t{128} * 1024;

enum class Command : char {
  kStart = 's',       // make the unit; the helper is its first process, unless it is a slice
  kProperties = 'p',  // change properties of a unit in use
  kStop = 'd',        // end it; one that is not there, or has another description, is left alone
};

struct Request {
  Command command = Command::kStop;
  plan::SystemdUnit unit;
  bool operator==(const Request&) const = default;
};

struct Answer {
  bool done = false;
  std::string text;  // done: the cgroup of the unit, "/system.slice/x.scope"; else what went wrong
  bool operator==(const Answer&) const = default;
};

std::string encode(const Request& request);
// Throws Error(kInternal) for bytes that no encode() has made.
Request decode_request(std::string_view packet);
std::string encode(const Answer& answer);
Answer decode_answer(std::string_view packet);

}  // namespace wpar::systemd
