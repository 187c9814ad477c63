// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/path.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"

namespace wpar::cgroup {
namespace {

bool climbs(std::string_view path) {
  const auto parts = split(path, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

// Where a relative path begins, as a directory below the mount point: "/own/cgroup".
std::string relative_base(const Hierarchy& hierarchy, Mode mode, const std::string& path) {
  const std::string own = clean_path(hierarchy.own_path);
  const std::string root = clean_path(hierarchy.mount_root);
  if (climbs(hierarchy.own_path) || climbs(hierarchy.mount_root) || !is_same_or_below(own, root)) {
    throw_error(
        ErrorKind::kUnsupported,
        "/linux/cgroupsPath: {} is relative to the runtime's own cgroup {}, which the mount "
        "{} of {} does not show",
        path, hierarchy.own_path, hierarchy.mount_point, hierarchy.mount_root);
  }
  std::string inside = "/";
  inside += own.substr(root == "/" ? 1 : std::min(own.size(), root.size() + 1));
  // A v2 cgroup with processes of its own cannot hand controllers to cgroups below it
  // (cgroup-v2.rst, "No Internal Process Constraint"), and ours has this process.
  return mode == Mode::kV2 ? parent_path(inside) : inside;
}

}  // namespace

std::vector<std::string> own_directories(const Host& host, std::vector<Hierarchy>& shown) {
  std::vector<std::string> directories;
  for (const Hierarchy& hierarchy : host.hierarchies) {
    const std::string own = clean_path(hierarchy.own_path);
    const std::string root = clean_path(hierarchy.mount_root);
    if (!climbs(hierarchy.own_path) && !climbs(hierarchy.mount_root) &&
        is_same_or_below(own, root)) {
      directories.push_back(
          clean_path(hierarchy.mount_point + own.substr(root == "/" ? 0 : root.size())));
      shown.push_back(hierarchy);
    }
  }
  return directories;
}

std::vector<std::string> cgroup_directories(const Host& host, const std::string& path) {
  if (host.hierarchies.empty()) {
    throw_error(ErrorKind::kUnsupported, "no cgroup hierarchy is mounted");
  }
  if (path.empty() || has_nul(path) || path.find('\n') != path.npos) {
    throw_error(ErrorKind::kInvalidConfig,
                "/linux/cgroupsPath: empty, or with a character that no cgroup name may have");
  }
  if (climbs(path)) {
    throw_error(ErrorKind::kInvalidConfig, "/linux/cgroupsPath: .. is not allowed: {}", path);
  }
  const std::string clean = clean_path(path);
  if (clean == "/" || clean == ".") {
    throw_error(ErrorKind::kInvalidConfig, "/linux/cgroupsPath: {} is not below a cgroup", path);
  }
  std::vector<std::string> directories;
  directories.reserve(host.hierarchies.size());
  for (const Hierarchy& hierarchy : host.hierarchies) {
    const std::string below =
        is_absolute(clean) ? clean : join_path(relative_base(hierarchy, host.mode, path), clean);
    directories.push_back(clean_path(hierarchy.mount_point + below));
  }
  return directories;
}

}  // namespace wpar::cgroup
