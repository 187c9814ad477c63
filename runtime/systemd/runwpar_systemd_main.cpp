// SPDX-License-Identifier: Apache-2.0
// runwpar-systemd: what runwpar asks of systemd, in a program of its own, so that nobody else links
// a D-Bus library. Started by runwpar with a socket as descriptor 3; message.h has the words.
#include <sys/socket.h>

#include <cstdio>
#include <exception>
#include <string>

#include "runtime/base/error.h"
#include "runtime/systemd/bus.h"
#include "runtime/systemd/message.h"
#include "runtime/systemd/unit.h"

namespace wpar::systemd {
namespace {

std::string receive() {
  std::string packet(kMaxPacket, '\0');
  const ssize_t size = ::recv(kSocket, packet.data(), packet.size(), 0);
  if (size < 0) {
    throw_errno("read the request");
  }
  packet.resize(static_cast<std::size_t>(size));
  return packet;
}

void send(const Answer& answer) {
  const std::string packet = encode(answer);
  if (::send(kSocket, packet.data(), packet.size(), MSG_NOSIGNAL) < 0) {
    throw_errno("answer");
  }
}

std::string carry_out(const Request& request) {
  const Bus bus(request.unit.of_user);
  switch (request.command) {
    case Command::kStart:
      return start_unit(bus, request.unit);
    case Command::kProperties:
      set_properties(bus, request.unit);
      break;
    case Command::kStop:
      stop_unit(bus, request.unit);
      break;
  }
  return {};
}

void serve() {
  const Request request = decode_request(receive());
  send({.done = true, .text = carry_out(request)});
  if (request.command == Command::kStart) {
    // The scope lives as long as somebody is in it: until init is, or runwpar has ended.
    receive();
  }
}

}  // namespace
}  // namespace wpar::systemd

int main() {
  try {
    wpar::systemd::serve();
    return 0;
  } catch (const std::exception& error) {
    try {
      wpar::systemd::send({.done = false, .text = error.what()});
    } catch (const std::exception&) {
      std::fprintf(stderr, "runwpar-systemd: %s (it is a part of runwpar, not a command)\n",
                   error.what());
    }
    return 1;
  }
}
