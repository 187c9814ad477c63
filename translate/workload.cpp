// SPDX-License-Identifier: Apache-2.0
#include "translate/workload.h"

#include <algorithm>
#include <iterator>

#include "specs/wpar/address.h"

namespace wpar::translate {

const char* name_of(WparKind kind) {
  switch (kind) {
    case WparKind::kApplication:
      return "application";
    case WparKind::kShared:
      return "shared";
    case WparKind::kPrivate:
      return "private";
    case WparKind::kVersioned:
      return "versioned";
    case WparKind::kRootvg:
      return "rootvg";
    case WparKind::kSystemCopy:
      break;
  }
  return "system_copy";
}

namespace {

bool is_in_subnet(const std::string& address, const spec::AddressEntry& subnet) {
  return spec::is_ipv4(address) == spec::is_ipv4(subnet.address) &&
         spec::network_address(address, subnet.prefix) ==
             spec::network_address(subnet.address, subnet.prefix);
}

// The gateway is reached by an interface that only an engine attaches.
bool leads_to_engine(const Workload& workload, const spec::RouteEntry& route) {
  return !route.gateway.empty() &&
         std::any_of(workload.interfaces.begin(), workload.interfaces.end(),
                     [&](const WorkloadInterface& interface) {
                       return interface.mode == "engine" &&
                              std::any_of(interface.addresses.begin(), interface.addresses.end(),
                                          [&](const auto& address) {
                                            return is_in_subnet(route.gateway, address);
                                          });
                     });
}

}  // namespace

bool is_in_bundle(const Workload& workload, const spec::RouteEntry& route) {
  const bool reachable = std::any_of(
      workload.interfaces.begin(), workload.interfaces.end(), [&](const auto& interface) {
        return interface.mode != "engine" &&
               (route.interface.empty() || route.interface == interface.name);
      });
  return reachable && !leads_to_engine(workload, route);
}

spec::DeviceDocument device_document(const std::vector<WorkloadDevice>& devices) {
  spec::DeviceDocument document;
  for (const WorkloadDevice& device : devices) {
    if (device.exclusive && device.major && device.minor) {
      document.devices.push_back({.path = device.host_path,
                                  .type = device.type,
                                  .major = *device.major,
                                  .minor = *device.minor});
    }
  }
  return document;
}

spec::NetworkDocument network_document(const Workload& workload) {
  spec::NetworkDocument document;
  for (const WorkloadInterface& interface : workload.interfaces) {
    if (interface.mode != "engine") {
      document.interfaces.push_back({.name = interface.name,
                                     .mode = interface.mode,
                                     .parent = interface.parent,
                                     .addresses = interface.addresses});
    }
  }
  std::copy_if(workload.routes.begin(), workload.routes.end(), std::back_inserter(document.routes),
               [&](const spec::RouteEntry& route) { return is_in_bundle(workload, route); });
  return document;
}

}  // namespace wpar::translate
