// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/cgroup.h"

#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <string_view>

#include "runtime/plan/devices.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/resources.h"
#include "runtime/plan/systemd_properties.h"
#include "runtime/plan/systemd_unit.h"

namespace wpar::plan {
namespace {

constexpr std::string_view kResources = "/linux/resources";

template <typename Number>
bool bounds(const std::optional<Number>& limit) {
  return limit && *limit != static_cast<Number>(kUnlimited);
}

// Every limit that somebody asked for, by its name in config.json.
void refuse_limits(const Limits& limits, Findings& findings) {
  const auto refuse = [&](bool asked, std::string_view member) {
    if (asked) {
      findings.unsupported({kResources, Pointer::kNoIndex, member},
                           "cannot be enforced without a cgroup (--cgroup-manager=disabled)");
    }
  };
  refuse(bounds(limits.memory), "/memory/limit");
  refuse(bounds(limits.memory_reservation), "/memory/reservation");
  refuse(bounds(limits.memory_swap), "/memory/swap");
  refuse(limits.swappiness.has_value(), "/memory/swappiness");
  refuse(limits.disable_oom_killer.value_or(false), "/memory/disableOOMKiller");
  refuse(limits.cpu_shares.has_value(), "/cpu/shares");
  refuse(bounds(limits.cpu_quota), "/cpu/quota");
  refuse(limits.cpu_burst.value_or(0) != 0, "/cpu/burst");
  refuse(limits.cpu_realtime_runtime.value_or(0) > 0, "/cpu/realtimeRuntime");
  refuse(limits.cpuset_cpus.has_value(), "/cpu/cpus");
  refuse(limits.cpuset_mems.has_value(), "/cpu/mems");
  refuse(limits.cpu_idle.value_or(0) != 0, "/cpu/idle");
  refuse(limits.pids.value_or(kUnlimited) >= 0, "/pids/limit");
  refuse(limits.block_weight || limits.block_leaf_weight || !limits.block_weight_device.empty() ||
             !limits.block_read_bps.empty() || !limits.block_write_bps.empty() ||
             !limits.block_read_iops.empty() || !limits.block_write_iops.empty(),
         "/blockIO");
  refuse(!limits.hugetlb.empty(), "/hugepageLimits");
  refuse(limits.network_class_id.value_or(0) != 0 || !limits.network_priorities.empty(),
         "/network");
  refuse(!limits.rdma.empty(), "/rdma");
  refuse(!limits.unified.empty(), "/unified");
}

// 1.3 was the first to say that 0 is a limit like others (config-linux.md, "PIDs").
bool zero_is_a_pids_limit(std::string_view oci_version) {
  return !oci_version.starts_with("1.0.") && !oci_version.starts_with("1.1.") &&
         !oci_version.starts_with("1.2.");
}

}  // namespace

CgroupPlan plan_cgroup(const oci::Linux& config, std::string_view oci_version,
                       const CreateRequest& request, Findings& findings) {
  CgroupPlan plan;
  plan.manager = request.cgroup_manager;
  plan.limits = plan_resources(config.resources, kResources, findings);
  if (plan.limits.pids == 0 && !zero_is_a_pids_limit(oci_version)) {
    plan.limits.pids = kUnlimited;
  }
  if (plan.manager == CgroupManager::kDisabled) {
    refuse_limits(plan.limits, findings);
    plan.limits = {};
    return plan;
  }
  plan.path = config.cgroups_path.value_or("");
  if (plan.path.empty()) {
    plan.path = request.id;
  }
  plan.limits.devices = with_default_rules(plan.limits.devices);
  return plan;
}

void plan_unit(const oci::Config& config, const CreateRequest& request, bool rootless,
               CgroupPlan& plan, Findings& findings) {
  if (plan.manager != CgroupManager::kSystemd) {
    return;
  }
  plan.unit =
      plan_systemd_unit(config.linux_.cgroups_path.value_or(""), request.id, rootless, findings);
  plan.unit.properties =
      plan_systemd_properties(config.annotations, request.any_systemd_property, findings);
  plan.path = plan.unit.name.empty() ? std::string() : unit_cgroup(plan.unit);
}

void plan_delegation(const oci::Config& config, const Plan& so_far, CgroupPlan& cgroup) {
  const bool writable = std::ranges::any_of(so_far.mounts, [](const MountPlan& mount) {
    return mount.kind == MountKind::kCgroup && (mount.attributes.set & MOUNT_ATTR_RDONLY) == 0;
  });
  if (cgroup.manager == CgroupManager::kDisabled || !writable || !config.process ||
      !so_far.creates(CLONE_NEWCGROUP)) {
    return;
  }
  const std::uint32_t inside = config.process->user.uid;
  if (!is_private(so_far.namespaces, NamespaceKind::kUser)) {
    cgroup.delegate = inside != 0;
    cgroup.delegate_to = inside;
    return;
  }
  for (const oci::IdMapping& range : config.linux_.uid_mappings) {
    if (inside >= range.container_id && inside - range.container_id < range.size) {
      cgroup.delegate = true;
      cgroup.delegate_to = range.host_id + (inside - range.container_id);
    }
  }
}

void protect_foreign_cgroup(const CgroupPlan& cgroup, std::vector<MountPlan>& mounts) {
  if (cgroup.manager != CgroupManager::kDisabled) {
    return;
  }
  for (MountPlan& mount : mounts) {
    if (mount.kind == MountKind::kCgroup) {
      mount.attributes.set |= MOUNT_ATTR_RDONLY;
      mount.attributes.clear &= ~std::uint64_t{MOUNT_ATTR_RDONLY};
    }
  }
}

}  // namespace wpar::plan
