// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/sub_ids.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

using Ranges = std::vector<oci::IdMapping>;

TEST(SubIds, BelongToTheUserByNameOrNumber) {
  const char* text = "other:1:5\nme:100000:65536\n1000:300000:10\n10000:7:7\n";
  EXPECT_EQ(parse_sub_ids(text, "me", 1000),
            (Ranges{{.container_id = 0, .host_id = 100000, .size = 65536},
                    {.container_id = 0, .host_id = 300000, .size = 10}}));
  EXPECT_EQ(parse_sub_ids(text, "nobody", 65534), Ranges{});
  // A user whose name is not known is nobody's namesake.
  EXPECT_EQ(parse_sub_ids(":100000:65536\n", "", 5), Ranges{});
}

TEST(SubIds, PassOverWhatIsNoRange) {
  EXPECT_EQ(parse_sub_ids("# me:1:2\nme\nme:1\nme:x:5\nme:5:-1\nme:5:0\nme:4294967295:1\nme:1:2:3\n"
                          "me:99999999999:1\n",
                          "me", 1),
            Ranges{});
}

TEST(SubIds, FindTheUsersName) {
  const char* passwd = "root:x:0:0:root:/root:/bin/bash\n\nbad\nme:x:1000:1000::/:/bin/sh\n";
  EXPECT_EQ(find_user_name(passwd, 1000), "me");
  EXPECT_EQ(find_user_name(passwd, 100), "");
}

TEST(UserNamespace, IsForOrdinaryUsersWithoutOneInTheConfiguration) {
  EXPECT_TRUE(needs_user_namespace(good_config(), ordinary_user()));
  EXPECT_FALSE(needs_user_namespace(mapped_config(), ordinary_user()));
  EXPECT_FALSE(needs_user_namespace(good_config(), good_host()));
  HostFacts able = ordinary_user();
  able.effective = ~std::uint64_t{0};
  EXPECT_FALSE(needs_user_namespace(good_config(), able));
}

TEST(UserNamespace, MapsTheUserToRootAndHisRangesAboveIt) {
  oci::Config config = good_config();
  HostFacts user = ordinary_user();
  user.sub_uids = {{.container_id = 0, .host_id = 100000, .size = 65536},
                   {.container_id = 0, .host_id = 300000, .size = 10}};
  add_user_namespace(config, user);
  const Plan plan = build_plan(config, user, good_request());
  EXPECT_EQ(plan.id_maps.uid_map, "0 1000 1\n1 100000 65536\n65537 300000 10\n");
  EXPECT_EQ(plan.id_maps.gid_map, "0 1001 1\n");
  EXPECT_TRUE(plan.id_maps.uid_by_helper);
  EXPECT_TRUE(plan.id_maps.deny_setgroups);
}

TEST(UserNamespace, LeavesOutRangesThatTheKernelWouldRefuse) {
  HostFacts user = ordinary_user();
  user.sub_uids = {{.container_id = 0, .host_id = 900, .size = 200},  // holds the user himself
                   {.container_id = 0, .host_id = 100000, .size = 10},
                   {.container_id = 0, .host_id = 100005, .size = 10},
                   {.container_id = 0, .host_id = 200000, .size = 4294767000}};
  oci::Config config = good_config();
  add_user_namespace(config, user);
  EXPECT_EQ(build_plan(config, user, good_request()).id_maps.uid_map,
            "0 1000 1\n1 100000 10\n11 200000 4294767000\n");
  user.sub_uids.clear();
  for (std::uint32_t i = 0; i < 400; ++i) {
    user.sub_uids.push_back({.container_id = 0, .host_id = 100000 + i, .size = 1});
  }
  config = good_config();
  add_user_namespace(config, user);
  EXPECT_EQ(config.linux_.uid_mappings.size(), 340U);
}

TEST(UserNamespace, KeepsTheMappingsOfTheConfiguration) {
  oci::Config config = mapped_config();
  const Ranges given = config.linux_.uid_mappings;
  config.linux_.namespaces.pop_back();
  add_user_namespace(config, ordinary_user());
  EXPECT_EQ(config.linux_.uid_mappings, given);
  EXPECT_EQ(config.linux_.gid_mappings, given);
}

}  // namespace wpar::plan
