// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/id_maps.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanIdMaps, BecomeTheTextOfTheKernelFiles) {
  oci::Config config = mapped_config();
  config.linux_.gid_mappings.push_back({.container_id = 2000, .host_id = 5, .size = 1});
  const Plan plan = build(config);
  EXPECT_EQ(plan.id_maps.uid_map, "0 100000 1000\n");
  EXPECT_EQ(plan.id_maps.gid_map, "0 100000 1000\n2000 5 1\n");
}

TEST(PlanIdMaps, NeedAUserNamespaceAndAUserNamespaceNeedsThem) {
  oci::Config config = mapped_config();
  config.linux_.namespaces.pop_back();
  EXPECT_EQ(findings_of(config), Texts{"/linux/uidMappings: id mappings need a user namespace"});
  config = good_config();
  config.linux_.namespaces.push_back({.type = "user", .path = {}});
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/uidMappings: a new user namespace needs mappings",
                   "/linux/gidMappings: a new user namespace needs mappings"}));
}

TEST(PlanIdMaps, OfAJoinedUserNamespaceAreCheckedButNotWritten) {
  oci::Config config = mapped_config();
  config.linux_.namespaces.back().path = "/proc/7/ns/user";
  EXPECT_EQ(build(config).id_maps.uid_map, "");
  config.linux_.uid_mappings[0].size = 0;
  EXPECT_EQ(findings_of(config), Texts{"/linux/uidMappings/0/size: expected a size above 0"});
}

TEST(PlanIdMaps, RefusesRangesThatOverlapOnEitherSide) {
  oci::Config config = mapped_config();
  config.linux_.uid_mappings.push_back({.container_id = 999, .host_id = 500000, .size = 1});
  config.linux_.gid_mappings.push_back({.container_id = 1000, .host_id = 100999, .size = 1});
  EXPECT_EQ(findings_of(config), (Texts{"/linux/uidMappings/1/containerID: overlaps with entry 0",
                                        "/linux/gidMappings/1/hostID: overlaps with entry 0"}));
  config.linux_.uid_mappings[1].container_id = 1000;
  config.linux_.gid_mappings[1].host_id = 101000;
  EXPECT_EQ(findings_of(config), Texts{});
}

TEST(PlanIdMaps, RefusesARangeThatOverflows) {
  oci::Config config = mapped_config();
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 4294967290, .size = 6}};
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/uidMappings/0/size: the range goes beyond the largest id 4294967294"});
  config.linux_.uid_mappings[0].size = 5;
  EXPECT_EQ(findings_of(config), Texts{});
}

TEST(PlanIdMaps, RefusesMoreExtentsThanTheKernelTakes) {
  oci::Config config = mapped_config();
  config.linux_.uid_mappings.clear();
  for (std::uint32_t i = 0; i < 340; ++i) {
    config.linux_.uid_mappings.push_back({.container_id = i, .host_id = 1000 + i, .size = 1});
  }
  EXPECT_EQ(findings_of(config), Texts{});
  config.linux_.uid_mappings.push_back({.container_id = 5000, .host_id = 9000, .size = 1});
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/uidMappings: 341 mappings, but the kernel takes 340 at most"});
}

TEST(PlanIdMaps, NeedTheContainersRoot) {
  oci::Config config = mapped_config();
  config.linux_.uid_mappings[0].container_id = 1;
  config.linux_.gid_mappings[0].container_id = 1;
  config.process->user = {.uid = 1, .gid = 1, .umask = {}, .additional_gids = {}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/uidMappings: the container's root (0) is not mapped",
                   "/linux/gidMappings: the container's root (0) is not mapped"}));
}

TEST(PlanIdMaps, AreWrittenByARootWithoutHelp) {
  const IdMapPlan maps = build(mapped_config()).id_maps;
  EXPECT_FALSE(maps.uid_by_helper);
  EXPECT_FALSE(maps.gid_by_helper);
  EXPECT_FALSE(maps.deny_setgroups);
  EXPECT_FALSE(maps.by_user);
}

TEST(PlanIdMaps, OfAnOrdinaryUserNeedHelpForMoreThanHisOwnId) {
  oci::Config config = mapped_config();
  const HostFacts user = ordinary_user();
  IdMapPlan maps = build_plan(config, user, good_request()).id_maps;
  EXPECT_TRUE(maps.by_user);
  EXPECT_TRUE(maps.uid_by_helper);
  EXPECT_TRUE(maps.gid_by_helper);
  EXPECT_FALSE(maps.deny_setgroups);
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = user.euid, .size = 1}};
  config.linux_.gid_mappings = {{.container_id = 0, .host_id = user.egid, .size = 1}};
  maps = build_plan(config, user, good_request()).id_maps;
  EXPECT_FALSE(maps.uid_by_helper);
  EXPECT_FALSE(maps.gid_by_helper);
  EXPECT_TRUE(maps.deny_setgroups);
  // Somebody else's id is no ordinary user's to take.
  config.linux_.uid_mappings[0].host_id = user.euid + 1;
  EXPECT_TRUE(build_plan(config, user, good_request()).id_maps.uid_by_helper);
}

TEST(IsMapped, TakesTheEdgesOfARange) {
  const std::vector<oci::IdMapping> mappings = {{.container_id = 10, .host_id = 0, .size = 2}};
  EXPECT_FALSE(is_mapped(mappings, 9));
  EXPECT_TRUE(is_mapped(mappings, 10));
  EXPECT_TRUE(is_mapped(mappings, 11));
  EXPECT_FALSE(is_mapped(mappings, 12));
}

}  // namespace wpar::plan
