// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/privileges.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {
PrivilegePlan plan_of(const oci::Process& process, bool has_filter, Texts* errors = nullptr,
                      const HostFacts& host = good_host()) {
  Findings findings;
  PrivilegePlan plan = plan_privileges(process, host, has_filter, findings);
  if (errors != nullptr) {
    *errors = findings.take_errors();
  }
  return plan;
}
}  // namespace

TEST(PlanPrivileges, TreatsAnExplicitFalseLikeAnAbsentField) {
  oci::Process process = good_process();
  EXPECT_EQ(plan_of(process, true).seccomp, SeccompMoment::kBeforeDroppingPrivileges);
  process.no_new_privileges = false;
  EXPECT_EQ(plan_of(process, true).seccomp, SeccompMoment::kBeforeDroppingPrivileges);
  EXPECT_FALSE(plan_of(process, true).no_new_privileges);
  process.no_new_privileges = true;
  EXPECT_EQ(plan_of(process, true).seccomp, SeccompMoment::kJustBeforeExec);
  EXPECT_TRUE(plan_of(process, true).no_new_privileges);
  EXPECT_EQ(plan_of(process, false).seccomp, SeccompMoment::kNever);
}

TEST(PlanPrivileges, RefusesALabelThatNobodyWouldEnforce) {
  oci::Process process = good_process();
  process.apparmor_profile = "docker-default";
  process.selinux_label = "u:r:t:s0";
  Texts errors;
  plan_of(process, false, &errors);
  EXPECT_EQ(errors, (Texts{"/process/apparmorProfile: AppArmor is not enabled on this host",
                           "/process/selinuxLabel: SELinux is not enabled on this host"}));
  HostFacts host = good_host();
  host.apparmor_enabled = host.selinux_enabled = true;
  const PrivilegePlan plan = plan_of(process, false, &errors, host);
  EXPECT_EQ(errors, Texts{});
  EXPECT_EQ(plan.apparmor_profile, "docker-default");
  EXPECT_EQ(plan.selinux_label, "u:r:t:s0");
}

TEST(PlanPrivileges, TakesUnconfinedAndEmptyAsNone) {
  oci::Process process = good_process();
  Texts errors;
  for (const char* profile : {"", "unconfined"}) {
    process.apparmor_profile = profile;
    EXPECT_EQ(plan_of(process, false, &errors).apparmor_profile, "");
    EXPECT_EQ(errors, Texts{});
  }
  // Where the runtime itself may be confined, unconfined is something to ask for.
  HostFacts host = good_host();
  host.apparmor_enabled = true;
  EXPECT_EQ(plan_of(process, false, &errors, host).apparmor_profile, "unconfined");
}

}  // namespace wpar::plan
