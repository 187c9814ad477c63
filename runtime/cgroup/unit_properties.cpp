// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/unit_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "runtime/base/number_list.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/limits_v1.h"

namespace wpar::cgroup {
namespace {

constexpr std::uint64_t kInfinity = std::numeric_limits<std::uint64_t>::max();

struct NumberProperty {
  bool v2;
  std::string_view file;
  std::string_view name;
};
constexpr NumberProperty kNumbers[] = {
    {true, "memory.max", "MemoryMax"},
    {true, "memory.high", "MemoryHigh"},
    {true, "memory.low", "MemoryLow"},
    {true, "memory.min", "MemoryMin"},
    {true, "memory.swap.max", "MemorySwapMax"},
    {true, "memory.zswap.max", "MemoryZSwapMax"},
    {true, "cpu.weight", "CPUWeight"},
    {true, "pids.max", "TasksMax"},
    {false, "memory.limit_in_bytes", "MemoryLimit"},
    {false, "cpu.shares", "CPUShares"},
    {false, "blkio.weight", "BlockIOWeight"},
    {false, "pids.max", "TasksMax"},
};

// As the kernel reads its own files: "max", "-1", "512", "4M".
std::optional<std::uint64_t> number_of(std::string_view text) {
  text = trim(text);
  if (text == "max" || text == "-1") {
    return kInfinity;
  }
  constexpr std::string_view kUnits = "kmgt";
  const std::size_t unit =
      text.empty() ? text.npos : kUnits.find(to_lower(text.substr(text.size() - 1)));
  unsigned int shift = 0;
  if (unit != std::string_view::npos) {
    shift = static_cast<unsigned int>(unit + 1) * 10;
    text.remove_suffix(1);
  }
  const auto number = parse_integer<std::uint64_t>(text);
  if (!number || *number > kInfinity >> shift) {
    return std::nullopt;
  }
  return *number << shift;
}

class Properties {
 public:
  void set(std::string_view name, std::string_view signature, std::vector<std::string> values) {
    const auto same = std::ranges::find(list_, name, &plan::UnitProperty::name);
    plan::UnitProperty property = {std::string(name), std::string(signature), std::move(values)};
    if (same == list_.end()) {
      list_.push_back(std::move(property));
    } else {
      *same = std::move(property);
    }
  }
  void set(std::string_view name, std::uint64_t number) {
    set(name, "t", {fmt::to_string(number)});
  }
  std::vector<plan::UnitProperty> take() { return std::move(list_); }

