// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/systemd_properties.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "runtime/plan/variant_text.h"

namespace wpar::plan {
namespace {

// What podman, CRI-O and containerd set for every container: when the unit stops, not what it may.
constexpr std::string_view kEngines[] = {"After", "CollectMode", "DefaultDependencies",
                                         "KillSignal", "TimeoutStopUSec"};
// They are what makes the unit the container's.
constexpr std::string_view kOwn[] = {"PIDs", "Slice", "Delegate", "Description"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_property_name(std::string_view name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' && name.size() < 128 &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// "RuntimeMaxSec" with 2 or 0.5 → "RuntimeMaxUSec" with 2000000 or 500000.
void to_microseconds(UnitProperty& property, const Pointer& at, Findings& findings) {
  if (!property.name.ends_with("Sec") || property.name.ends_with("USec")) {
    return;
  }
  constexpr std::uint64_t kPerSecond = 1'000'000;
  property.name.insert(property.name.size() - 3, "U");
  const bool is_whole = std::string_view("ynqiuxt").find(property.signature) != std::string::npos;
  const std::string text = property.values.empty() ? "" : property.values.front();
  if (property.signature == "d") {
    const double seconds = std::strtod(text.c_str(), nullptr);
    if (seconds >= 0 && seconds < 1e12) {
      property.values = {
          fmt::format("{}", std::llround(seconds * static_cast<double>(kPerSecond)))};
      property.signature = "t";
      return;
    }
  } else if (const auto seconds = parse_integer<std::uint64_t>(text); is_whole && seconds) {
    if (*seconds <= std::numeric_limits<std::uint64_t>::max() / kPerSecond) {
      property.values = {fmt::format("{}", *seconds * kPerSecond)};
      property.signature = "t";
      return;
    }
  }
  findings.invalid(at, "expected a number of seconds");
}

}  // namespace

std::vector<UnitProperty> plan_systemd_properties(
    const std::map<std::string, std::string>& annotations, bool any, Findings& findings) {
  std::vector<UnitProperty> properties;
  for (auto one = annotations.lower_bound(std::string(kSystemdPropertyPrefix));
       one != annotations.end() && one->first.starts_with(kSystemdPropertyPrefix); ++one) {
    const std::string pointer = "/annotations/" + pointer_part(one->first);
    const std::string name = one->first.substr(kSystemdPropertyPrefix.size());
    if (!is_property_name(name)) {
      findings.invalid({pointer}, "\"{}\" is not the name of a property", name);
      continue;
    }
    std::string problem;
    const auto value = parse_variant(one->second, problem);
    if (!value) {
      findings.invalid({pointer}, "\"{}\" is not a GVariant in its text form: {}", one->second,
                       problem);
      continue;
    }
    if (name == "Delegate" && value->signature == "b" && value->values.front() == "true") {
      continue;  // it is, always
    }
    if (contains(kOwn, name)) {
      findings.invalid({pointer}, "the runtime decides this property itself");
      continue;
    }
    UnitProperty property = {name, value->signature, value->values};
    to_microseconds(property, {pointer}, findings);
    if (!any && !contains(kEngines, property.name)) {
      findings.unsupported({pointer},
                           "refused without --systemd-properties: an annotation may come with an "
                           "image, and this property may reach beyond the container");
      continue;
    }
    properties.push_back(std::move(property));
  }
  return properties;
}

}  // namespace wpar::plan
