// SPDX-License-Identifier: Apache-2.0
// Changing the limits of a cgroup in use: all of them, or none.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "runtime/base/rollback.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/apply.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/limits_v1.h"
#include "runtime/cgroup/route.h"
#include "runtime/cgroup/unit_properties.h"

namespace wpar::cgroup {

void Cgroup::replace_devices_v1(const std::vector<plan::DeviceRule>& rules,
                                const std::function<void()>& commit) const {
  const Directory& directory = *find_controller(false, "devices");
  const std::string before = directory.read("devices.list");
  Rollback rollback;
  rollback.on_failure([&] {
    for (const FileWrite& write : restore_devices_v1(directory.read("devices.list"), before)) {
      directory.write(write.file, write.text);
    }
  });
  for (const FileWrite& write : change_devices_v1(before, rules)) {
    if (const int error = directory.try_write(write.file, write.text)) {
      refuse(directory, write, error);
    }
  }
  commit();
  rollback.keep();
}

CurrentV2 Cgroup::current_limits() const {
  CurrentV2 current;
  if (const Directory* cpu = find_controller(true, "cpu")) {
    current.cpu_max = cpu->find("cpu.max").value_or(current.cpu_max);
  }
  if (const Directory* memory = find_controller(true, "memory")) {
    current.memory_max = memory->find("memory.max").value_or(current.memory_max);
  }
  return current;
}

std::vector<plan::UnitProperty> Cgroup::unit_properties(const plan::Limits& limits) const {
  CurrentV2 current = current_limits();
  if (const Directory* cpu = find_controller(false, "cpu")) {
    current.cpu_max = fmt::format("{} {}", trim(cpu->find("cpu.cfs_quota_us").value_or("-1")),
                                  trim(cpu->find("cpu.cfs_period_us").value_or("100000")));
  }
  std::vector<plan::UnitProperty> properties =
      cgroup::unit_properties(hierarchies_, limits, current);
  std::ranges::move(device_properties(limits.devices, true), std::back_inserter(properties));
  return properties;
}

void Cgroup::apply(const plan::Limits& limits, const std::function<void()>& commit) {
  const CurrentV2 current = current_limits();
  plan::Limits others = limits;
  const bool devices_v1_change =
      !limits.devices.empty() && find_controller(false, "devices") != nullptr;
  if (devices_v1_change) {
    change_devices_v1("", limits.devices);  // throws for what it cannot express
    others.devices.clear();
  }
  const Route routed = route(hierarchies_, others, current);
  if (const Directory* v2 = v2_directory()) {
    enable_controllers(*v2, needed_controllers(hierarchies_, routed.writes), Mode::kHybrid);
  }
  std::vector<Undo> done;
  Rollback rollback;
  rollback.on_failure([&] { take_back(directories_, done); });
  apply_route(directories_, routed, limits.check_before_update, &done);
  const auto finish = [&] {
    if (commit) {
      commit();
    }
  };
  if (devices_v1_change) {
    replace_devices_v1(limits.devices, finish);
  } else {
    finish();
  }
  rollback.keep();
}

}  // namespace wpar::cgroup