 private:
  std::vector<plan::UnitProperty> list_;
};

// "0-2,8" → the bytes 7, 1: bit N of byte N / 8. Nothing for what is not a plain list.
std::optional<std::vector<std::string>> bytes_of_list(std::string_view text) {
  constexpr unsigned int kMax = 8191;
  const auto mask = parse_number_list(text, kMax);
  if (!mask) {
    return std::nullopt;
  }
  std::vector<std::string> bytes;
  for (std::size_t i = 0; i < mask->size() * sizeof(mask->front()); ++i) {
    const unsigned long word = (*mask)[i / sizeof(word)];
    bytes.push_back(fmt::to_string(word >> i % sizeof(word) * 8 & 0xff));
  }
  while (!bytes.empty() && bytes.back() == "0") {
    bytes.pop_back();
  }
  return bytes;
}

// systemd keeps whole percents of a CPU when it reads its own files again, so a part of one is
// rounded up: a limit of less than one percent would be none.
void set_bandwidth(std::string_view quota, std::string_view period, bool period_is_new,
                   Properties& properties) {
  const auto micros = parse_integer<std::uint64_t>(period);
  const auto runtime = number_of(quota);
  if (!micros || *micros == 0 || !runtime) {
    return;
  }
  if (period_is_new) {
    properties.set("CPUQuotaPeriodUSec", *micros);
  }
  if (*runtime == kInfinity) {
    properties.set("CPUQuotaPerSecUSec", kInfinity);
    return;
  }
  constexpr std::uint64_t kPercent = 10'000;  // microseconds in a second
  constexpr std::uint64_t kSecond = 1'000'000;
  const std::uint64_t per_second =
      *runtime / *micros * kSecond + *runtime % *micros * kSecond / *micros;
  properties.set("CPUQuotaPerSecUSec", (per_second + kPercent - 1) / kPercent * kPercent);
}

void add_cpu_max(std::string_view text, const CurrentV2& current, Properties& properties) {
  const auto words = split_words(text);
  if (!words.empty()) {
    const auto before = split_words(current.cpu_max);
    const bool has_period = words.size() > 1;
    set_bandwidth(words[0],
                  has_period          ? words[1]
                  : before.size() > 1 ? before[1]
                                      : "100000",
                  has_period, properties);
  }
}

void add_file(bool v2, const FileWrite& write, const CurrentV2& current, Properties& properties) {
  for (const auto& [of_v2, file, name] : kNumbers) {
    const auto number = of_v2 == v2 && write.file == file ? number_of(write.text) : std::nullopt;
    if (number) {
      // No task at all is a limit of the kernel that systemd does not have.
      properties.set(name, name == "TasksMax" && *number == 0 ? 1 : *number);
    }
  }
  if (!v2) {
    return;
  }
  if (write.file == "cpu.max") {
    add_cpu_max(write.text, current, properties);
  } else if (write.file == "cpu.idle" && trim(write.text) == "1") {
    properties.set("CPUWeight", 0);  // systemd 252: idle
  } else if (write.file == "cpuset.cpus" || write.file == "cpuset.mems") {
    if (const auto bytes = bytes_of_list(write.text)) {
      properties.set(write.file == "cpuset.cpus" ? "AllowedCPUs" : "AllowedMemoryNodes", "ay",
                     *bytes);
    }
  } else if (write.other_file == "io.weight" || write.file == "io.weight") {
    std::string_view text = write.file == "io.weight" ? write.text : write.other_text;
    if (text.starts_with("default ")) {
      text.remove_prefix(8);
    }
    if (const auto weight = parse_integer<std::uint64_t>(trim(text))) {
      properties.set("IOWeight", *weight);
    }
  }
}

void add_bandwidth_v1(const plan::Limits& limits, const CurrentV2& current,
                      Properties& properties) {
  const bool has_quota = limits.cpu_quota.value_or(0) != 0;
  const bool has_period = limits.cpu_period.value_or(0) != 0;
  if (has_quota || has_period) {
    const auto before = split_words(current.cpu_max);
    set_bandwidth(has_quota ? fmt::to_string(*limits.cpu_quota) : std::string(before.at(0)),
                  has_period ? fmt::to_string(*limits.cpu_period) : std::string(before.at(1)),
                  has_period, properties);
  }
}

std::string permissions_of(const plan::DeviceRule& rule) {
  return fmt::format("{}{}{}", rule.read ? "r" : "", rule.write ? "w" : "", rule.mknod ? "m" : "");
}

std::string device_name(std::string_view kind, const plan::DeviceRule& rule) {
  if (rule.major == plan::DeviceRule::kAny) {
    return fmt::format("{}-*", kind);
  }
  if (rule.minor == plan::DeviceRule::kAny) {
    return fmt::format("{}-{}", kind, rule.major);
  }
  return fmt::format("/dev/{}/{}:{}", kind, rule.major, rule.minor);
}

}  // namespace

std::vector<plan::UnitProperty> unit_properties(const std::vector<Hierarchy>& hierarchies,
                                                const plan::Limits& limits,
                                                const CurrentV2& current) {
  plan::Limits without_devices = limits;
  without_devices.devices.clear();
  Properties properties;
  bool cpu_is_v1 = false;
  for (const RoutedWrite& one : route(hierarchies, without_devices, current).writes) {
    const bool v2 = hierarchies[one.hierarchy].v2;
    cpu_is_v1 = cpu_is_v1 || (!v2 && one.write.file.starts_with("cpu.cfs_"));
    add_file(v2, one.write, current, properties);
  }
  if (cpu_is_v1) {
    add_bandwidth_v1(limits, current, properties);
  }
  return properties.take();
}

std::vector<plan::UnitProperty> device_properties(const std::vector<plan::DeviceRule>& rules,
                                                  bool replace) {
  if (rules.empty()) {
    return {};
  }
  std::vector<std::string> list;
  bool everything = false;
  for (const plan::DeviceRule& rule : rules) {
    const bool is_all = rule.type == 'a' && rule.major == plan::DeviceRule::kAny;
    if (is_all && rule.read && rule.write && rule.mknod) {
      everything = rule.allow;
      list.clear();
      continue;
    }
    if (!rule.allow) {
      continue;
    }
    for (const auto& [type, kind] : {std::pair('c', "char"), std::pair('b', "block")}) {
      if (rule.type == 'a' || rule.type == type) {
        list.push_back(device_name(kind, rule));
        list.push_back(permissions_of(rule));
      }
    }
  }
  std::vector<plan::UnitProperty> properties = {
      {"DevicePolicy", "s", {everything ? "auto" : "strict"}}};
  if (replace) {
    properties.push_back({"DeviceAllow", "a(ss)", {}});
  }
  if (!everything && !list.empty()) {
    properties.push_back({"DeviceAllow", "a(ss)", std::move(list)});
  }
  return properties;
}

}  // namespace wpar::cgroup
