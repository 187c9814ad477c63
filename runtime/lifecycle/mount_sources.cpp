// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/mount_sources.h"

#include <sched.h>

#include <algorithm>
#include <map>

#include "runtime/base/path.h"
#include "runtime/init/mount_sources.h"
#include "runtime/lifecycle/namespaces.h"
#include "runtime/lifecycle/user_namespace.h"
#include "runtime/sys/proc.h"

namespace wpar::lifecycle {
namespace {

init::CgroupSource name_cgroup(cgroup::Mode mode, const cgroup::Hierarchy& hierarchy,
                               const std::string& directory) {
  init::CgroupSource source;
  source.path = directory;
  if (mode != cgroup::Mode::kV2) {
    source.name = base_name(hierarchy.mount_point);
  }
  if (!hierarchy.v2) {
    source.links = hierarchy.controllers;
    std::erase_if(source.links, [](const std::string& name) { return name.starts_with("name="); });
  }
  return source;
}

// The container's own, and where it has none the caller's, to look at only.
std::vector<init::CgroupSource> name_cgroups(const cgroup::Host& host,
                                             const cgroup::Cgroup& cgroup) {
  std::vector<init::CgroupSource> sources;
  const auto& own = cgroup.hierarchies();
  for (std::size_t i = 0; i < own.size(); ++i) {
    sources.push_back(name_cgroup(host.mode, own[i], cgroup.directories()[i]));
  }
  if (own.size() == host.hierarchies.size()) {
    return sources;
  }
  std::vector<cgroup::Hierarchy> shown;
  const std::vector<std::string> callers = cgroup::own_directories(host, shown);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (std::ranges::find(own, shown[i].mount_point, &cgroup::Hierarchy::mount_point) ==
        own.end()) {
      sources.push_back(name_cgroup(host.mode, shown[i], callers[i]));
      sources.back().of_caller = true;
    }
  }
  return sources;
}

// Equal maps share one user namespace: the volumes of a pod are usually mapped the same way.
class IdMapNamespaces {
 public:
  BorrowedFd find(const plan::MountIdMapPlan& map) {
    const std::string key = map.user_namespace + "\n" + map.maps.uid_map + "\n" + map.maps.gid_map;
    UniqueFd& file = files_[key];
    if (!file) {
      file = map.user_namespace.empty() ? make_user_namespace(map.maps)
                                        : open_namespace(map.user_namespace, CLONE_NEWUSER);
    }
    return file;
  }

 private:
  std::map<std::string, UniqueFd> files_;
};

void set_id_maps(const plan::Plan& plan, const std::vector<init::MountSource>& sources) {
  IdMapNamespaces namespaces;
  for (std::size_t i = 0; i < plan.mounts.size(); ++i) {
    const plan::MountIdMapPlan& map = plan.mounts[i].id_map;
    if (map.wanted && sources[i].mount) {
      in_context(fmt::format("mount {}", plan.mounts[i].destination), [&] {
        sources[i].mount.set_id_map(namespaces.find(map),
                                    map.recursive ? sys::Recursive::kYes : sys::Recursive::kNo);
      });
    }
  }
}

// The file system's owner must agree, and that is the host's root.
void refuse_id_maps(const plan::Plan& plan) {
  for (const plan::MountPlan& mount : plan.mounts) {
    if (mount.id_map.wanted) {
      throw_error(ErrorKind::kUnsupported, "mount {}: only root can id-map it", mount.destination);
    }
  }
}

init::MountSources name_sources(const plan::Plan& plan, const cgroup::Host& host,
                                const cgroup::Cgroup& cgroup) {
  init::MountSources sources;
  if (std::any_of(plan.mounts.begin(), plan.mounts.end(), [](const plan::MountPlan& mount) {
        return mount.kind == plan::MountKind::kCgroup;
      })) {
    sources.cgroups = name_cgroups(host, cgroup);
  }
  return sources;
}

}  // namespace

init::MountSources open_mount_sources(const plan::Plan& plan, const cgroup::Host& host,
                                      const cgroup::Cgroup& cgroup, OpenBy open_by) {
  if (plan.root.root_switch == plan::RootSwitch::kDetached && !sys::kernel_is_at_least(6, 15)) {
    throw_error(ErrorKind::kUnsupported,
                "/linux/namespaces: a container without a mount namespace of its own needs Linux "
                "6.15");
  }
  init::MountSources sources = name_sources(plan, host, cgroup);
  if (open_by == OpenBy::kRuntime) {
    init::open_mount_sources(plan, sources, init::InTurn::kLater);
    set_id_maps(plan, sources.mounts);
  } else {
    refuse_id_maps(plan);
  }
  return sources;
}

init::MountSources open_list_sources(const plan::Plan& plan, const cgroup::Host& host,
                                     const cgroup::Cgroup& cgroup) {
  init::MountSources sources = name_sources(plan, host, cgroup);
  init::open_list_sources(plan, sources, init::InTurn::kNone);
  set_id_maps(plan, sources.mounts);
  return sources;
}

}  // namespace wpar::lifecycle
