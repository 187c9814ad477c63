// SPDX-License-Identifier: Apache-2.0
#pragma once
// Waiting for something that nothing announces: 1 ms, then longer each time, up to a limit in all.

#include <time.h>

#include <algorithm>

namespace wpar::cgroup {

class Patience {
 public:
  explicit Patience(int total_ms) : left_ms_(total_ms) {}

  // Sleeps; false, without sleeping, when the time is used up.
  bool wait() {
    if (left_ms_ <= 0) {
      return false;
    }
    const int now_ms = std::min(next_ms_, left_ms_);
    timespec time{.tv_sec = 0, .tv_nsec = now_ms * 1'000'000L};
    while (::clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) != 0) {
    }
    left_ms_ -= now_ms;
    next_ms_ = std::min(next_ms_ * 2, kLongestMs);
    return true;
  }

 private:
  static constexpr int kLongestMs = 50;
  int left_ms_;
  int next_ms_ = 1;
};

}  // namespace wpar::cgroup
