// SPDX-License-Identifier: Apache-2.0
#pragma once
// The engine's end of a terminal: a console socket as conmon listens on one, and pseudo terminals.

#include <string>

#include "tests/support/command.h"

namespace wpar::test {

// Owns the master side of a pty.
class Terminal {
 public:
  explicit Terminal(int master) : master_(master) {}
  ~Terminal();
  Terminal(Terminal&& other) noexcept : master_(other.master_), seen_(other.seen_) {
    other.master_ = -1;
  }
  Terminal& operator=(Terminal&&) = delete;
  static Terminal open_pair(int* slave);  // for a foreground runtime; the caller closes the slave
  bool valid() const { return master_ >= 0; }
  int fd() const { return master_; }
  void type(const std::string& text) const;
  // Everything printed so far, once it holds the text or the time is over.
  std::string read_until(const std::string& text, Milliseconds limit = Milliseconds(5000));

 private:
  int master_ = -1;
  std::string seen_;
};

class ConsoleSocket {
 public:
  explicit ConsoleSocket(const std::string& path);
  ~ConsoleSocket();
  ConsoleSocket(const ConsoleSocket&) = delete;
  ConsoleSocket& operator=(const ConsoleSocket&) = delete;
  const std::string& path() const { return path_; }
  // The descriptor that one connection sends; an invalid Terminal when none arrives in time.
  Terminal receive(Milliseconds limit = Milliseconds(5000));
  int receive_fd(Milliseconds limit = Milliseconds(5000));
  const std::string& payload() const { return payload_; }  // the text that came with it

 private:
  std::string path_;
  std::string payload_;
  int listener_ = -1;
};

}  // namespace wpar::test
