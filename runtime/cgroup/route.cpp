// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/route.h"

#include <algorithm>
#include <optional>
#include <set>

#include "runtime/base/error.h"
#include "runtime/cgroup/device_program.h"
#include "runtime/cgroup/limits_v1.h"

namespace wpar::cgroup {
namespace {

std::optional<std::size_t> find_hierarchy(const std::vector<Hierarchy>& hierarchies, bool v2,
                                          const std::string& controller) {
  for (std::size_t i = 0; i < hierarchies.size(); ++i) {
    const auto& names = hierarchies[i].controllers;
    if (hierarchies[i].v2 == v2 &&
        std::find(names.begin(), names.end(), controller) != names.end()) {
      return i;
    }
  }
  return std::nullopt;
}

void refuse_if_told(const FileWrite& write) {
  if (!write.refusal.empty()) {
    throw_error(ErrorKind::kUnsupported, "{}: {}", write.pointer, write.refusal);
  }
}

bool has_v2(const std::vector<Hierarchy>& hierarchies) {
  return std::any_of(hierarchies.begin(), hierarchies.end(),
                     [](const Hierarchy& one) { return one.v2; });
}

std::size_t v2_place(const std::vector<Hierarchy>& hierarchies) {
  const auto found = std::find_if(hierarchies.begin(), hierarchies.end(),
                                  [](const Hierarchy& one) { return one.v2; });
  return static_cast<std::size_t>(found - hierarchies.begin());
}

bool is_known_controller(std::string_view name) {
  constexpr std::string_view kControllers[] = {"cpu",     "cpuset", "io",   "memory", "pids",
                                               "hugetlb", "rdma",   "misc", "dmem"};
  return std::find(std::begin(kControllers), std::end(kControllers), name) !=
         std::end(kControllers);
}

// On a hybrid host the v1 controller has them: a cgroup tree is under one of the two.
void route_devices(const std::vector<Hierarchy>& hierarchies,
                   const std::vector<plan::DeviceRule>& rules, Route& routed) {
  if (rules.empty()) {
    return;
  }
  if (const auto place = find_hierarchy(hierarchies, false, "devices")) {
    for (FileWrite& write : devices_v1(rules)) {
      routed.writes.push_back({*place, std::move(write)});
    }
  } else if (has_v2(hierarchies)) {
    routed.device_program = device_program(rules);
  } else {
    throw_error(ErrorKind::kUnsupported,
                "/linux/resources/devices: neither the cgroup controller devices nor a cgroup v2 "
                "hierarchy is mounted");
  }
}

// config-linux.md: an error where the controller is missing, and on v1 alone.
void route_unified(const std::vector<Hierarchy>& hierarchies,
                   const std::vector<plan::UnifiedValue>& values, Route& routed) {
  for (FileWrite& write : unified_writes(values)) {
    if (!has_v2(hierarchies)) {
      throw_error(ErrorKind::kUnsupported, "{}: no cgroup v2 hierarchy is mounted", write.pointer);
    }
    if (find_hierarchy(hierarchies, false, write.controller == "io" ? "blkio" : write.controller)) {
      throw_error(ErrorKind::kUnsupported,
                  "{}: the cgroup controller {} is a v1 hierarchy of this host", write.pointer,
                  write.controller);
    }
    const auto v2 = find_hierarchy(hierarchies, true, write.controller);
    // Files of the core ("cgroup.max.depth"), pressure and device files belong to no controller.
    if (!v2 && is_known_controller(write.controller)) {
      throw_error(ErrorKind::kUnsupported, "{}: the cgroup controller {} is not available",
                  write.pointer, write.controller);
    }
    routed.writes.push_back({v2.value_or(v2_place(hierarchies)), std::move(write)});
  }
}

}  // namespace

Route route(const std::vector<Hierarchy>& hierarchies, const plan::Limits& limits,
            const CurrentV2& current) {
  Route routed;
  std::set<std::string> on_v2;  // names of v2 controllers
  for (FileWrite& write : limits_v1(limits)) {
    if (const auto place = find_hierarchy(hierarchies, false, write.controller)) {
      refuse_if_told(write);
      routed.writes.push_back({*place, std::move(write)});
      continue;
    }
    std::string name = write.controller == "blkio" ? "io" : write.controller;
    if (!find_hierarchy(hierarchies, true, name)) {
      throw_error(ErrorKind::kUnsupported,
                  "{}: the cgroup controller {} is not mounted, or not within this user's reach",
                  write.pointer, write.controller);
    }
    on_v2.insert(std::move(name));
  }
  if (!on_v2.empty()) {
    for (FileWrite& write : limits_v2(limits, current)) {
      if (on_v2.contains(write.controller)) {
        refuse_if_told(write);
        routed.writes.push_back(
            {*find_hierarchy(hierarchies, true, write.controller), std::move(write)});
      }
    }
  }
  route_devices(hierarchies, limits.devices, routed);
  route_unified(hierarchies, limits.unified, routed);
  return routed;
}

}  // namespace wpar::cgroup
