// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/net_devices.h"

#include <net/if.h>

#include <set>
#include <string>
#include <string_view>

#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

// As the kernel checks a name (dev_valid_name() in net/core/dev.c); `pattern`: one "%d" is allowed.
bool is_device_name(std::string_view name, bool pattern) {
  if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == ".." ||
      name.find_first_of("/: \t\n\v\f\r") != std::string_view::npos) {
    return false;
  }
  const std::size_t percent = name.find('%');
  return percent == std::string_view::npos ||
         (pattern && name.substr(percent, 2) == "%d" &&
          name.find('%', percent + 1) == std::string_view::npos);
}

}  // namespace

std::vector<NetDevicePlan> plan_net_devices(const oci::Linux& config,
                                            const NamespacePlan& namespaces, Findings& findings) {
  if (!config.net_devices.empty() && !is_private(namespaces, NamespaceKind::kNetwork)) {
    findings.invalid({"/linux/netDevices"}, "needs a network namespace of the container's own");
  }
  std::vector<NetDevicePlan> plans;
  std::set<std::string> taken;
  for (const auto& [name, device] : config.net_devices) {
    const std::string pointer = "/linux/netDevices/" + pointer_part(name);
    const std::string inside = device.name.value_or("").empty() ? name : *device.name;
    if (!is_device_name(name, false)) {
      findings.invalid({"/linux/netDevices"}, "\"{}\" is no name of a network device", name);
      continue;
    }
    if (!is_device_name(inside, true)) {
      findings.invalid({pointer, Pointer::kNoIndex, "/name"},
                       "\"{}\" is no name of a network device", inside);
      continue;
    }
    if (inside.find('%') == std::string::npos && !taken.insert(inside).second) {
      findings.invalid({pointer}, "another device is called {} inside already", inside);
    }
    plans.push_back({.name = name, .inside = inside});
  }
  return plans;
}

}  // namespace wpar::plan
