// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
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
  bool default_allow() const { return default_allow_; }
  const std::vector<Exception>& exceptions() const { return exceptions_; }

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

DeviceLines follow(const std::vector<DeviceRule>& rules) {
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
  return lines;
}

std::int64_t number_of(std::string_view text) {
  return parse_integer<std::int64_t>(text).value_or(DeviceRule::kAny);
}

// devices.list: "c 1:3 rwm" for each exception from "deny all", or "a *:* rwm" alone.
struct DeviceList {
  bool default_allow = false;
  std::vector<Exception> exceptions;
};

DeviceList parse_list(std::string_view text) {
  DeviceList list;
  for (const std::string_view one : split(text, '\n')) {
    const auto words = split_words(one);
    const std::size_t colon = words.size() == 3 ? words[1].find(':') : std::string_view::npos;
    if (colon == std::string_view::npos || words[0].size() != 1) {
      continue;
    }
    if (words[0] == "a") {
      list.default_allow = true;
      continue;
    }
    const auto bit = [&](char letter, unsigned value) {
      return words[2].find(letter) != std::string_view::npos ? value : 0U;
    };
    list.exceptions.push_back({words[0][0], number_of(words[1].substr(0, colon)),
                               number_of(words[1].substr(colon + 1)),
                               bit('r', kRead) | bit('w', kWrite) | bit('m', kMknod)});
  }
  return list;
}

unsigned access_in(const std::vector<Exception>& all, const Exception& wanted) {
  for (const Exception& one : all) {
    if (one.same_devices(wanted)) {
      return one.access;
    }
  }
  return 0;
}

void add_difference(const std::vector<Exception>& from, const std::vector<Exception>& without,
                    const char* file, std::vector<FileWrite>& writes) {
  for (Exception one : from) {
    one.access &= ~access_in(without, one);
    if (one.access != 0) {
      writes.push_back({.controller = "devices",
                        .file = file,
                        .text = line(one),
                        .pointer = "/linux/resources/devices"});
    }
  }
}

// Both with the default "deny".
std::vector<FileWrite> change(const std::vector<Exception>& now,
                              const std::vector<Exception>& wanted) {
  std::vector<FileWrite> writes;
  add_difference(wanted, now, "devices.allow", writes);
  add_difference(now, wanted, "devices.deny", writes);
  return writes;
}

}  // namespace

std::vector<FileWrite> devices_v1(const std::vector<DeviceRule>& rules) {
  return rules.empty() ? std::vector<FileWrite>{} : follow(rules).take();
}

std::vector<FileWrite> change_devices_v1(std::string_view list_now,
                                         const std::vector<DeviceRule>& rules) {
  const DeviceList now = parse_list(list_now);
  DeviceLines wanted = follow(rules);
  // What is denied where all else is allowed cannot be read: only a new start is sure.
  if (now.default_allow || wanted.default_allow()) {
    return wanted.take();
  }
  return change(now.exceptions, wanted.exceptions());
}

std::vector<FileWrite> restore_devices_v1(std::string_view list_now, std::string_view list_before) {
  const DeviceList now = parse_list(list_now);
  const DeviceList before = parse_list(list_before);
  if (before.default_allow) {
    return {{.controller = "devices",
             .file = "devices.allow",
             .text = "a",
             .pointer = "/linux/resources/devices"}};
  }
  std::vector<FileWrite> writes;
  if (now.default_allow) {
    writes.push_back({.controller = "devices",
                      .file = "devices.deny",
                      .text = "a",
                      .pointer = "/linux/resources/devices"});
  }
  std::ranges::move(change(now.exceptions, before.exceptions), std::back_inserter(writes));
  return writes;
}

}  // namespace wpar::cgroup
