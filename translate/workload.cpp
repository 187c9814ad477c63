// SPDX-License-Identifier: Apache-2.0
#include "translate/workload.h"

#include <algorithm>

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
  const auto is_known = [&](const std::string& name) {
    return name.empty() ||
           std::any_of(document.interfaces.begin(), document.interfaces.end(),
                       [&](const spec::InterfaceEntry& entry) { return entry.name == name; });
  };
  for (const spec::RouteEntry& route : workload.routes) {
    if (!document.interfaces.empty() && is_known(route.interface)) {
      document.routes.push_back(route);
    }
  }
  return document;
}

}  // namespace wpar::translate
