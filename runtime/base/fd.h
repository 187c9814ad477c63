// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ownership of file descriptors. UniqueFd ends its descriptor; BorrowedFd says "I only look".

#include <unistd.h>

#include <utility>

namespace wpar {

class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int raw) noexcept : raw_(raw) {}
  UniqueFd(UniqueFd&& other) noexcept : raw_(std::exchange(other.raw_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      reset(std::exchange(other.raw_, -1));
    }
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const noexcept { return raw_; }
  explicit operator bool() const noexcept { return raw_ >= 0; }
  // Gives the descriptor away.
  int release() noexcept { return std::exchange(raw_, -1); }
  void reset(int raw = -1) noexcept {
    if (raw_ >= 0) {
      ::close(raw_);
    }
    raw_ = raw;
  }

 private:
  int raw_ = -1;
};

// A descriptor that somebody else owns and keeps open for the length of the call.
class BorrowedFd {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): passing a UniqueFd is how one lends it
  BorrowedFd(const UniqueFd& owner) noexcept : raw_(owner.get()) {}
  explicit BorrowedFd(int raw) noexcept : raw_(raw) {}
  int get() const noexcept { return raw_; }
  explicit operator bool() const noexcept { return raw_ >= 0; }

 private:
  int raw_;
};

}  // namespace wpar
