// SPDX-License-Identifier: Apache-2.0
#include "tests/support/console.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <stdexcept>

#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

bool readable(int fd, Milliseconds limit) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace

Terminal::~Terminal() {
  if (master_ >= 0)
    ::close(master_);
}

Terminal Terminal::open_pair(int* slave) {
  const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  char name[128] = "";
  if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0 ||
      ::ptsname_r(master, name, sizeof name) != 0)
    throw std::runtime_error("no pseudo terminal for the test");
  *slave = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  return Terminal(master);
}

void Terminal::type(const std::string& text) const {
  if (::write(master_, text.data(), text.size()) < 0)
    throw std::runtime_error("write to the pty");
}

std::string Terminal::read_until(const std::string& text, Milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!contains(seen_, text)) {
    const auto left =
        std::chrono::duration_cast<Milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !readable(master_, left))
      break;
    char buffer[4096];
    const ssize_t n = ::read(master_, buffer, sizeof buffer);
    if (n <= 0)
      break;  // EIO: the last slave is closed
    seen_.append(buffer, static_cast<std::size_t>(n));
  }
  return seen_;
}

ConsoleSocket::ConsoleSocket(const std::string& path) : path_(path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0 ||
      ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 8) != 0)
    throw std::runtime_error("console socket " + path);
}

ConsoleSocket::~ConsoleSocket() {
  ::close(listener_);
  ::unlink(path_.c_str());
}

int ConsoleSocket::receive_fd(Milliseconds limit) {
  if (!readable(listener_, limit))
    return -1;
  const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection < 0)
    return -1;
  char text[4096] = "";
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 4)] = {};
  iovec part{.iov_base = text, .iov_len = sizeof text};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  int fd = -1;
  if (readable(connection, limit)) {
    const ssize_t n = ::recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    payload_.assign(text, n > 0 ? static_cast<std::size_t>(n) : 0);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (n > 0 && header != nullptr && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int)))
      std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  }
  ::close(connection);
  return fd;
}

Terminal ConsoleSocket::receive(Milliseconds limit) {
  return Terminal(receive_fd(limit));
}

}  // namespace wpar::test
