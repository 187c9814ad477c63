// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mounts.h"

#include <linux/mount.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"
#include "runtime/plan/mount_id_maps.h"
#include "runtime/plan/mount_options.h"
#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

// Files of /proc that FUSE file systems such as lxcfs replace by the container's own numbers, and
// the two that checkpointing and FIPS tools cover. A mount anywhere else below /proc could hide
// what the runtime itself reads and writes there.
constexpr auto kProcFiles = std::to_array<std::string_view>({
    "/proc/cpuinfo",
    "/proc/diskstats",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/net/dev",
    "/proc/slabinfo",
    "/proc/stat",
    "/proc/swaps",
    "/proc/sys/crypto/fips_enabled",
    "/proc/sys/kernel/ns_last_pid",
    "/proc/uptime",
});

void check_below_proc(const MountPlan& plan, const Pointer& at, Findings& findings) {
  if (!is_same_or_below(plan.destination, "/proc") || plan.kind == MountKind::kRemount) {
    return;
  }
  const bool bind = plan.kind == MountKind::kBind;
  if (plan.destination == "/proc") {
    if (!bind && plan.type != "proc") {
      findings.invalid(at.at("/destination"), "only a proc file system can be mounted on /proc");
    }
  } else if (!bind || std::ranges::find(kProcFiles, plan.destination) == kProcFiles.end()) {
    findings.invalid(at.at("/destination"), "{} cannot be mounted inside /proc", plan.destination);
  }
}

std::string plan_destination(const oci::Mount& mount, bool remount, const Pointer& at,
                             Findings& findings) {
  const Pointer here = at.at("/destination");
  if (!findings.accept_text(here, mount.destination)) {
    return {};
  }
  if (mount.destination.empty()) {
    findings.invalid(here, "is empty");
    return {};
  }
  if (!is_absolute(mount.destination)) {
    findings.warn(here, "a relative destination is deprecated; taken as relative to /");
  }
  std::string destination = join_path("/", mount.destination);
  if (destination == "/" && !remount) {
    findings.invalid(here, "a mount cannot cover the container's root");
  }
  return destination;
}

void plan_bind(const oci::Mount& mount, const std::string& bundle, const Pointer& at,
               MountPlan& plan, Findings& findings) {
  if (!mount.source || mount.source->empty()) {
    findings.invalid(at.at("/source"), "a bind mount needs a source");
  } else if (findings.accept_text(at.at("/source"), *mount.source)) {
    plan.source = join_path(bundle, *mount.source);
  }
}

void plan_filesystem(const oci::Mount& mount, const Pointer& at, MountPlan& plan,
                     Findings& findings) {
  if (plan.type.empty()) {
    findings.invalid(at.at("/type"), "a mount that is not a bind mount needs a type");
    return;
  }
  plan.source = mount.source.value_or("");
  findings.accept_text(at.at("/source"), plan.source);
  if (plan.source.empty()) {
    plan.source = plan.type;  // what mountinfo shows
  }
  if (plan.type == "cgroup" || plan.type == "cgroup2") {
    plan.kind = MountKind::kCgroup;
    if (!plan.parameters.empty()) {
      findings.invalid(at.at("/options"), "\"{}\" is not an option of a cgroup mount",
                       plan.parameters.front().key);
    }
  }
  const bool tmpfs = plan.type == "tmpfs";
  plan.inherit_mode =
      tmpfs && std::ranges::none_of(plan.parameters, [](const auto& p) { return p.key == "mode"; });
  const bool late = (tmpfs || plan.destination == "/dev") && plan.kind == MountKind::kFilesystem;
  if (late && (plan.attributes.set & MOUNT_ATTR_RDONLY) != 0) {
    plan.read_only_late = true;
    plan.attributes.set &= ~std::uint64_t{MOUNT_ATTR_RDONLY};
  }
}

// The label of files on a file system that cannot store one. proc, sysfs and cgroups label
// themselves by policy; with SELinux off the parameter does not exist.
void add_mount_label(const oci::Config& config, const HostFacts& host, MountPlan& plan,
                     Findings& findings) {
  constexpr auto kUnlabelled =
      std::to_array<std::string_view>({"proc", "sysfs", "mqueue", "cgroup", "cgroup2"});
  const auto& label = config.linux_.mount_label;
  if (!label || label->empty() || !host.selinux_enabled || plan.kind != MountKind::kFilesystem ||
      std::ranges::find(kUnlabelled, plan.type) != kUnlabelled.end() ||
      std::ranges::any_of(plan.parameters, [](const auto& p) { return p.key == "context"; })) {
    return;
  }
  findings.accept_text({"/linux/mountLabel"}, *label);
  plan.parameters.push_back({.key = "context", .value = *label, .is_flag = false});
}

