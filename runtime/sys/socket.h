// SPDX-License-Identifier: Apache-2.0
#pragma once
// Unix sockets: pairs, the console socket's protocol, and packets that carry descriptors (unix(7),
// SCM_RIGHTS).

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/fd.h"

namespace wpar::sys {

// SOCK_SEQPACKET, close-on-exec: packets keep their borders and the end of the peer is seen as EOF.
std::pair<UniqueFd, UniqueFd> make_packet_pair();
// Connects a SOCK_STREAM socket to a path of any length.
UniqueFd connect_unix(const std::string& path);
// One packet; `descriptor` travels with it when it is valid. Never raises SIGPIPE.
void send_packet(BorrowedFd socket, std::span<const std::byte> bytes, BorrowedFd descriptor);
// The same without throwing: 0, or the errno.
[[nodiscard]] int try_send_packet(BorrowedFd socket, std::span<const std::byte> bytes,
                                  BorrowedFd descriptor) noexcept;
// The number of bytes received, 0 at the end of the peer. A descriptor that came along is
// close-on-exec.
std::size_t receive_packet(BorrowedFd socket, std::span<std::byte> bytes, UniqueFd* descriptor);
// The protocol of --console-socket and --pidfd-socket: one message, the name as its bytes, one
// descriptor.
void send_descriptor(BorrowedFd socket, std::string_view name, BorrowedFd descriptor);

// A SOCK_DGRAM socket bound to `name` in `directory` with this mode, in the place of any other.
UniqueFd bind_datagram_in(BorrowedFd directory, const std::string& name, mode_t mode);
// One datagram to a path, or to an abstract name written "@name" (NOTIFY_SOCKET, sd_notify(3)).
void send_datagram(const std::string& target, std::string_view text, BorrowedFd descriptor);
// Throws when nobody is there.
void check_datagram_target(const std::string& target);

// A SOCK_SEQPACKET listener at `name` in `directory`, mode 0600.
UniqueFd listen_in(BorrowedFd directory, const std::string& name);
// Connects to it; an invalid descriptor when nobody listens there (ENOENT, ECONNREFUSED).
UniqueFd find_listener_in(BorrowedFd directory, const std::string& name);

}  // namespace wpar::sys
