// SPDX-License-Identifier: Apache-2.0
#include "runtime/protocol/channel.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "runtime/sys/socket.h"

namespace wpar::protocol {

std::pair<Channel, Channel> Channel::make_pair() {
  auto [one, other] = sys::make_packet_pair();
  return {Channel(std::move(one)), Channel(std::move(other))};
}

void Channel::send(const Message& message, BorrowedFd descriptor) const {
  sys::send_packet(socket_, std::as_bytes(std::span(&message, 1)), descriptor);
}

void Channel::send_failure(std::uint32_t step, const Error& error) const noexcept {
  Message message;
  message.topic = Topic::kFailed;
  message.step = step;
  message.error_kind = static_cast<std::uint32_t>(error.kind());
  message.errno_value = error.errno_value();
  const std::string_view text = error.what();
  std::memcpy(message.text, text.data(), std::min(text.size(), sizeof(message.text) - 1));
  ::send(socket_.get(), &message, sizeof(message), MSG_NOSIGNAL);
}

std::optional<Message> Channel::receive(UniqueFd* descriptor) const {
  Message message;
  const std::size_t length =
      sys::receive_packet(socket_, std::as_writable_bytes(std::span(&message, 1)), descriptor);
  if (length == 0) {
    return std::nullopt;
  }
  if (length != sizeof(message)) {
    throw_error(ErrorKind::kInternal, "a message of {} bytes instead of {}", length,
                sizeof(message));
  }
  message.text[sizeof(message.text) - 1] = '\0';
  return message;
}

Message Channel::expect(Topic topic) const {
  const auto message = receive();
  if (!message) {
    throw_error(ErrorKind::kInternal, "the runtime ended before it said {}", topic_name(topic));
  }
  if (message->topic != topic) {
    throw_error(ErrorKind::kInternal, "expected the message {}, got {}", topic_name(topic),
                topic_name(message->topic));
  }
  return *message;
}

Error failure_of(const Message& message) {
  return Error(static_cast<ErrorKind>(message.error_kind),
               std::string(message.text, ::strnlen(message.text, sizeof(message.text))),
               message.errno_value);
}

}  // namespace wpar::protocol
