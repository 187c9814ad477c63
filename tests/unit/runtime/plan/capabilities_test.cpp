// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/capabilities.h"

#include <linux/capability.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {
constexpr std::uint64_t bit(unsigned int capability) {
  return std::uint64_t{1} << capability;
}
}  // namespace

TEST(PlanCapabilities, TableAgreesWithTheKernelHeader) {
  EXPECT_EQ(kCapabilityNames.at(CAP_CHOWN), "CAP_CHOWN");
  EXPECT_EQ(kCapabilityNames.at(CAP_SYS_ADMIN), "CAP_SYS_ADMIN");
  EXPECT_EQ(kCapabilityNames.at(CAP_MKNOD), "CAP_MKNOD");
  EXPECT_EQ(kCapabilityNames.at(CAP_MAC_ADMIN), "CAP_MAC_ADMIN");
  EXPECT_EQ(kCapabilityNames.at(CAP_BPF), "CAP_BPF");
  EXPECT_EQ(kCapabilityNames.at(CAP_CHECKPOINT_RESTORE), "CAP_CHECKPOINT_RESTORE");
  EXPECT_EQ(find_capability("CAP_KILL"), unsigned{CAP_KILL});
  EXPECT_FALSE(find_capability("cap_kill"));
  EXPECT_FALSE(find_capability("KILL"));
}

TEST(PlanCapabilities, FillsTheFiveSets) {
  oci::Capabilities wanted;
  wanted.bounding = {"CAP_CHOWN", "CAP_KILL"};
  wanted.effective = wanted.permitted = wanted.inheritable = wanted.ambient = {"CAP_KILL"};
  Findings findings;
  EXPECT_EQ(plan_capabilities(wanted, kAllCapabilities, UnknownNames::kWarn, findings),
            (CapabilityPlan{.bounding = bit(CAP_CHOWN) | bit(CAP_KILL),
                            .effective = bit(CAP_KILL),
                            .inheritable = bit(CAP_KILL),
                            .permitted = bit(CAP_KILL),
                            .ambient = bit(CAP_KILL)}));
  EXPECT_EQ(findings.take_warnings(), Texts{});
}

TEST(PlanCapabilities, AreNoneWhenAbsent) {
  EXPECT_EQ(build(good_config()).process.capabilities, CapabilityPlan{});
}

TEST(PlanCapabilities, WarnsAboutUnknownAndUngrantableOnes) {
  oci::Config config = good_config();
  config.process->capabilities = oci::Capabilities{};
  config.process->capabilities->bounding = {"CAP_UNKNOWN", "CAP_SYS_RESOURCE", "CAP_KILL",
                                            "\x1b[2J"};
  config.process->capabilities->permitted = {"CAP_SYS_RESOURCE", "CAP_KILL"};
  HostFacts host = good_host();
  host.bounding_set = bit(CAP_KILL);
  const Plan plan = build_plan(config, host, good_request());
  EXPECT_EQ(plan.process.capabilities.bounding, bit(CAP_KILL));
  EXPECT_EQ(plan.process.capabilities.permitted, bit(CAP_KILL));
  EXPECT_EQ(plan.warnings,
            (Texts{"/process/capabilities/bounding/0: unknown capability CAP_UNKNOWN, ignored",
                   "/process/capabilities/bounding/3: unknown capability name, ignored",
                   "/process/capabilities: CAP_SYS_RESOURCE dropped: not in this process's "
                   "bounding set"}));
}

TEST(PlanCapabilities, RefusesUnknownOnesInADocumentOfTheFirstVersions) {
  oci::Config config = good_config();
  config.process->capabilities = oci::Capabilities{};
  config.process->capabilities->ambient = {"CAP_UNKNOWN"};
  config.oci_version = "1.0.2";
  EXPECT_EQ(findings_of(config),
            Texts{"/process/capabilities/ambient/0: unknown capability CAP_UNKNOWN"});
  config.oci_version = "1.1.0";
  EXPECT_EQ(findings_of(config), Texts{});
}

TEST(PlanCapabilities, AreAllGrantableInAUserNamespace) {
  oci::Config config = mapped_config();
  config.process->capabilities = oci::Capabilities{};
  config.process->capabilities->bounding = {"CAP_SYS_RESOURCE"};
  HostFacts host = good_host();
  host.bounding_set = 0;
  EXPECT_EQ(build_plan(config, host, good_request()).process.capabilities.bounding,
            bit(CAP_SYS_RESOURCE));
}

TEST(PlanCapabilities, DropsWhatTheKernelWouldRefuse) {
  oci::Capabilities wanted;
  wanted.bounding = wanted.permitted = {"CAP_KILL"};
  wanted.effective = wanted.inheritable = wanted.ambient = {"CAP_KILL", "CAP_CHOWN"};
  Findings findings;
  const CapabilityPlan plan =
      plan_capabilities(wanted, kAllCapabilities, UnknownNames::kWarn, findings);
  EXPECT_EQ(plan.effective, bit(CAP_KILL));
  EXPECT_EQ(plan.inheritable, bit(CAP_KILL));
  EXPECT_EQ(plan.ambient, bit(CAP_KILL));
  EXPECT_EQ(findings.take_warnings(),
            (Texts{"/process/capabilities/effective: CAP_CHOWN dropped: not permitted",
                   "/process/capabilities/inheritable: CAP_CHOWN dropped: not in the bounding set",
                   "/process/capabilities/ambient: CAP_CHOWN dropped: not both permitted and "
                   "inheritable"}));
}

}  // namespace wpar::plan
