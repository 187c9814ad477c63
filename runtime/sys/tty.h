// SPDX-License-Identifier: Apache-2.0
#pragma once
// Pseudo terminals (pty(7)): init makes the pair in the container's devpts, `run` and `exec` relay.

#include <termios.h>

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"

namespace wpar::sys {

struct Pty {
  UniqueFd master;
  UniqueFd peer;
  unsigned int number = 0;  // /dev/pts/N
};

struct WindowSize {
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;
};

// `ptmx`: the multiplexer of a devpts instance, opened read-write. The peer comes from the ioctl,
// not from a path (TIOCGPTPEER).
Pty make_pty(UniqueFd ptmx);
void set_window_size(BorrowedFd terminal, WindowSize size);
// False when `terminal` is not one.
bool find_window_size(BorrowedFd terminal, WindowSize& size);
// Session leaders only (TIOCSCTTY).
void make_controlling_terminal(BorrowedFd terminal);
// The terminal in raw mode until the end of the scope.
class RawMode {
 public:
  explicit RawMode(BorrowedFd terminal);
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;
  ~RawMode();

 private:
  int terminal_;
  termios before_ = {};
  bool changed_ = false;
};

}  // namespace wpar::sys
