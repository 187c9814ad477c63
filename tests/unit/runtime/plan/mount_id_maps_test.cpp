// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mount_id_maps.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

const std::vector<oci::IdMapping> kOne = {{.container_id = 0, .host_id = 5000, .size = 10}};

oci::Mount bind_with(const Texts& options, const std::vector<oci::IdMapping>& uids = {},
                     const std::vector<oci::IdMapping>& gids = {}) {
  oci::Mount mount = {.destination = "/data",
                      .type = "none",
                      .source = "/srv",
                      .options = {"bind"},
                      .uid_mappings = uids,
                      .gid_mappings = gids};
  mount.options.insert(mount.options.end(), options.begin(), options.end());
  return mount;
}

MountIdMapPlan plan_of(oci::Config config, const oci::Mount& mount) {
  config.mounts = {mount};
  return build(config).mounts.at(0).id_map;
}

Texts errors_of(oci::Config config, const oci::Mount& mount) {
  config.mounts = {mount};
  return findings_of(config);
}

}  // namespace

TEST(PlanMountIdMaps, AreMadeOnlyWhenAskedFor) {
  EXPECT_FALSE(plan_of(good_config(), bind_with({})).wanted);
  EXPECT_FALSE(plan_of(mapped_config(), bind_with({})).wanted);
}

TEST(PlanMountIdMaps, TakeTheMappingsOfTheMountWithAndWithoutTheWord) {
  for (const Texts& words : {Texts{}, Texts{"idmap"}}) {
    const MountIdMapPlan plan = plan_of(good_config(), bind_with(words, kOne, kOne));
    EXPECT_TRUE(plan.wanted);
    EXPECT_FALSE(plan.recursive);
    EXPECT_EQ(plan.maps.uid_map, "0 5000 10\n");
    EXPECT_EQ(plan.maps.gid_map, "0 5000 10\n");
  }
  EXPECT_TRUE(plan_of(good_config(), bind_with({"ridmap"}, kOne, kOne)).recursive);
}

TEST(PlanMountIdMaps, UseTheUserNamespaceOfTheContainerWithoutMappings) {
  const MountIdMapPlan plan = plan_of(mapped_config(), bind_with({"idmap"}));
  EXPECT_EQ(plan.maps.uid_map, "0 100000 1000\n");
  EXPECT_EQ(plan.user_namespace, "");
  oci::Config joining = good_config();
  joining.linux_.namespaces.push_back({.type = "user", .path = "/proc/7/ns/user"});
  EXPECT_EQ(plan_of(joining, bind_with({"ridmap"})).user_namespace, "/proc/7/ns/user");
}

TEST(PlanMountIdMaps, NeedMappingsFromSomewhere) {
  EXPECT_EQ(errors_of(good_config(), bind_with({"ro", "idmap"})),
            Texts{"/mounts/0/options/2: needs uidMappings and gidMappings, or a user namespace of "
                  "the container"});
  EXPECT_EQ(errors_of(good_config(), bind_with({}, kOne, {})),
            Texts{"/mounts/0: uidMappings and gidMappings need each other"});
}

TEST(PlanMountIdMaps, ReadTheListsOfCrun) {
  const MountIdMapPlan plan =
      plan_of(good_config(), bind_with({"idmap=uids=0-1-10#10-2001-5;gids=7-8-9"}));
  EXPECT_EQ(plan.maps.uid_map, "0 1 10\n10 2001 5\n");
  EXPECT_EQ(plan.maps.gid_map, "7 8 9\n");
  EXPECT_TRUE(plan_of(good_config(), bind_with({"ridmap=uids=0-1-1;gids=0-1-1"})).recursive);
}

TEST(PlanMountIdMaps, FindTheHostIdsOfRelativeLists) {
  oci::Config config = mapped_config();
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 500, .size = 1},
                                {.container_id = 1, .host_id = 2000, .size = 3},
                                {.container_id = 4, .host_id = 9000, .size = 100}};
  const MountIdMapPlan plan = plan_of(config, bind_with({"idmap=uids=@20-3-4;gids=1-2-3"}));
  EXPECT_EQ(plan.maps.uid_map, "20 2002 1\n21 9000 3\n");
  EXPECT_EQ(plan.maps.gid_map, "1 2 3\n");
  EXPECT_EQ(errors_of(config, bind_with({"idmap=uids=@20-100-10;gids=1-2-3"})),
            Texts{"/mounts/0/options/1: \"20-100-10\" has ids that the container does not map"});
}

TEST(PlanMountIdMaps, RefuseListsThatAreNone) {
  EXPECT_EQ(errors_of(good_config(), bind_with({"idmap=uids=0-1;gids=0-1-2"})),
            Texts{"/mounts/0/options/1: expected FROM-TO-SIZE, not \"0-1\""});
  EXPECT_EQ(errors_of(good_config(), bind_with({"idmap=uids=0-1-2"})),
            Texts{"/mounts/0/options/1: idmap= needs uids=… and gids=…"});
  EXPECT_EQ(errors_of(good_config(), bind_with({"idmap=uids=0-4294967290-9;gids=0-1-1"})),
            Texts{"/mounts/0/options/1: expected FROM-TO-SIZE, not \"0-4294967290-9\""});
  EXPECT_EQ(errors_of(good_config(), bind_with({"idmap=ids=0-1-2"})),
            Texts{"/mounts/0/options/1: expected uids=… or gids=…, not \"ids=0-1-2\""});
  EXPECT_EQ(errors_of(good_config(), bind_with({"idmap=uids=0-1-1;gids=0-1-1"}, kOne, kOne)),
            Texts{"/mounts/0/options/1: the mount has uidMappings and gidMappings already"});
}

TEST(PlanMountIdMaps, AreNotForCgroupsAndRemounts) {
  oci::Mount mount = bind_with({}, kOne, kOne);
  mount.type = "cgroup";
  mount.options = {};
  EXPECT_EQ(errors_of(good_config(), mount),
            Texts{"/mounts/0: a cgroup mount cannot be id-mapped"});
  mount.type = "tmpfs";
  EXPECT_TRUE(plan_of(good_config(), mount).wanted);
}

}  // namespace wpar::plan
