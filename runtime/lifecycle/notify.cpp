// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/notify.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/plan/services.h"
#include "runtime/sys/socket.h"

namespace wpar::lifecycle {
namespace {

constexpr int kBarrierMs = 5000;  // a manager that does not know BARRIER=1 answers at once or never

}  // namespace

NotifyProxy::NotifyProxy(const state::Entry& entry, std::string manager)
    : manager_(std::move(manager)) {
  in_context("NOTIFY_SOCKET", [&] { sys::check_datagram_target(manager_); });
  socket_ = sys::bind_datagram_in(entry.open_notify(), plan::kNotifySocketName, 0666);
}

bool NotifyProxy::forward() {
  std::array<char, 4096> buffer = {};  // as systemd itself reads it
  ssize_t length = 0;
  // Descriptors that come along are closed by the kernel, because none is asked for.
  while ((length = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) >= 0) {
    const auto lines = split({buffer.data(), static_cast<std::size_t>(length)}, '\n');
    if (!ready_ && std::find(lines.begin(), lines.end(), "READY=1") != lines.end()) {
      tell("READY=1");
      ready_ = true;
    }
  }
  return ready_;
}

void NotifyProxy::wait_until_ready(BorrowedFd init, pid_t main_pid) {
  bool ended = false;
  while (!forward() && !ended) {
    std::array<pollfd, 2> watched = {{{.fd = socket_.get(), .events = POLLIN, .revents = 0},
                                      {.fd = init.get(), .events = POLLIN, .revents = 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      throw_errno("wait for the container to be ready");
    }
    // What it said before its end is read once more.
    ended = watched[1].revents != 0 && watched[0].revents == 0;
  }
  if (ready_) {
    tell(fmt::format("MAINPID={}", main_pid));
    barrier();
  }
}

void NotifyProxy::tell(const std::string& text, BorrowedFd descriptor) const {
  in_context("NOTIFY_SOCKET", [&] { sys::send_datagram(manager_, text, descriptor); });
}

void NotifyProxy::barrier() const {
  auto [ours, theirs] = sys::make_packet_pair();
  tell("BARRIER=1", theirs);
  theirs.reset();
  pollfd closed = {.fd = ours.get(), .events = POLLIN, .revents = 0};
  ::poll(&closed, 1, kBarrierMs);
}

}  // namespace wpar::lifecycle
