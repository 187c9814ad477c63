// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/rootfs.h"

#include <sys/mount.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanRoot, IsRelativeToTheBundle) {
  oci::Config config = good_config();
  EXPECT_EQ(build(config).root.path, "/srv/web1/rootfs");
  EXPECT_FALSE(build(config).root.read_only);
  config.root = oci::Root{.path = "/images/./a/", .readonly = true};
  EXPECT_EQ(build(config).root.path, "/images/a");
  EXPECT_TRUE(build(config).root.read_only);
}

TEST(PlanRoot, IsRequired) {
  oci::Config config = good_config();
  config.root.reset();
  EXPECT_EQ(findings_of(config), Texts{"/root: is required"});
  config.root = oci::Root{.path = "", .readonly = {}};
  EXPECT_EQ(findings_of(config), Texts{"/root/path: is empty"});
  config.root->path = with_nul();
  EXPECT_EQ(findings_of(config), Texts{"/root/path: contains a NUL character"});
}

TEST(PlanRoot, MakesTheHostSideASlaveByDefault) {
  const RootPlan plan = build(good_config()).root;
  EXPECT_EQ(plan.host_propagation, std::uint64_t{MS_SLAVE | MS_REC});
  EXPECT_EQ(plan.container_propagation, 0U);
}

TEST(PlanRoot, StaysDetachedWithoutAMountNamespace) {
  oci::Config config = good_config();
  config.linux_.namespaces = {{.type = "pid", .path = {}}};
  EXPECT_EQ(build(config).root.root_switch, RootSwitch::kDetached);
  config.linux_.rootfs_propagation = "slave";
  EXPECT_EQ(findings_of(config), Texts{"/linux/rootfsPropagation: needs a mount namespace"});
}

TEST(PlanRoot, CannotChangeAMountInADetachedTree) {
  oci::Config config = good_config();
  config.linux_.namespaces = {{.type = "pid", .path = {}}};
  config.mounts = {{.destination = "/dev",
                    .type = "tmpfs",
                    .source = "tmpfs",
                    .options = {"ro"},
                    .uid_mappings = {},
                    .gid_mappings = {}}};
  EXPECT_EQ(findings_of(config),
            Texts{"/mounts: /dev cannot be changed after it is mounted without a mount namespace "
                  "of the container's own"});
}

TEST(PlanRoot, KnowsThePropagationWords) {
  struct Case {
    const char* word;
    std::uint64_t host;
    std::uint64_t container;
  };
  for (const Case& each :
       {Case{"private", MS_PRIVATE | MS_REC, MS_PRIVATE},
        Case{"slave", MS_SLAVE | MS_REC, MS_SLAVE},
        Case{"rslave", MS_SLAVE | MS_REC, MS_SLAVE | MS_REC}, Case{"shared", 0, MS_SHARED},
        Case{"unbindable", MS_PRIVATE | MS_REC, MS_UNBINDABLE}}) {
    oci::Config config = good_config();
    config.linux_.rootfs_propagation = each.word;
    EXPECT_EQ(build(config).root.host_propagation, each.host) << each.word;
    EXPECT_EQ(build(config).root.container_propagation, each.container) << each.word;
  }
  oci::Config config = good_config();
  config.linux_.rootfs_propagation = "Shared";
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/rootfsPropagation: expected shared, slave, private or unbindable, not "
                  "\"Shared\""});
}

TEST(PlanRoot, RefusesPrivatePropagationWithoutAPivot) {
  oci::Config config = good_config();
  CreateRequest request = good_request();
  request.no_pivot = true;
  EXPECT_EQ(build_plan(config, good_host(), request).root.root_switch, RootSwitch::kMoveMount);
  config.linux_.rootfs_propagation = "private";
  EXPECT_THROW(build_plan(config, good_host(), request), Error);
  EXPECT_EQ(build(config).root.root_switch, RootSwitch::kPivot);
}

}  // namespace wpar::plan
