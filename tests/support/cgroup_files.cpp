// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cgroup_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tests/support/host_snapshot.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {

bool only_cgroup_v2() {
  return cgroup_mount("memory").empty() && !cgroup_mount("").empty();
}

std::string cgroup_folder(pid_t pid, const std::string& controller) {
  std::string v2;
  for (const std::string& line : read_lines(fmt::format("/proc/{}/cgroup", pid))) {
    const std::vector<std::string> parts = split(line, ':');
    const std::vector<std::string> names = split(parts[1], ',');
    if (parts[1].empty() && !cgroup_mount("").empty())
      v2 = cgroup_mount("") + parts[2];
    else if (std::find(names.begin(), names.end(), controller) != names.end())
      return cgroup_mount(controller) + parts[2];
  }
  return v2;
}

std::string cgroup_value(pid_t pid, const std::string& controller, const std::string& v1_file,
                         const std::string& v2_file) {
  const std::string folder = cgroup_folder(pid, controller);
  const bool v1 = !cgroup_mount(controller).empty();
  return read_trimmed(folder + "/" + (v1 ? v1_file : v2_file));
}

}  // namespace wpar::test
