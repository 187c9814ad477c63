// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runtime/base/error.h"
#include "runtime/cgroup/limits_v1.h"

namespace wpar::cgroup {
namespace {

using plan::DeviceRule;

constexpr unsigned kRead = 1;
constexpr unsigned kWrite = 2;
constexpr unsigned kMknod = 4;
constexpr unsigned kEverything = kRead | kWrite | kMknod;

// What the kernel keeps: one line of devices.list.
struct Exception {
  char type = 'c';
  std::int64_t major = DeviceRule::kAny;
  std::int64_t minor = DeviceRule::kAny;
  unsigned access = 0;

  bool same_devices(const Exception& other) const {
    return type == other.type && major == other.major && minor == other.minor;
  }
  bool covers(const Exception& other) const {
    return type == other.type && (major == DeviceRule::kAny || major == other.major) &&
           (minor == DeviceRule::kAny || minor == other.minor);
  }
  bool touches(const Exception& other) const {
    const auto meets = [](std::int64_t a, std::int64_t b) {
      return a == DeviceRule::kAny || b == DeviceRule::kAny || a == b;
    };
    return type == other.type && meets(major, other.major) && meets(minor, other.minor) &&
           (access & other.access) != 0;
  }
};

unsigned access_of(const DeviceRule& rule) {
  return (rule.read ? kRead : 0) | (rule.write ? kWrite : 0) | (rule.mknod ? kMknod : 0);
}

bool is_for_everything(const DeviceRule& rule) {
  return rule.type == 'a' && rule.major == DeviceRule::kAny && rule.minor == DeviceRule::kAny &&
         access_of(rule) == kEverything;
}

std::string number(std::int64_t value) {
  return value == DeviceRule::kAny ? "*" : fmt::to_string(value);
}

std::string line(const Exception& one) {
  return fmt::format("{} {}:{} {}{}{}", one.type, number(one.major), number(one.minor),
                     (one.access & kRead) != 0 ? "r" : "", (one.access & kWrite) != 0 ? "w" : "",
                     (one.access & kMknod) != 0 ? "m" : "");
}

// Follows what the kernel will hold after each line, so that a line without effect is noticed here.
class DeviceLines {
 public:
  void reset(bool allow, std::string pointer) {
    default_allow_ = allow;
    exceptions_.clear();
    add(allow, "a", std::move(pointer));
  }

  void apply(bool allow, const Exception& rule, const std::string& pointer) {
    add(allow, line(rule), pointer);
    if (allow != default_allow_) {
      remember(rule);
    } else {
      withdraw(allow, rule, pointer);
    }
  }

  std::vector<FileWrite> take() { return std::move(writes_); }

 private:
  void add(bool allow, std::string text, std::string pointer) {
    writes_.push_back({.controller = "devices",
                       .file = allow ? "devices.allow" : "devices.deny",
                       .text = std::move(text),
                       .pointer = std::move(pointer)});
  }

  void remember(const Exception& rule) {
    for (Exception& known : exceptions_) {
      if (known.same_devices(rule)) {
        known.access |= rule.access;
        return;
      }
    }
    exceptions_.push_back(rule);
  }

  void withdraw(bool allow, const Exception& rule, const std::string& pointer) {
    for (Exception& known : exceptions_) {
      if (!known.touches(rule)) {
        continue;
      }
      if (!rule.covers(known)) {
        throw_error(ErrorKind::kUnsupported,
                    "{}: cgroup v1 cannot {} {} as an exception from the earlier {}", pointer,
                    allow ? "allow" : "deny", line(rule), line(known));
      }
      if (!known.same_devices(rule)) {
        Exception narrower = known;
        narrower.access = known.access & rule.access;
        add(allow, line(narrower), pointer);
      }
      known.access &= ~rule.access;
    }
    std::erase_if(exceptions_, [](const Exception& known) { return known.access == 0; });
  }

  bool default_allow_ = true;
  std::vector<Exception> exceptions_;
  std::vector<FileWrite> writes_;
};

}  // namespace

std::vector<FileWrite> devices_v1(const std::vector<DeviceRule>& rules) {
  if (rules.empty()) {
    return {};
  }
  if (!is_for_everything(rules.front())) {
    // What a cgroup inherited is not known here, so the effect of a first narrower rule is neither.
    throw_error(ErrorKind::kInternal, "the first device rule must be one for all devices");
  }
  DeviceLines lines;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const DeviceRule& rule = rules[i];
    // Before the configuration's first rule stands the planner's own: deny everything.
    const std::string pointer = fmt::format("/linux/resources/devices/{}", i == 0 ? 0 : i - 1);
    const unsigned access = access_of(rule);
    if (is_for_everything(rule)) {
      lines.reset(rule.allow, pointer);
    } else if (rule.type == 'a') {  // the kernel takes any "a" line for one about everything
      lines.apply(rule.allow, {'b', rule.major, rule.minor, access}, pointer);
      lines.apply(rule.allow, {'c', rule.major, rule.minor, access}, pointer);
    } else {
      lines.apply(rule.allow, {rule.type, rule.major, rule.minor, access}, pointer);
    }
  }
  return lines.take();
}

}  // namespace wpar::cgroup
