// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/foreground.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "runtime/base/error.h"
#include "runtime/sys/tty.h"

namespace wpar::lifecycle {
namespace {

// One direction of the terminal: what was read and is not written yet, so that a slow reader on one
// side never blocks the other.
class Flow {
 public:
  Flow(int from, int to) : from_(from), to_(to) {}
  short wants_input() const { return open_ && waiting_.empty() ? POLLIN : short{0}; }
  short wants_output() const { return waiting_.empty() ? short{0} : POLLOUT; }
  bool open() const { return open_; }

  void read_some() {
    char buffer[8192];
    const ssize_t got = ::read(from_, buffer, sizeof(buffer));
    if (got > 0) {
      waiting_.assign(buffer, static_cast<std::size_t>(got));
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
      open_ = false;  // EIO: nobody holds the other end of the terminal any more
    }
  }
  void write_some() {
    const ssize_t put = ::write(to_, waiting_.data(), waiting_.size());
    if (put > 0) {
      waiting_.erase(0, static_cast<std::size_t>(put));
    } else if (put < 0 && errno != EAGAIN && errno != EINTR) {
      waiting_.clear();
      open_ = false;
    }
  }

 private:
  int from_;
  int to_;
  bool open_ = true;
  std::string waiting_;
};

// Between our stdin and stdout and the container's terminal.
class Relay {
 public:
  explicit Relay(UniqueFd master)
      : raw_(BorrowedFd(STDIN_FILENO)),
        master_(std::move(master)),
        in_(STDIN_FILENO, master_.get()),
        out_(master_.get(), STDOUT_FILENO) {
    ::fcntl(master_.get(), F_SETFL, O_NONBLOCK);
    resize();
  }

  void resize() {
    sys::WindowSize size;
    if (sys::find_window_size(BorrowedFd(STDIN_FILENO), size)) {
      sys::set_window_size(master_, size);
    }
  }
  std::array<pollfd, 3> watched() const {
    const auto master_events = static_cast<short>(out_.wants_input() | in_.wants_output());
    return {
        {{.fd = in_.wants_input() != 0 ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0},
         {.fd = master_events != 0 ? master_.get() : -1, .events = master_events, .revents = 0},
         {.fd = out_.wants_output() != 0 ? STDOUT_FILENO : -1, .events = POLLOUT, .revents = 0}}};
  }
  void move(const pollfd* ready) {
    if (ready[0].revents != 0) {
      in_.read_some();
    }
    if ((ready[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && out_.wants_input() != 0) {
      out_.read_some();
    }
    if ((ready[1].revents & POLLOUT) != 0) {
      in_.write_some();
    }
    if (ready[2].revents != 0) {
      out_.write_some();
    }
  }
  // What the program wrote last, after it has ended.
  void finish() {
    while (out_.open() || out_.wants_output() != 0) {
      if (out_.wants_output() != 0) {
        pollfd stdout_ready = {.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
        ::poll(&stdout_ready, 1, -1);
        out_.write_some();
        continue;
      }
      pollfd master_ready = {.fd = master_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&master_ready, 1, 0) <= 0) {
        return;
      }
      out_.read_some();
    }
  }

 private:
  sys::RawMode raw_;
  UniqueFd master_;
  Flow in_;
  Flow out_;
};

void forward(int signal, const sys::Child& child, Relay* relay) {
  if (signal == SIGWINCH && relay != nullptr) {
    relay->resize();
  } else if (signal != SIGCHLD) {
    sys::send_signal(child.pidfd(), signal);
  }
}

void forward_all(BorrowedFd signals, const sys::Child& child, Relay* relay) {
  signalfd_siginfo info = {};
  while (::read(signals.get(), &info, sizeof(info)) == sizeof(info)) {
    forward(static_cast<int>(info.ssi_signo), child, relay);
  }
}

// Orphans that came to us as subreaper; never init, whose status the caller wants.
void reap_orphans(pid_t init) {
  siginfo_t ended = {};
  while (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 &&
         ended.si_pid != 0 && ended.si_pid != init) {
    ::waitpid(ended.si_pid, nullptr, __WALL);
  }
}

}  // namespace

BlockedSignals::BlockedSignals() {
  ::sigfillset(&set_);
  // Faults of our own must end us; SIGPIPE and the job control of our terminal are not the
  // container's.
  for (const int signal :
       {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE, SIGTTIN, SIGTTOU}) {
    ::sigdelset(&set_, signal);
  }
  ::sigprocmask(SIG_SETMASK, &set_, &before_);
}

BlockedSignals::~BlockedSignals() {
  ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int wait_in_foreground(sys::Child& child, const BlockedSignals& signals, UniqueFd master,
                       NotifyProxy* notify) {
  const UniqueFd signal_fd(::signalfd(-1, &signals.set(), SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signal_fd) {
    throw_errno("signalfd");
  }
  const std::unique_ptr<Relay> relay =
      master ? std::make_unique<Relay>(std::move(master)) : nullptr;
  for (;;) {
    std::array<pollfd, 6> watched = {{{.fd = child.pidfd().get(), .events = POLLIN, .revents = 0},
                                      {.fd = signal_fd.get(), .events = POLLIN, .revents = 0},
                                      {.fd = -1, .events = 0, .revents = 0},
                                      {.fd = -1, .events = 0, .revents = 0},
                                      {.fd = -1, .events = 0, .revents = 0},
                                      {.fd = -1, .events = 0, .revents = 0}}};
    if (notify != nullptr) {
      watched[5] = {.fd = notify->socket().get(), .events = POLLIN, .revents = 0};
    }
    if (relay) {
      const auto ends = relay->watched();
      std::copy(ends.begin(), ends.end(), watched.begin() + 2);
    }
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) {
      throw_errno("poll");
    }
    forward_all(signal_fd, child, relay.get());
    reap_orphans(child.pid());
    if (watched[5].revents != 0) {
      notify->forward();
    }
    if (relay) {
      relay->move(watched.data() + 2);
    }
    if (watched[0].revents != 0) {
      if (relay) {
        relay->finish();
      }
      return child.wait();
    }
  }
}

}  // namespace wpar::lifecycle
