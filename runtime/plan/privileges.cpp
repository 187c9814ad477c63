// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/privileges.h"

namespace wpar::plan {

PrivilegePlan plan_privileges(const oci::Process& process, const HostFacts& host, bool has_filter,
                              Findings& findings) {
  PrivilegePlan plan;
  plan.no_new_privileges = process.no_new_privileges.value_or(false);
  if (has_filter) {
    // Without no_new_privs, loading a filter needs CAP_SYS_ADMIN: it cannot wait until that is
    // gone.
    plan.seccomp = plan.no_new_privileges ? SeccompMoment::kJustBeforeExec
                                          : SeccompMoment::kBeforeDroppingPrivileges;
  }
  // A label that was asked for and cannot be applied is an error: the program would run with more
  // rights than its author gave it.
  const std::string profile = process.apparmor_profile.value_or("");
  // Without AppArmor everybody is unconfined; with it we may be confined ourselves.
  if (!profile.empty() && (profile != "unconfined" || host.apparmor_enabled)) {
    findings.accept_text({"/process/apparmorProfile"}, profile);
    if (!host.apparmor_enabled) {
      findings.unsupported({"/process/apparmorProfile"}, "AppArmor is not enabled on this host");
    }
    plan.apparmor_profile = profile;
  }
  plan.selinux_label = process.selinux_label.value_or("");
  if (!plan.selinux_label.empty()) {
    findings.accept_text({"/process/selinuxLabel"}, plan.selinux_label);
    if (!host.selinux_enabled) {
      findings.unsupported({"/process/selinuxLabel"}, "SELinux is not enabled on this host");
    }
  }
  return plan;
}

}  // namespace wpar::plan
