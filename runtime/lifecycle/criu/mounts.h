// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of a container's mounts begin outside of it: CRIU stores only a name for those and is told
// at restore where they come from. The name is the destination in config.json and what lies below,
// as runc has it. Pure. Called by checkpoint.cpp and restore.cpp.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/cgroup/cgroup.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// One line of /proc/PID/mountinfo (proc_pid_mountinfo(5)).
struct MountLine {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  std::string mount_point;
  std::string type;
  bool operator==(const MountLine&) const = default;
};
std::vector<MountLine> parse_mount_lines(std::string_view mountinfo);

// What the container's own paths lead to now, by mount id; 0: nothing is there.
struct MountedNow {
  std::vector<MountLine> table;        // of the container
  std::vector<std::uint64_t> mounts;   // parallel to plan.mounts
  std::vector<std::uint64_t> devices;  // parallel to plan.devices
  std::vector<std::uint64_t> hidden;   // files that the null device lies on
  bool own_cgroup_namespace = false;   // then CRIU mounts cgroups by itself
};

using NamedMounts = std::vector<std::pair<std::string, std::string>>;

// For a dump: mount point → name.
NamedMounts external_mounts(const plan::Plan& plan, const MountedNow& now);
// For a restore: name → what to mount there. `host_table`: what is mounted here, for recursive
// binds. `cgroup_directories` is parallel to `hierarchies`.
NamedMounts mount_sources_by_name(const plan::Plan& plan, const std::vector<MountLine>& host_table,
                                  const cgroup::Host& hierarchies,
                                  const std::vector<std::string>& cgroup_directories);

}  // namespace wpar::lifecycle
