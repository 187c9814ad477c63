// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/net_devices.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

oci::Config config_with(std::map<std::string, oci::NetDevice> devices) {
  oci::Config config = good_config();
  config.linux_.net_devices = std::move(devices);
  return config;
}

}  // namespace

TEST(PlanNetDevices, KeepsTheNameUnlessThereIsAnother) {
  const Plan plan = build(config_with({{"eth1", {}}, {"eth2", {.name = "wan"}}}));
  ASSERT_EQ(plan.net_devices.size(), 2U);
  EXPECT_EQ(plan.net_devices[0].name, "eth1");
  EXPECT_EQ(plan.net_devices[0].inside, "eth1");
  EXPECT_EQ(plan.net_devices[1].inside, "wan");
  EXPECT_TRUE(plan.waits_for_runtime());
  EXPECT_FALSE(build(good_config()).waits_for_runtime());
}

TEST(PlanNetDevices, TakesAPatternInsideOnly) {
  const Plan plan = build(config_with({{"a", {.name = "eth%d"}}, {"b", {.name = "eth%d"}}}));
  EXPECT_EQ(plan.net_devices.at(1).inside, "eth%d");
  EXPECT_EQ(findings_of(config_with({{"eth%d", {}}})),
            Texts{"/linux/netDevices: \"eth%d\" is no name of a network device"});
  for (const char* bad : {"eth%s", "%d%d", "eth%", "a/b", "a b", "..", "sixteen-letters-", "a:1"}) {
    EXPECT_EQ(findings_of(config_with({{"eth0", {.name = bad}}})),
              Texts{fmt::format(
                  "/linux/netDevices/eth0/name: \"{}\" is no name of a network device", bad)});
  }
}

TEST(PlanNetDevices, RefusesOneNameForTwo) {
  EXPECT_EQ(findings_of(config_with({{"a", {.name = "eth0"}}, {"b", {.name = "eth0"}}})),
            Texts{"/linux/netDevices/b: another device is called eth0 inside already"});
}

TEST(PlanNetDevices, NeedsANetworkNamespace) {
  oci::Config config = config_with({{"eth1", {}}});
  std::erase_if(config.linux_.namespaces,
                [](const oci::Namespace& each) { return each.type == "network"; });
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/netDevices: needs a network namespace of the container's own"});
  config.linux_.namespaces.push_back({.type = "network", .path = "/run/netns/a"});
  EXPECT_EQ(findings_of(config), Texts{});
}

}  // namespace wpar::plan
