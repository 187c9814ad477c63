// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/cgroup.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/base/rollback.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/apply.h"
#include "runtime/cgroup/cpuset.h"
#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/freezer.h"
#include "runtime/cgroup/processes.h"
#include "runtime/cgroup/route.h"

namespace wpar::cgroup {
namespace {

// A hierarchy that cannot be used is an error if permission is not what is missing, or if a limit
// would go there.
void refuse_if_needed(const Directory& directory, std::size_t index, const Route& routed,
                      int error) {
  if (error != EACCES && error != EPERM && error != EROFS) {
    throw Error(error, fmt::format("make {}", directory.path()));
  }
  for (const RoutedWrite& one : routed.writes) {
    if (one.hierarchy == index) {
      throw Error(error, fmt::format("{}: make {}", one.write.pointer, directory.path()));
    }
  }
  if (directory.v2() && !routed.device_program.empty()) {
    throw Error(error, fmt::format("/linux/resources/devices: make {}", directory.path()));
  }
}

// cgroup-v2.rst, "Threads": the processes of such a cgroup cannot be listed and hardly be limited,
// and a cgroup beside or below one takes none.
void refuse_if_threaded(const Directory& directory) {
  const std::string text = directory.find("cgroup.type").value_or("");
  const std::string_view type = trim(text);
  if (type == "threaded" || type == "domain invalid") {
    throw_error(ErrorKind::kWrongState,
                "{} is part of a threaded cgroup (cgroup.type: {}), where a container cannot be",
                directory.path(), type);
  }
}

}  // namespace

Cgroup::Cgroup(Mode mode) : mode_(mode) {}
Cgroup::Cgroup(Cgroup&&) noexcept = default;
Cgroup& Cgroup::operator=(Cgroup&&) noexcept = default;
Cgroup::~Cgroup() = default;

void Cgroup::add(const Hierarchy& hierarchy, std::string path) {
  hierarchies_.push_back(hierarchy);
  directories_.emplace_back(hierarchy, path);
  paths_.push_back(std::move(path));
}

Cgroup Cgroup::create(const Host& host, const std::string& path, const plan::Limits& limits,
                      Inaccessible inaccessible) {
  return make(host, path, limits, inaccessible, InUse::kRefuse);
}

Cgroup Cgroup::adopt(const Host& host, const std::string& path, const plan::Limits& limits) {
  return make(host, path, limits, Inaccessible::kRefuse, InUse::kExpect);
}

Cgroup Cgroup::make(const Host& host, const std::string& path, const plan::Limits& limits,
                    Inaccessible inaccessible, InUse in_use) {
  Cgroup cgroup(host.mode);
  const std::vector<std::string> paths = cgroup_directories(host, path);
  cgroup.directories_.reserve(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    cgroup.add(host.hierarchies[i], paths[i]);
  }
  // First all that can be refused without touching anything.
  Route routed = route(cgroup.hierarchies_, limits);
  Rollback rollback;
  rollback.on_failure([&] {
    std::for_each(cgroup.directories_.rbegin(), cgroup.directories_.rend(),
                  [](Directory& directory) { directory.undo(); });
  });
  cgroup.make_directories(inaccessible, in_use, routed);
  if (cgroup.paths_.size() != paths.size()) {
    routed = route(cgroup.hierarchies_, limits);  // the same writes, to other places in the list
  }
  if (const Directory* v2 = cgroup.v2_directory()) {
    if (host.mode == Mode::kV2) {
      refuse_if_threaded(*v2);
    }
    // systemd has switched on what it manages; nothing more than needed is asked of its tree.
    enable_controllers(*v2, needed_controllers(cgroup.hierarchies_, routed.writes),
                       in_use == InUse::kExpect ? Mode::kHybrid : host.mode);
  }
  apply_route(cgroup.directories_, routed, limits.check_before_update);
  rollback.keep();
  return cgroup;
}

void Cgroup::leave_out(std::size_t index) {
  const auto at = static_cast<std::ptrdiff_t>(index);
  directories_[index].undo();
  directories_.erase(directories_.begin() + at);
  hierarchies_.erase(hierarchies_.begin() + at);
  paths_.erase(paths_.begin() + at);
}

void Cgroup::make_directories(Inaccessible inaccessible, InUse in_use, const Route& routed) {
  std::vector<std::size_t> existing;
  std::vector<std::size_t> left_out;
  for (std::size_t i = 0; i < directories_.size(); ++i) {
    Directory& directory = directories_[i];
    bool made = false;
    if (inaccessible == Inaccessible::kRefuse) {
      made = directory.make();
    } else if (const int error = directory.try_make_enterable(made)) {
      refuse_if_needed(directory, i, routed, error);
      left_out.push_back(i);
      continue;
    }
    if (!made) {
      existing.push_back(i);
    }
    if (!directory.v2() && directory.has("cpuset")) {
      fill_cpuset(directory, made);
    }
  }
  if (!existing.empty() && in_use == InUse::kRefuse) {
    std::vector<const Directory*> found;
    std::transform(existing.begin(), existing.end(), std::back_inserter(found),
                   [&](std::size_t i) { return &directories_[i]; });
    refuse_if_in_use(found);
  }
  std::for_each(left_out.rbegin(), left_out.rend(), [&](std::size_t i) { leave_out(i); });
}

void Cgroup::refuse_if_in_use(const std::vector<const Directory*>& existing) const {
  const auto frozen = [](const Directory* one) { return is_frozen_here(*one).value_or(false); };
  if (std::any_of(existing.begin(), existing.end(), frozen)) {
    throw_error(ErrorKind::kWrongState, "container's cgroup unexpectedly frozen");
  }
  if (const auto found = processes(); !found.empty()) {
    throw_error(ErrorKind::kWrongState, "container's cgroup is not empty: {} process(es) found",
                found.size());
  }
}

Cgroup Cgroup::open(const Host& host, std::vector<std::string> directories) {
  Cgroup cgroup(host.mode);
  cgroup.directories_.reserve(directories.size());
  for (std::string& path : directories) {
    // The longest mount point: /sys/fs/cgroup/unified may stand below a v2 mount at /sys/fs/cgroup.
    const Hierarchy* best = nullptr;
    for (const Hierarchy& hierarchy : host.hierarchies) {
      if (is_same_or_below(path, hierarchy.mount_point) &&
          (best == nullptr || hierarchy.mount_point.size() > best->mount_point.size())) {
        best = &hierarchy;
      }
    }
    if (best == nullptr) {
      throw_error(ErrorKind::kWrongState, "the cgroup hierarchy of {} is not mounted", path);
    }
    cgroup.add(*best, std::move(path));
  }
  return cgroup;
}

std::vector<pid_t> Cgroup::processes() const {
  std::vector<pid_t> all;
  for (const Directory& directory : directories_) {
    if (const BorrowedFd handle = directory.find_handle()) {
      collect_processes(handle, all);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

const Directory* Cgroup::find_controller(bool v2, std::string_view controller) const {
  const auto found =
      std::find_if(directories_.begin(), directories_.end(),
                   [&](const Directory& one) { return one.v2() == v2 && one.has(controller); });
  return found == directories_.end() ? nullptr : &*found;
}

const Directory* Cgroup::v2_directory() const {
  const auto found = std::find_if(directories_.begin(), directories_.end(),
                                  [](const Directory& one) { return one.v2(); });
  return found == directories_.end() ? nullptr : &*found;
}

}  // namespace wpar::cgroup
