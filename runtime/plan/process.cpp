// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/process.h"

#include <linux/limits.h>

#include <algorithm>
#include <unordered_set>

#include "runtime/plan/capabilities.h"
#include "runtime/plan/id_maps.h"
#include "runtime/plan/memory_policy.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/privileges.h"
#include "runtime/plan/rlimits.h"
#include "runtime/plan/scheduling.h"

namespace wpar::plan {

namespace {

void plan_args(const oci::Process& process, ProcessPlan& plan, Findings& findings) {
  if (process.args.empty()) {
    findings.invalid({"/process/args"}, "expected at least one argument");
    return;
  }
  for (std::size_t i = 0; i < process.args.size(); ++i) {
    findings.accept_text({"/process/args", i}, process.args[i]);
  }
  if (process.args.front().empty()) {
    findings.invalid({"/process/args", 0}, "executable path is empty");  // engines know these words
  }
  plan.args = process.args;
}

void plan_env(const oci::Process& process, ProcessPlan& plan, Findings& findings) {
  // From the end, so that the last of two settings of a name stays.
  std::unordered_set<std::string_view> seen;
  bool home = false;
  for (std::size_t i = process.env.size(); i-- > 0;) {
    const std::string& entry = process.env[i];
    const Pointer at{"/process/env", i};
    const std::size_t equals = entry.find('=');
    if (!findings.accept_text(at, entry)) {
      continue;
    }
    if (equals == std::string::npos || equals == 0) {
      findings.invalid(at, "expected NAME=VALUE");
      continue;
    }
    const std::string_view name = std::string_view(entry).substr(0, equals);
    if (!seen.insert(name).second) {
      continue;
    }
    if (name == "HOME") {
      if (equals + 1 == entry.size()) {
        continue;  // an empty HOME is filled in like an absent one
      }
      home = true;
    }
    plan.env.push_back(entry);
  }
  std::ranges::reverse(plan.env);
  plan.home_from_passwd = !home;
}

void plan_terminal(const oci::Process& process, ProcessPlan& plan) {
  plan.terminal = process.terminal.value_or(false);
  if (plan.terminal && process.console_size) {  // config.md: ignored without a terminal
    plan.console_rows = process.console_size->height;
    plan.console_columns = process.console_size->width;
  }
}

// setuid(2) would say EINVAL, deep inside. An empty list is not known, or a finding already.
void check_ids(const oci::User& user, const std::vector<oci::IdMapping>& uids,
               const std::vector<oci::IdMapping>& gids, std::string_view uid_place,
               std::string_view gid_place, Findings& findings) {
  if (!uids.empty() && !is_mapped(uids, user.uid)) {
    findings.invalid({"/process/user/uid"}, "{} is not in {}", user.uid, uid_place);
  }
  if (gids.empty()) {
    return;
  }
  if (!is_mapped(gids, user.gid)) {
    findings.invalid({"/process/user/gid"}, "{} is not in {}", user.gid, gid_place);
  }
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i) {
    if (!is_mapped(gids, user.additional_gids[i])) {
      findings.invalid({"/process/user/additionalGids", i}, "{} is not in {}",
                       user.additional_gids[i], gid_place);
    }
  }
}

void plan_user(const oci::Process& process, const oci::Linux& config,
               const NamespacePlan& namespaces, const HostFacts& host, ProcessPlan& plan,
               Findings& findings) {
  const oci::User& user = process.user;
  plan.uid = user.uid;
  plan.gid = user.gid;
  if (user.umask) {
    if (*user.umask > 0777) {
      findings.invalid({"/process/user/umask"}, "expected an integer from 0 to {}", 0777);
    }
    plan.set_umask = true;
    plan.umask = *user.umask & 0777;
  }
  if (is_new(namespaces, NamespaceKind::kUser)) {
    check_ids(user, config.uid_mappings, config.gid_mappings, "/linux/uidMappings",
              "/linux/gidMappings", findings);
  } else if (!is_private(namespaces, NamespaceKind::kUser)) {
    check_ids(user, host.own_uids, host.own_gids, "the runtime's /proc/self/uid_map",
              "the runtime's /proc/self/gid_map", findings);
  }
}

// Where setgroups(2) is denied the program keeps the caller's groups: dropping one could give
// access to a file that excludes it (user_namespaces(7)).
void plan_groups(const oci::Process& process, bool denied, ProcessPlan& plan, Findings& findings) {
  plan.groups.assign(process.user.additional_gids.begin(), process.user.additional_gids.end());
  if (plan.groups.size() > NGROUPS_MAX) {
    findings.invalid({"/process/user/additionalGids"}, "expected {} groups at most", NGROUPS_MAX);
  }
  plan.set_groups = !denied;
  if (denied && !plan.groups.empty()) {
    findings.unsupported({"/process/user/additionalGids"},
                         "setgroups(2) is denied in this user namespace: an ordinary user can set "
                         "groups only with ranges of /etc/subgid");
  }
}

void plan_kernel_settings(const oci::Process& process, const oci::Linux& config, ProcessPlan& plan,
                          Findings& findings) {
  if (process.scheduler) {
    plan.scheduler = plan_scheduler(*process.scheduler, findings);
  }
  if (process.io_priority) {
    plan.set_io_priority = true;
    plan.io_priority = plan_io_priority(*process.io_priority, findings);
  }
  if (process.exec_cpu_affinity) {
    plan_cpu_affinity(*process.exec_cpu_affinity, plan, findings);
  }
  if (config.memory_policy) {
    plan.memory_policy = plan_memory_policy(*config.memory_policy, findings);
  }
  if (config.personality) {
    plan.set_personality = true;
    plan.personality = plan_personality(*config.personality, findings);
  }
}

}  // namespace

ProcessPlan plan_process(const oci::Process& process, const oci::Config& config,
                         const NamespacePlan& namespaces, const HostFacts& host,
                         Findings& findings) {
  ProcessPlan plan;
  plan_args(process, plan, findings);
  plan_env(process, plan, findings);
  if (findings.accept_absolute_path({"/process/cwd"}, process.cwd)) {
    plan.cwd = process.cwd;
  }
  plan_terminal(process, plan);
  plan_user(process, config.linux_, namespaces, host, plan, findings);
  plan_groups(process, setgroups_denied(config.linux_, namespaces, host), plan, findings);
  // Whoever enters a user namespace has a full bounding set there.
  const std::uint64_t grantable =
      is_private(namespaces, NamespaceKind::kUser) ? kAllCapabilities : host.bounding_set;
  plan.capabilities = plan_capabilities(process.capabilities.value_or(oci::Capabilities{}),
                                        grantable, unknown_names_of(config.oci_version), findings);
  plan.rlimits = plan_rlimits(process.rlimits, findings);
  plan_oom_score(process, plan, findings);
  plan.oom_score_adj_may_fail = host.rootless;
  plan.oom_score_adj_by_itself = host.euid != 0;
  PrivilegePlan privileges =
      plan_privileges(process, host, config.linux_.seccomp.has_value(), findings);
  plan.no_new_privileges = privileges.no_new_privileges;
  plan.seccomp.moment = privileges.seccomp;
  plan.apparmor_profile = std::move(privileges.apparmor_profile);
  plan.selinux_label = std::move(privileges.selinux_label);
  plan_kernel_settings(process, config.linux_, plan, findings);
  return plan;
}

}  // namespace wpar::plan
