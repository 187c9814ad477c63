// SPDX-License-Identifier: Apache-2.0
#include "translate/profile.h"

#include <fmt/format.h>

namespace wpar::translate {

std::string root_of(const Profile& profile, std::string_view kind, const std::string& name) {
  const auto known = profile.roots.find(std::string(kind));
  if (known == profile.roots.end()) {
    return {};
  }
  std::string path = known->second;
  for (std::size_t at = path.find("%n"); at != std::string::npos; at = path.find("%n", at)) {
    path.replace(at, 2, name);
    at += name.size();
  }
  return path;
}

Machine machine_of(const Profile& profile, const Machine& host) {
  Machine machine = host;
  if (profile.machine_cpus && profile.machine_memory) {
    machine.source = "the site profile";
  } else if (profile.machine_cpus || profile.machine_memory) {
    machine.source = fmt::format("the site profile and {}", host.source);
  }
  machine.cpus = profile.machine_cpus.value_or(host.cpus);
  machine.memory = profile.machine_memory.value_or(host.memory);
  return machine;
}

}  // namespace wpar::translate
