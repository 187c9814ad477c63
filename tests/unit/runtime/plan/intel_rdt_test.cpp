// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/intel_rdt.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {
namespace {

Texts findings_for(const oci::IntelRdt& wanted) {
  oci::Config config = good_config();
  config.linux_.intel_rdt = wanted;
  return findings_of(config);
}

}  // namespace

TEST(PlanIntelRdt, WithoutAClassTheContainerGetsItsOwn) {
  EXPECT_FALSE(build(good_config()).intel_rdt.set);
  oci::Config config = good_config();
  config.linux_.intel_rdt = oci::IntelRdt{};
  EXPECT_EQ(build(config).intel_rdt,
            (IntelRdtPlan{.set = true, .class_of_service = "web1", .own_class = true}));
  config.linux_.intel_rdt->enable_monitoring = true;
  EXPECT_EQ(build(config).intel_rdt.monitor, "web1");
}

TEST(PlanIntelRdt, ANamedClassIsNotTheContainersOwn) {
  oci::Config config = good_config();
  config.linux_.intel_rdt.emplace().clos_id = "gold";
  EXPECT_EQ(build(config).intel_rdt,
            (IntelRdtPlan{.set = true, .class_of_service = "gold", .class_must_exist = true}));
  config.linux_.intel_rdt->clos_id = "/";
  EXPECT_EQ(build(config).intel_rdt, (IntelRdtPlan{.set = true, .class_must_exist = true}));
}

TEST(PlanIntelRdt, SchemataAreWrittenLast) {
  oci::Config config = good_config();
  oci::IntelRdt& wanted = config.linux_.intel_rdt.emplace();
  wanted.clos_id = "gold";
  wanted.schemata = {"L2:0=f", "MB:0=30"};
  wanted.mem_bw_schema = "MB:0=20;1=70";
  wanted.l3_cache_schema = "L3:0=7f0;1=1f";
  const IntelRdtPlan plan = build(config).intel_rdt;
  EXPECT_EQ(plan.schemata, (Texts{"L3:0=7f0;1=1f", "MB:0=20;1=70", "L2:0=f", "MB:0=30"}));
  EXPECT_EQ(plan.compared, 2U);
  EXPECT_FALSE(plan.class_must_exist);
}

TEST(PlanIntelRdt, RefusesOtherNamesAndLines) {
  for (const char* name : {".", "..", "a/b", "/a", "info", "mon_groups", "mon_data", "a\nb"}) {
    EXPECT_EQ(findings_for({.clos_id = name,
                            .l3_cache_schema = {},
                            .mem_bw_schema = {},
                            .schemata = {},
                            .enable_monitoring = {}}),
              Texts{"/linux/intelRdt/closID: expected the name of one directory, or \"/\""})
        << name;
  }
  EXPECT_EQ(findings_for({.clos_id = {},
                          .l3_cache_schema = "L3:0=f\nMB:0=1",
                          .mem_bw_schema = "L3:0=f",
                          .schemata = {"MB:0=1", "a\nb"},
                          .enable_monitoring = {}}),
            (Texts{"/linux/intelRdt/l3CacheSchema: expected one line",
                   "/linux/intelRdt/memBwSchema: must start with \"MB:\"",
                   "/linux/intelRdt/schemata/1: expected one line"}));
}

}  // namespace wpar::plan
