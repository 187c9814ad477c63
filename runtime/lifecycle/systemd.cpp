// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/systemd.h"

#include <unistd.h>

#include <cstdlib>
#include <span>

#include "runtime/base/error.h"
#include "runtime/sys/socket.h"
#include "runtime/sys/start_program.h"
#include "runtime/systemd/message.h"

namespace wpar::lifecycle {
namespace {

// As it was installed, never searched for: who can name the program can be root.
constexpr const char* kHelper = WPAR_HELPER_DIRECTORY "/runwpar-systemd";
constexpr const char* kBooted = "/run/systemd/system";  // sd_booted(3)

bool is_booted() {
  return ::access(kBooted, F_OK) == 0;
}

// How a user's manager is found; the system's is always at the same place.
std::vector<std::string> environment_for(bool of_user) {
  std::vector<std::string> words;
  for (const char* name : {"XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"}) {
    const char* value = of_user ? std::getenv(name) : nullptr;
    if (value != nullptr) {
      words.push_back(fmt::format("{}={}", name, value));
    }
  }
  return words;
}

sys::Child start_helper(const UniqueFd& socket, bool of_user) {
  if (::access(kHelper, X_OK) < 0) {
    throw_error(ErrorKind::kUnsupported,
                "the systemd cgroup driver needs {}, which is not installed; use --cgroup-manager "
                "cgroupfs",
                kHelper);
  }
  return sys::start_program({.path = kHelper,
                             .args = {"runwpar-systemd"},
                             .env = environment_for(of_user),
                             .descriptors = {BorrowedFd(socket.get())}});
}

std::string converse(BorrowedFd socket, sys::Child& helper, const systemd::Request& request) {
  const std::string packet = systemd::encode(request);
  if (packet.size() > systemd::kMaxPacket) {
    throw_error(ErrorKind::kInvalidConfig, "more properties of the unit {} than can be told",
                request.unit.name);
  }
  sys::send_packet(socket, std::as_bytes(std::span(packet)), BorrowedFd(-1));
  std::string buffer(systemd::kMaxPacket, '\0');
  UniqueFd none;
  buffer.resize(sys::receive_packet(socket, std::as_writable_bytes(std::span(buffer)), &none));
  if (buffer.empty()) {
    throw_error(ErrorKind::kSystem, "{} ended without an answer (exit code {})", kHelper,
                helper.wait());
  }
  systemd::Answer answer = systemd::decode_answer(buffer);
  if (!answer.done) {
    throw_error(ErrorKind::kSystem, "{}", answer.text);
  }
  return std::move(answer.text);
}

std::string ask(const systemd::Request& request) {
  auto [ours, theirs] = sys::make_packet_pair();
  sys::Child helper = start_helper(theirs, request.unit.of_user);
  theirs.reset();
  std::string answer = converse(ours, helper, request);
  helper.wait();
  return answer;
}

}  // namespace

void require_systemd() {
  if (!is_booted()) {
    throw_error(ErrorKind::kUnsupported,
                "systemd is not running as init ({} is missing); use --cgroup-manager cgroupfs",
                kBooted);
  }
}

StartedUnit::StartedUnit(const plan::SystemdUnit& unit) {
  auto [ours, theirs] = sys::make_packet_pair();
  helper_ = start_helper(theirs, unit.of_user);
  theirs.reset();
  socket_ = std::move(ours);
  cgroup_ = converse(socket_, helper_, {.command = systemd::Command::kStart, .unit = unit});
  if (!cgroup_.starts_with('/') || cgroup_ == "/") {
    throw_error(ErrorKind::kSystem, "systemd has put the unit {} into no cgroup of its own: \"{}\"",
                unit.name, cgroup_);
  }
}

void StartedUnit::leave() {
  socket_.reset();
  helper_.wait();
}

void change_unit(const plan::SystemdUnit& unit) {
  ask({.command = systemd::Command::kProperties, .unit = unit});
}

void stop_unit(const plan::SystemdUnit& unit) {
  if (is_booted()) {
    ask({.command = systemd::Command::kStop, .unit = unit});
  }
}

}  // namespace wpar::lifecycle
