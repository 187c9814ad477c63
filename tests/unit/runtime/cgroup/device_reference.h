// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a list of device rules means, said as plainly as possible, and random lists: for the tests
// of the device program, interpreted and on the real kernel.

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/plan/limits.h"

namespace wpar::cgroup {

struct DeviceRequest {
  char type = 'c';  // 'b' or 'c'
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::string access;  // of "rwm"
};

inline plan::DeviceRule device_rule(bool allow, char type, std::int64_t major, std::int64_t minor,
                                    std::string_view access) {
  const auto has = [&](char bit) { return access.find(bit) != access.npos; };
  return {.allow = allow,
          .type = type,
          .major = major,
          .minor = minor,
          .read = has('r'),
          .write = has('w'),
          .mknod = has('m')};
}

inline bool is_allowed(const std::vector<plan::DeviceRule>& rules, const DeviceRequest& request) {
  return std::all_of(request.access.begin(), request.access.end(), [&](char bit) {
    bool allowed = false;
    for (const plan::DeviceRule& rule : rules) {
      const bool about_device =
          (rule.type == 'a' || rule.type == request.type) &&
          (rule.major == plan::DeviceRule::kAny || rule.major == request.major) &&
          (rule.minor == plan::DeviceRule::kAny || rule.minor == request.minor);
      const bool about_bit = bit == 'r' ? rule.read : bit == 'w' ? rule.write : rule.mknod;
      if (about_device && about_bit) {
        allowed = rule.allow;
      }
    }
    return allowed;
  });
}

// Lists over few numbers, so that rules overlap: "deny all" or "allow all", then up to 12 more.
class RandomDevices {
 public:
  RandomDevices(std::uint32_t seed, std::vector<std::uint32_t> numbers)
      : random_(seed), numbers_(std::move(numbers)) {}

  std::vector<plan::DeviceRule> rules() {
    std::vector<plan::DeviceRule> list = {device_rule(below(4) == 0, 'a', -1, -1, "rwm")};
    for (std::uint32_t left = below(13); left > 0; --left) {
      list.push_back(device_rule(below(2) == 0, "abc"[below(3)], number_or_any(), number_or_any(),
                                 access(1 + below(7))));
    }
    return list;
  }
  DeviceRequest request() { return {"bc"[below(2)], number(), number(), access(below(8))}; }

 private:
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_()) % end; }
  std::uint32_t number() { return numbers_[below(static_cast<std::uint32_t>(numbers_.size()))]; }
  std::int64_t number_or_any() { return below(3) == 0 ? plan::DeviceRule::kAny : number(); }
  static std::string access(std::uint32_t mask) {
    std::string text;
    for (std::uint32_t bit = 0; bit < 3; ++bit) {
      text += (mask >> bit & 1) != 0 ? std::string(1, "rwm"[bit]) : "";
    }
    return text;
  }

  std::mt19937 random_;
  std::vector<std::uint32_t> numbers_;
};

}  // namespace wpar::cgroup
