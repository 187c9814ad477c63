// SPDX-License-Identifier: Apache-2.0
#include "tests/support/seccomp_agent.h"

#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

namespace wpar::test {
namespace {

constexpr int kPollMs = 20;

bool readable(int fd) {
  pollfd wanted = {.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&wanted, 1, kPollMs) > 0;
}

// One recvmsg(2): the text, and the descriptors that came along.
ssize_t receive(int socket, std::string& text, std::vector<int>& descriptors) {
  char buffer[65536];
  iovec part = {.iov_base = buffer, .iov_len = sizeof buffer};
  alignas(cmsghdr) char control[CMSG_SPACE(8 * sizeof(int))];
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t length = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (length > 0)
    text.append(buffer, static_cast<std::size_t>(length));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); length > 0 && header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
      descriptors.push_back(fd);
    }
  }
  return length;
}

}  // namespace

SeccompAgent::SeccompAgent(const std::string& path, int answer, Manner manner)
    : answer_(answer), manner_(manner) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0 ||
      ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket_, 8) != 0)
    throw std::runtime_error("cannot listen at " + path);
  acceptor_ = std::thread([this] { accept_all(); });
}

SeccompAgent::~SeccompAgent() {
  stop_ = true;
  acceptor_.join();
  for (std::thread& thread : threads_)
    thread.join();
  ::close(socket_);
}

std::vector<SeccompAgent::Visit> SeccompAgent::visits() {
  const std::lock_guard lock(mutex_);
  return visits_;
}

std::vector<pid_t> SeccompAgent::callers() {
  const std::lock_guard lock(mutex_);
  return callers_;
}

void SeccompAgent::accept_all() {
  while (!stop_) {
    if (!readable(socket_))
      continue;
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0 && manner_ == Manner::kHangUp)
      ::close(connection);
    else if (connection >= 0)
      threads_.emplace_back([this, connection] { serve(connection); });
  }
}

void SeccompAgent::serve(int connection) {
  std::string text;
  std::vector<int> descriptors;
  while (!stop_ && !readable(connection)) {
  }
  if (!stop_ && receive(connection, text, descriptors) > 0) {
    Visit visit = {.document = nlohmann::json::parse(text, nullptr, false),
                   .descriptors = static_cast<int>(descriptors.size())};
    std::vector<int> more;
    visit.closed = receive(connection, text, more) == 0;
    {
      const std::lock_guard lock(mutex_);
      visits_.push_back(visit);
    }
    if (descriptors.size() == 1)
      answer_calls(descriptors[0]);
  }
  for (const int fd : descriptors)
    ::close(fd);
  ::close(connection);
}

void SeccompAgent::answer_calls(int listener) {
  while (!stop_) {
    if (!readable(listener))
      continue;
    seccomp_notif call = {};
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
      if (errno == EINTR || errno == EAGAIN)
        continue;
      return;  // nobody is left that could ask
    }
    seccomp_notif_resp reply = {};
    reply.id = call.id;
    reply.error = -answer_;
    {
      const std::lock_guard lock(mutex_);
      callers_.push_back(static_cast<pid_t>(call.pid));
    }
    ::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
  }
}

}  // namespace wpar::test
