// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/user_namespace_mounts.h"

#include <linux/mount.h>

#include <array>
#include <string_view>

#include "runtime/base/text.h"
#include "runtime/plan/id_maps.h"
#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

// A new mount of these shows a namespace, and only the owner of that namespace may make one
// (sysfs, mqueue_overview(7), proc(5)). Without a namespace of its own the container sees the
// host's, so it is shown the host's mount.
struct ShownNamespace {
  std::string_view type;
  NamespaceKind kind;
  const char* host_path;
};
constexpr auto kShown = std::to_array<ShownNamespace>({
    {"sysfs", NamespaceKind::kNetwork, "/sys"},
    {"mqueue", NamespaceKind::kIpc, "/dev/mqueue"},
    {"proc", NamespaceKind::kPid, "/proc"},
});

void bind_instead(MountPlan& mount, const char* host_path) {
  mount.kind = MountKind::kBind;
  mount.source = host_path;
  // What lies below must come along: the kernel shows nobody what a mount on the host hides.
  mount.recursive = true;
  mount.parameters.clear();
}

void drop_unmapped_gid(MountPlan& mount, const std::vector<oci::IdMapping>& gids) {
  std::erase_if(mount.parameters, [&](const FilesystemParameter& parameter) {
    const auto gid = parse_integer<std::uint32_t>(parameter.value);
    return parameter.key == "gid" && gid && !is_mapped(gids, *gid);
  });
}

}  // namespace

void adapt_mounts_to_user_namespace(std::vector<MountPlan>& mounts, const oci::Linux& config,
                                    const NamespacePlan& namespaces, const HostFacts& host) {
  const bool made = is_new(namespaces, NamespaceKind::kUser);
  if (!made && !host.in_user_namespace) {
    return;
  }
  for (MountPlan& mount : mounts) {
    for (const ShownNamespace& shown : kShown) {
      if (mount.kind == MountKind::kFilesystem && mount.type == shown.type &&
          !is_private(namespaces, shown.kind)) {
        bind_instead(mount, shown.host_path);
      }
    }
    if (mount.kind == MountKind::kFilesystem && mount.type == "devpts") {
      drop_unmapped_gid(mount, made ? config.gid_mappings : host.own_gids);
    }
    // The host's cgroups lie below its /sys, and those of the user are the container root's to
    // write: read-only means all of it (CVE-2023-25809).
    if (mount.kind == MountKind::kBind && mount.recursive && mount.source == "/sys" &&
        (mount.attributes.set & MOUNT_ATTR_RDONLY) != 0) {
      mount.recursive_attributes.set |= MOUNT_ATTR_RDONLY;
    }
  }
}

}  // namespace wpar::plan
