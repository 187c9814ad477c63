// SPDX-License-Identifier: Apache-2.0
#pragma once
// One end of the conversation in message.h. Run by the runtime, the stager, init, and by `start`.

#include <optional>
#include <string_view>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/fd.h"
#include "runtime/protocol/message.h"

namespace wpar::protocol {

class Channel {
 public:
  Channel() = default;
  explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}
  static std::pair<Channel, Channel> make_pair();

  // `descriptor` travels along when it is valid. Throws EPIPE when the other end is gone.
  void send(const Message& message, BorrowedFd descriptor = BorrowedFd(-1)) const;
  void send(Topic topic) const { send(Message{.topic = topic}); }
  // Tells the other end of a failure; when that is gone too there is nobody to tell.
  void send_failure(std::uint32_t step, const Error& error) const noexcept;

  // Nothing at the end of the channel.
  std::optional<Message> receive(UniqueFd* descriptor = nullptr) const;
  // The next message must be `topic`; the end of the channel or another message is an error.
  Message expect(Topic topic) const;

  BorrowedFd fd() const { return socket_; }
  void close() { socket_.reset(); }

 private:
  UniqueFd socket_;
};

// The error that a kFailed message carries, without its step.
Error failure_of(const Message& message);

}  // namespace wpar::protocol
