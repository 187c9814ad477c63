// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/path.h"

namespace wpar::sys {
namespace {

// sun_path holds 108 bytes; through a descriptor of the directory the length does not matter.
sockaddr_un address_in(BorrowedFd directory, const std::string& name) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = fmt::format("/proc/self/fd/{}/{}", directory.get(), name);
  if (path.size() >= sizeof(address.sun_path)) {
    throw_error(ErrorKind::kInvalidArgument, "socket name {} is too long", name);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

UniqueFd make_socket(int type) {
  UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  if (!fd) {
    throw_errno("create a unix socket");
  }
  return fd;
}

bool try_connect(BorrowedFd socket, const sockaddr_un& address) {
  for (;;) {
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) ==
        0) {
      return true;
    }
    if (errno != EINTR) {
      return false;
    }
  }
}

// A path of any length is connected to through its directory; "@name" is in the abstract namespace.
UniqueFd connect_datagram(const std::string& target) {
  UniqueFd socket = make_socket(SOCK_DGRAM);
  if (!target.starts_with('@')) {
    const std::string parent = parent_path(target);
    const UniqueFd directory(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory || !try_connect(socket, address_in(directory, std::string(base_name(target))))) {
      throw_errno("connect to {}", target);
    }
    return socket;
  }
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (target.size() > sizeof(address.sun_path)) {
    throw_error(ErrorKind::kInvalidArgument, "socket name {} is too long", target);
  }
  std::memcpy(address.sun_path + 1, target.data() + 1, target.size() - 1);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + target.size());
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) < 0) {
    throw_errno("connect to {}", target);
  }
  return socket;
}

}  // namespace

std::pair<UniqueFd, UniqueFd> make_packet_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    throw_errno("create a socket pair");
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd connect_unix(const std::string& path) {
  const std::string parent = parent_path(path);
  const UniqueFd directory(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) {
    throw_errno("open {}", parent);
  }
  UniqueFd socket = make_socket(SOCK_STREAM);
  if (!try_connect(socket, address_in(directory, std::string(base_name(path))))) {
    throw_errno("connect to {}", path);
  }
  return socket;
}

int try_send_packet(BorrowedFd socket, std::span<const std::byte> bytes,
                    BorrowedFd descriptor) noexcept {
  iovec part = {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int raw = descriptor.get();
    std::memcpy(CMSG_DATA(header), &raw, sizeof(raw));
  }
  while (::sendmsg(socket.get(), &message, MSG_NOSIGNAL) < 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void send_packet(BorrowedFd socket, std::span<const std::byte> bytes, BorrowedFd descriptor) {
  if (const int error = try_send_packet(socket, bytes, descriptor); error != 0) {
    throw Error(error, "send a message");
  }
}

std::size_t receive_packet(BorrowedFd socket, std::span<std::byte> bytes, UniqueFd* descriptor) {
  iovec part = {.iov_base = bytes.data(), .iov_len = bytes.size()};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  ssize_t length = 0;
  while ((length = ::recvmsg(socket.get(), &message, MSG_CMSG_CLOEXEC)) < 0) {
    if (errno != EINTR) {
      throw_errno("receive a message");
    }
  }
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
      int raw = -1;
      std::memcpy(&raw, CMSG_DATA(header), sizeof(raw));
      UniqueFd received(raw);
      if (descriptor != nullptr) {
        *descriptor = std::move(received);
      }
    }
  }
  return static_cast<std::size_t>(length);
}

void send_descriptor(BorrowedFd socket, std::string_view name, BorrowedFd descriptor) {
  send_packet(socket, std::as_bytes(std::span(name)), descriptor);
}

UniqueFd bind_datagram_in(BorrowedFd directory, const std::string& name, mode_t mode) {
  UniqueFd socket = make_socket(SOCK_DGRAM);
  const sockaddr_un address = address_in(directory, name);
  ::unlinkat(directory.get(), name.c_str(), 0);
  if (::fchmod(socket.get(), mode) < 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
    throw_errno("make the socket {}", name);
  }
  return socket;
}

void send_datagram(const std::string& target, std::string_view text, BorrowedFd descriptor) {
  send_packet(connect_datagram(target), std::as_bytes(std::span(text)), descriptor);
}

void check_datagram_target(const std::string& target) {
  connect_datagram(target);
}

UniqueFd listen_in(BorrowedFd directory, const std::string& name) {
  UniqueFd socket = make_socket(SOCK_SEQPACKET);
  const sockaddr_un address = address_in(directory, name);
  // The mode of the socket file is taken from the socket itself, before bind(2) shows it to
  // anybody.
  if (::fchmod(socket.get(), 0600) < 0 ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0 ||
      ::listen(socket.get(), 1) < 0) {
    throw_errno("listen at {}", name);
  }
  return socket;
}

UniqueFd find_listener_in(BorrowedFd directory, const std::string& name) {
  UniqueFd socket = make_socket(SOCK_SEQPACKET);
  if (!try_connect(socket, address_in(directory, name))) {
    if (errno == ENOENT || errno == ECONNREFUSED) {
      return {};
    }
    throw_errno("connect to {}", name);
  }
  return socket;
}

}  // namespace wpar::sys
