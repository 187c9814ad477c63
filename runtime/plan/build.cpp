// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/build.h"

#include "runtime/base/path.h"
#include "runtime/plan/annotations.h"
#include "runtime/plan/cgroup.h"
#include "runtime/plan/devices.h"
#include "runtime/plan/hooks.h"
#include "runtime/plan/id_maps.h"
#include "runtime/plan/intel_rdt.h"
#include "runtime/plan/masks.h"
#include "runtime/plan/mounts.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/net_devices.h"
#include "runtime/plan/process.h"
#include "runtime/plan/rootfs.h"
#include "runtime/plan/scheduling.h"
#include "runtime/plan/seccomp.h"
#include "runtime/plan/seccomp_cache.h"
#include "runtime/plan/sysctls.h"
#include "runtime/plan/user_namespace_mounts.h"
#include "runtime/plan/validate.h"

namespace wpar::plan {

namespace {

// What is attached in a tree that stays detached cannot be changed any more (mount_setattr(2)).
void refuse_later_changes(const Plan& plan, Findings& findings) {
  for (const MountPlan& mount : plan.mounts) {
    if (plan.root.root_switch == RootSwitch::kDetached &&
        (mount.kind == MountKind::kRemount || mount.read_only_late)) {
      findings.unsupported({"/mounts"},
                           "{} cannot be changed after it is mounted without a mount namespace of "
                           "the container's own",
                           mount.destination);
    }
  }
}

}  // namespace

Plan draft_plan(const oci::Config& config, const HostFacts& host, const CreateRequest& request,
                Findings& findings) {
  const oci::Linux& linux_config = config.linux_;
  Plan plan;
  plan.id = request.id;
  plan.bundle = request.bundle;
  plan.oci_version = config.oci_version;
  plan.annotations = config.annotations;
  plan.namespaces = plan_namespaces(linux_config, findings);
  check_general(config, plan.namespaces, findings);
  plan.id_maps = plan_id_maps(linux_config, plan.namespaces, host, findings);
  plan.time_offsets = plan_time_offsets(linux_config, plan.namespaces, host, findings);
  plan.cgroup = plan_cgroup(linux_config, config.oci_version, request, findings);
  plan_unit(config, request, host.rootless, plan.cgroup, findings);
  if (linux_config.intel_rdt) {
    plan.intel_rdt = plan_intel_rdt(*linux_config.intel_rdt, request.id, findings);
  }
  if (host.rootless) {
    // Nothing here may enforce them, and nothing needs to: mknod(2) is not for user namespaces, and
    // the container has the nodes that we bind into it.
    plan.cgroup.limits.devices.clear();
  }
  plan.root = plan_root(config, plan.namespaces, request, findings);
  plan.mounts = plan_mounts(config, plan.namespaces, host, request.bundle, findings);
  adapt_mounts_to_user_namespace(plan.mounts, linux_config, plan.namespaces, host);
  refuse_later_changes(plan, findings);
  protect_foreign_cgroup(plan.cgroup, plan.mounts);
  if (!host.rootless) {  // who is not root owns what he makes, and can give nothing away
    plan_delegation(config, plan, plan.cgroup);
  }
  plan.devices = plan_devices(
      linux_config, plan.mounts,
      host.in_user_namespace || is_private(plan.namespaces, NamespaceKind::kUser), findings);
  plan.links = plan_links(plan.mounts);
  plan.net_devices = plan_net_devices(linux_config, plan.namespaces, findings);
  plan.masked_paths = plan_masks(linux_config.masked_paths, "/linux/maskedPaths", findings);
  plan.readonly_paths = plan_masks(linux_config.readonly_paths, "/linux/readonlyPaths", findings);
  plan.sysctls = plan_sysctls(config, plan.namespaces, findings);
  plan.hostname = config.hostname.value_or("");
  plan.domainname = config.domainname.value_or("");
  plan.stop_signal = plan_stop_signal(config.annotations, findings);
  plan.new_session_keyring = !request.no_new_keyring;
  plan.preserve_fds = request.preserve_fds;
  if (linux_config.seccomp) {
    check_seccomp(*linux_config.seccomp, findings);
  }
  plan.has_process = config.process.has_value();
  if (plan.has_process) {
    plan.process = plan_process(*config.process, config, plan.namespaces, host, findings);
    // config.md: "This setting is not applicable to the container's init process."
    plan.process.initial_cpus.clear();
    plan.process.final_cpus.clear();
    plan_services(request.service, plan);
  }
  plan.hooks = plan_hooks(config.hooks, plan.process.env, findings);
  check_hooks_can_run(plan.process.scheduler, plan.hooks, findings);
  return plan;
}

Plan build_plan(const oci::Config& config, const HostFacts& host, const CreateRequest& request) {
  Findings findings;
  Plan plan = draft_plan(config, host, request, findings);
  findings.throw_if_any();
  if (plan.has_process && config.linux_.seccomp) {
    plan_seccomp(*config.linux_.seccomp, host, plan.process.seccomp);
  }
  plan.warnings = findings.take_warnings();
  return plan;
}

}  // namespace wpar::plan