// A mount of these kinds shows a namespace and needs rights in it. In a user namespace that has
// none there, people and engines expect the host's own view, read-only, where the container shares
// it.
void plan_fallback(const NamespacePlan& namespaces, MountPlan& plan) {
  struct Shared {
    std::string_view type;
    NamespaceKind kind;
    std::string_view host;
  };
  constexpr auto kShared = std::to_array<Shared>({{"mqueue", NamespaceKind::kIpc, "/dev/mqueue"},
                                                  {"proc", NamespaceKind::kPid, "/proc"},
                                                  {"sysfs", NamespaceKind::kNetwork, "/sys"}});
  for (const Shared& shared : kShared) {
    if (plan.kind == MountKind::kFilesystem && plan.type == shared.type &&
        is_private(namespaces, NamespaceKind::kUser) && !is_new(namespaces, shared.kind)) {
      plan.fallback = shared.host;
    }
  }
}

void plan_remount(const oci::Mount& mount, const Pointer& at, MountPlan& plan, Findings& findings) {
  plan.kind = MountKind::kRemount;
  if (plan.copy_up || plan.id_map.wanted) {
    findings.invalid(at.at("/options"),
                     "tmpcopyup and id maps are for new mounts, not for remount");
  }
  if (plan.attributes.empty() && plan.recursive_attributes.empty() && plan.propagation.empty() &&
      plan.parameters.empty()) {
    findings.warn(at.at("/options"), "remount of {} changes nothing", mount.destination);
  }
}

void apply_options(MountOptions& options, MountPlan& plan) {
  plan.attributes = options.attributes;
  plan.recursive_attributes = options.recursive_attributes;
  plan.propagation = std::move(options.propagation);
  plan.copy_up = options.copy_up;
  plan.copy_symlink = options.copy_symlink;
  plan.follow_source = options.follow_source;
  plan.follow_destination = options.follow_destination;
}

MountPlan plan_mount(const oci::Mount& mount, const oci::Linux& config,
                     const NamespacePlan& namespaces, const std::string& bundle, const Pointer& at,
                     Findings& findings) {
  BindRequest bind = find_bind_request(mount.options);
  // With an option of that name the type is a dummy; people also write the type alone.
  if (bind == BindRequest::kNo && mount.type == "bind") {
    bind = BindRequest::kBind;
  }
  MountOptions options = plan_mount_options(mount.options, bind, at, findings);
  MountPlan plan;
  plan.destination = plan_destination(mount, options.remount, at, findings);
  apply_options(options, plan);
  plan.id_map = plan_mount_id_map(mount, config, namespaces, at, findings);
  if (options.remount) {
    plan.parameters = std::move(options.parameters);
    plan_remount(mount, at, plan, findings);
  } else if (bind == BindRequest::kNo) {
    plan.type = mount.type.value_or("");
    findings.accept_text(at.at("/type"), plan.type);
    plan.parameters = std::move(options.parameters);
    plan_filesystem(mount, at, plan, findings);
    plan_fallback(namespaces, plan);
  } else {
    plan.kind = MountKind::kBind;
    plan.recursive = bind == BindRequest::kRecursive;
    plan_bind(mount, bundle, at, plan, findings);
  }
  if (plan.copy_up && plan.type != "tmpfs" && !options.remount) {
    findings.invalid(at.at("/options"), "tmpcopyup is an option of tmpfs only");
  }
  if (plan.id_map.wanted && plan.kind == MountKind::kCgroup) {
    findings.invalid(at, "a cgroup mount cannot be id-mapped");
  }
  check_below_proc(plan, at, findings);
  return plan;
}

}  // namespace

std::vector<MountPlan> plan_mounts(const oci::Config& config, const NamespacePlan& namespaces,
                                   const HostFacts& host, const std::string& bundle,
                                   Findings& findings) {
  std::vector<MountPlan> plans;
  plans.reserve(config.mounts.size());
  for (std::size_t i = 0; i < config.mounts.size(); ++i) {
    plans.push_back(
        plan_mount(config.mounts[i], config.linux_, namespaces, bundle, {"/mounts", i}, findings));
    add_mount_label(config, host, plans.back(), findings);
  }
  return plans;
}

}  // namespace wpar::plan
