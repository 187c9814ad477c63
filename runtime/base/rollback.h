// SPDX-License-Identifier: Apache-2.0
#pragma once
// Undo actions, newest first, unless keep() was called. The undo is said on the line after the do.

#include <functional>
#include <utility>
#include <vector>

namespace wpar {

class Rollback {
 public:
  Rollback() = default;
  Rollback(const Rollback&) = delete;
  Rollback& operator=(const Rollback&) = delete;
  ~Rollback() {
    for (auto undo = undos_.rbegin(); undo != undos_.rend(); ++undo) {
      try {
        (*undo)();
      } catch (...) {
        // The failure that started the rollback is the one the user must see.
      }
    }
  }

  void on_failure(std::function<void()> undo) { undos_.push_back(std::move(undo)); }
  void keep() noexcept { undos_.clear(); }

 private:
  std::vector<std::function<void()>> undos_;
};

}  // namespace wpar
