// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/stats.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {
namespace {

constexpr std::string_view kControllers[] = {"cpuacct", "cpu",   "cpuset", "memory",
                                             "pids",    "blkio", "hugetlb"};

// The sizes that this machine's processors have; a file asked for in vain costs one system call.
const std::vector<std::string>& page_sizes() {
  static const std::vector<std::string> sizes = {"64KB",  "1MB", "2MB", "16MB", "32MB",
                                                 "512MB", "1GB", "2GB", "16GB"};
  return sizes;
}

PressureLine parse_pressure_line(std::string_view line) {
  PressureLine parsed;
  for (const std::string_view field : split_words(line)) {
    const std::size_t equals = field.find('=');
    if (equals == std::string_view::npos) {
      continue;
    }
    const std::string_view key = field.substr(0, equals);
    const std::string value(field.substr(equals + 1));
    if (key == "total") {
      parsed.total = parse_integer<std::uint64_t>(value).value_or(0);
    } else {
      double& average = key == "avg10"   ? parsed.avg10
                        : key == "avg60" ? parsed.avg60
                                         : parsed.avg300;
      average = std::strtod(value.c_str(), nullptr);
    }
  }
  return parsed;
}

}  // namespace

std::uint64_t find_number(const Files& files, const std::string& file) {
  const std::string text = files(file).value_or("");
  const std::string_view value = trim(text);
  return value == "max" ? kNoLimit : parse_integer<std::uint64_t>(value).value_or(0);
}

std::map<std::string, std::uint64_t> parse_flat_keyed(std::string_view text) {
  std::map<std::string, std::uint64_t> values;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split_words(line);
    if (fields.size() == 2) {
      if (const auto number = parse_integer<std::uint64_t>(fields[1])) {
        values.emplace(fields[0], *number);
      }
    }
  }
  return values;
}

std::uint64_t number_in(const std::map<std::string, std::uint64_t>& values,
                        const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? 0 : found->second;
}

PidsStats read_pids(const Files& files) {
  const std::uint64_t limit = find_number(files, "pids.max");
  return {.current = find_number(files, "pids.current"), .limit = limit == kNoLimit ? 0 : limit};
}

std::optional<DeviceNumber> parse_device_number(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const auto major = parse_integer<std::uint64_t>(text.substr(0, colon));
  const auto minor = parse_integer<std::uint64_t>(text.substr(colon + 1));
  return major && minor ? std::optional(DeviceNumber{*major, *minor}) : std::nullopt;
}

std::vector<std::uint16_t> parse_list(std::string_view text) {
  std::vector<std::uint16_t> all;
  for (const std::string_view part : split(trim(text), ',')) {
    const std::size_t dash = part.find('-');
    const auto first = parse_integer<std::uint16_t>(part.substr(0, dash));
    const auto last = dash == std::string_view::npos
                          ? first
                          : parse_integer<std::uint16_t>(part.substr(dash + 1));
    for (std::uint32_t i = first.value_or(1); first && last && i <= *last; ++i) {
      all.push_back(static_cast<std::uint16_t>(i));
    }
  }
  return all;
}

std::optional<Pressure> parse_pressure(const std::optional<std::string>& text) {
  if (!text || text->empty()) {
    return std::nullopt;  // no PSI in this kernel, or switched off
  }
  Pressure pressure;
  for (const std::string_view line : split(*text, '\n')) {
    if (line.starts_with("some ")) {
      pressure.some = parse_pressure_line(line);
    } else if (line.starts_with("full ")) {
      pressure.full = parse_pressure_line(line);
    }
  }
  return pressure;
}

Stats Cgroup::stats() const {
  Stats stats;
  for (const std::string_view controller : kControllers) {
    if (const Directory* v1 = find_controller(false, controller)) {
      add_stats_v1(
          controller, [&](const std::string& file) { return v1->find(file); }, page_sizes(), stats);
      continue;
    }
    const std::string_view name = controller == "blkio" ? "io" : controller;
    const Directory* v2 = find_controller(true, name);
    if (v2 != nullptr) {
      add_stats_v2(
          controller, [&](const std::string& file) { return v2->find(file); }, page_sizes(), stats);
    }
  }
  return stats;
}

}  // namespace wpar::cgroup
