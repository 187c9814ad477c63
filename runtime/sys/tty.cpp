// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/tty.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "runtime/base/error.h"

namespace wpar::sys {

Pty make_pty(UniqueFd ptmx) {
  Pty pty;
  pty.master = std::move(ptmx);
  const int unlock = 0;
  if (::ioctl(pty.master.get(), TIOCSPTLCK, &unlock) < 0) {
    throw_errno("unlock the pty");
  }
  if (::ioctl(pty.master.get(), TIOCGPTN, &pty.number) < 0) {
    throw_errno("get the number of the pty");
  }
  pty.peer.reset(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!pty.peer) {
    throw_errno("open the peer of the pty");
  }
  return pty;
}

void set_window_size(BorrowedFd terminal, WindowSize size) {
  winsize window = {};
  window.ws_row = size.rows;
  window.ws_col = size.columns;
  if (::ioctl(terminal.get(), TIOCSWINSZ, &window) < 0) {
    throw_errno("set the window size");
  }
}

bool find_window_size(BorrowedFd terminal, WindowSize& size) {
  winsize window = {};
  if (::ioctl(terminal.get(), TIOCGWINSZ, &window) < 0) {
    return false;
  }
  size = {.rows = window.ws_row, .columns = window.ws_col};
  return true;
}

void make_controlling_terminal(BorrowedFd terminal) {
  if (::ioctl(terminal.get(), TIOCSCTTY, 0) < 0) {
    throw_errno("set the controlling terminal");
  }
}

RawMode::RawMode(BorrowedFd terminal) : terminal_(terminal.get()) {
  if (::tcgetattr(terminal_, &before_) < 0) {
    return;  // not a terminal: nothing to change, nothing to put back
  }
  termios raw = before_;
  ::cfmakeraw(&raw);
  changed_ = ::tcsetattr(terminal_, TCSANOW, &raw) == 0;
}

RawMode::~RawMode() {
  if (changed_) {
    ::tcsetattr(terminal_, TCSANOW, &before_);
  }
}

}  // namespace wpar::sys
