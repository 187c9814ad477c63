// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/build.h"
#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

oci::Mount bind_at(const char* destination) {
  return {.destination = destination,
          .type = "none",
          .source = "store",
          .options = {"rbind", "ro"},
          .uid_mappings = {},
          .gid_mappings = {}};
}

std::string error_of(const std::vector<oci::Mount>& mounts) {
  try {
    build_mounts_plan(good_config(), mounts, good_host(), good_request());
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST(PlanLiveMounts, HoldNothingButTheMounts) {
  oci::Config config = good_config();
  config.root->readonly = true;
  config.mounts = {bind_at("/old")};
  const Plan plan = build_mounts_plan(config, {bind_at("/new")}, good_host(), good_request());
  ASSERT_EQ(plan.mounts.size(), 1U);
  EXPECT_EQ(plan.mounts[0].destination, "/new");
  EXPECT_EQ(plan.mounts[0].source, "/srv/web1/store");
  EXPECT_FALSE(plan.root.read_only);
  EXPECT_TRUE(plan.devices.empty());
  EXPECT_TRUE(plan.links.empty());
}

TEST(PlanLiveMounts, AreCheckedLikeThoseOfAConfiguration) {
  EXPECT_EQ(error_of({bind_at("/a"), bind_at("/")}),
            "/mounts/1/destination: a mount cannot cover the container's root");
  EXPECT_EQ(error_of({bind_at("/proc/sys")}),
            "/mounts/0/destination: /proc/sys cannot be mounted inside /proc");
}

TEST(PlanLiveMounts, AreRemovedByTheirDestination) {
  oci::Mount without_source = bind_at("a/../b");
  without_source.source.reset();
  EXPECT_EQ(build_removal_plan({without_source}).mounts.at(0).destination, "/b");
  EXPECT_THROW(build_removal_plan({bind_at("/..")}), Error);
}

}  // namespace wpar::plan
