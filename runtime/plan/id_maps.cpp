// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/id_maps.h"

#include <linux/capability.h>

#include <algorithm>
#include <limits>
#include <string>

#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

struct Range {
  std::uint64_t first;
  std::uint64_t end;
  std::size_t index;
};

// The kernel answers an overlap with a bare EINVAL, so it is said here.
void check_overlap(std::vector<Range> ranges, std::string_view pointer, std::string_view member,
                   Findings& findings) {
  std::ranges::sort(ranges, {}, &Range::first);
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    if (ranges[i].first < ranges[i - 1].end) {
      findings.invalid({pointer, ranges[i].index, member}, "overlaps with entry {}",
                       ranges[i - 1].index);
    }
  }
}

}  // namespace

std::string id_map_text(const std::vector<oci::IdMapping>& mappings, std::string_view pointer,
                        Findings& findings) {
  // The largest id is the "no id" of the system calls; the kernel takes no range that includes it.
  constexpr std::uint64_t kEnd = std::numeric_limits<std::uint32_t>::max();
  if (mappings.size() > kMaxIdMapExtents) {
    findings.invalid({pointer}, "{} mappings, but the kernel takes {} at most", mappings.size(),
                     kMaxIdMapExtents);
    return {};
  }
  std::string text;
  std::vector<Range> inside;
  std::vector<Range> outside;
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const auto& [container_id, host_id, size] = mappings[i];
    if (size == 0) {
      findings.invalid({pointer, i, "/size"}, "expected a size above 0");
      continue;
    }
    inside.push_back({container_id, std::uint64_t{container_id} + size, i});
    outside.push_back({host_id, std::uint64_t{host_id} + size, i});
    if (inside.back().end > kEnd || outside.back().end > kEnd) {
      findings.invalid({pointer, i, "/size"}, "the range goes beyond the largest id {}", kEnd - 1);
      continue;
    }
    text += fmt::format("{} {} {}\n", container_id, host_id, size);
  }
  check_overlap(std::move(inside), pointer, "/containerID", findings);
  check_overlap(std::move(outside), pointer, "/hostID", findings);
  return text;
}

namespace {

// What anybody may write: one line, for one id, the own one.
bool is_own_id_alone(const std::vector<oci::IdMapping>& mappings, std::uint32_t own) {
  return mappings.size() == 1 && mappings[0].size == 1 && mappings[0].host_id == own;
}

bool gids_by_helper(const oci::Linux& config, const HostFacts& host) {
  return !host.has(CAP_SETGID) && !is_own_id_alone(config.gid_mappings, host.egid);
}

// Everything below is done as the namespace's root.
void check_root(const std::vector<oci::IdMapping>& mappings, std::string_view pointer,
                Findings& findings) {
  if (mappings.empty()) {
    findings.invalid({pointer}, "a new user namespace needs mappings");
  } else if (!is_mapped(mappings, 0)) {
    findings.invalid({pointer}, "the container's root (0) is not mapped");
  }
}

}  // namespace

bool setgroups_denied(const oci::Linux& config, const NamespacePlan& namespaces,
                      const HostFacts& host) {
  if (!is_new(namespaces, NamespaceKind::kUser)) {
    return host.setgroups_denied;
  }
  return host.setgroups_denied || (!host.has(CAP_SETGID) && !gids_by_helper(config, host));
}

IdMapPlan plan_id_maps(const oci::Linux& config, const NamespacePlan& namespaces,
                       const HostFacts& host, Findings& findings) {
  const bool given = !config.uid_mappings.empty() || !config.gid_mappings.empty();
  if (!is_private(namespaces, NamespaceKind::kUser)) {
    if (given) {
      findings.invalid({config.uid_mappings.empty() ? "/linux/gidMappings" : "/linux/uidMappings"},
                       "id mappings need a user namespace");
    }
    return {};
  }
  IdMapPlan plan{.uid_map = id_map_text(config.uid_mappings, "/linux/uidMappings", findings),
                 .gid_map = id_map_text(config.gid_mappings, "/linux/gidMappings", findings)};
  if (!is_new(namespaces, NamespaceKind::kUser)) {
    // Engines repeat the mappings of a pod's user namespace for each container that joins it. It
    // has them already and the kernel lets nobody write them twice.
    return {};
  }
  check_root(config.uid_mappings, "/linux/uidMappings", findings);
  check_root(config.gid_mappings, "/linux/gidMappings", findings);
  plan.uid_by_helper = !host.has(CAP_SETUID) && !is_own_id_alone(config.uid_mappings, host.euid);
  plan.gid_by_helper = gids_by_helper(config, host);
  plan.deny_setgroups = !host.has(CAP_SETGID) && !plan.gid_by_helper;
  plan.by_user = host.euid != 0;
  return plan;
}

bool is_mapped(const std::vector<oci::IdMapping>& mappings, std::uint32_t container_id) {
  return std::ranges::any_of(mappings, [&](const oci::IdMapping& range) {
    return container_id >= range.container_id && container_id - range.container_id < range.size;
  });
}

}  // namespace wpar::plan
