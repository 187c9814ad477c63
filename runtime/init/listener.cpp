// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/listener.h"

#include <unistd.h>

#include <span>

#include "runtime/sys/process.h"
#include "runtime/sys/socket.h"

namespace wpar::init {
namespace {

// Descriptors are shared: what is closed here is closed there. Without its last copy of the
// listener a process that waits for the agent is told ENOSYS.
void help(BorrowedFd process, BorrowedFd receiver, const std::string& document) noexcept {
  int listener = -1;
  if (::read(process.get(), &listener, sizeof(listener)) != sizeof(listener)) {
    return;
  }
  const int error =
      sys::try_send_packet(receiver, std::as_bytes(std::span(document)), BorrowedFd(listener));
  ::close(receiver.get());  // one document for each connection
  if (error != 0) {
    ::close(listener);
  }
  static_cast<void>(!::write(process.get(), &error, sizeof(error)));
}

std::string document_of(const Context& context) {
  std::string document;
  for (std::size_t i = 0; i < context.input.seccomp_state.size(); ++i) {
    document += i == 0 ? "" : std::to_string(context.outer_pid);
    document += context.input.seccomp_state[i];
  }
  return document;
}

}  // namespace

UniqueFd start_listener_helper(Context& context) {
  // No structured binding: clang before 16 does not let a lambda have one.
  auto ends = sys::make_packet_pair();
  UniqueFd& theirs = ends.second;
  const std::string document = document_of(context);
  const pid_t parent = ::getpid();
  sys::forget_dead_children();
  sys::Child helper = sys::clone_process({.flags = CLONE_FILES}, [&]() noexcept {
    sys::die_with_parent(parent);
    help(theirs, context.input.seccomp_receiver, document);
    ::_exit(0);
  });
  helper.detach();
  // The helper's end stays open as long as the table is shared; execve(2) ends that.
  theirs.release();
  return std::move(ends.first);
}

int hand_over_listener(int helper, int listener) noexcept {
  int answer = EIO;
  if (::write(helper, &listener, sizeof(listener)) != sizeof(listener)) {
    return errno;
  }
  const ssize_t length = ::read(helper, &answer, sizeof(answer));
  return length < 0 ? errno : length == sizeof(answer) ? answer : EIO;
}

}  // namespace wpar::init
