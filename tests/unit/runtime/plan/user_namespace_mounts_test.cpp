// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/user_namespace_mounts.h"

#include <linux/mount.h>

#include <algorithm>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

oci::Mount mount_of(const char* type, const char* destination, const Texts& options) {
  return {.destination = destination,
          .type = type,
          .source = type,
          .options = options,
          .uid_mappings = {},
          .gid_mappings = {}};
}

oci::Config config_with(const oci::Mount& mount) {
  oci::Config config = mapped_config();
  config.mounts = {mount};
  return config;
}

void drop_namespace(oci::Config& config, const std::string& type) {
  std::erase_if(config.linux_.namespaces, [&](const auto& one) { return one.type == type; });
}

}  // namespace

struct Shown {
  const char* type;
  const char* destination;
  const char* namespace_type;
  const char* host_path;
};

class ShownNamespaceMounts : public ::testing::TestWithParam<Shown> {};

TEST_P(ShownNamespaceMounts, ShowTheHostsWhereTheNamespaceIsTheHosts) {
  const Shown shown = GetParam();
  oci::Config config =
      config_with(mount_of(shown.type, shown.destination, {"nosuid", "ro", "size=1"}));
  EXPECT_EQ(build(config).mounts[0].kind, MountKind::kFilesystem);
  drop_namespace(config, shown.namespace_type);
  const MountPlan mount = build(config).mounts[0];
  EXPECT_EQ(mount.kind, MountKind::kBind);
  EXPECT_EQ(mount.source, shown.host_path);
  EXPECT_TRUE(mount.recursive);
  EXPECT_TRUE(mount.parameters.empty());
  EXPECT_EQ(mount.attributes.set, std::uint64_t{MOUNT_ATTR_NOSUID | MOUNT_ATTR_RDONLY});
  // Real root may mount it anyhow.
  drop_namespace(config, "user");
  config.linux_.uid_mappings.clear();
  config.linux_.gid_mappings.clear();
  EXPECT_EQ(build(config).mounts[0].kind, MountKind::kFilesystem);
}

INSTANTIATE_TEST_SUITE_P(Kind, ShownNamespaceMounts,
                         ::testing::Values(Shown{"sysfs", "/sys", "network", "/sys"},
                                           Shown{"mqueue", "/dev/mqueue", "ipc", "/dev/mqueue"},
                                           Shown{"proc", "/proc", "pid", "/proc"}));

TEST(UserNamespaceMounts, LoseTheGroupOfTerminalsWhereItIsNotMapped) {
  const auto has_gid = [](const Plan& plan) {
    return std::ranges::any_of(plan.mounts[0].parameters,
                               [](const auto& one) { return one.key == "gid"; });
  };
  oci::Config config = config_with(mount_of("devpts", "/dev/pts", {"newinstance", "gid=5"}));
  EXPECT_TRUE(has_gid(build(config)));
  config.linux_.gid_mappings = {{.container_id = 0, .host_id = 1001, .size = 1}};
  EXPECT_FALSE(has_gid(build(config)));
  // The runtime's own user namespace counts when the container has none.
  config = good_config();
  config.mounts = {mount_of("devpts", "/dev/pts", {"newinstance", "gid=5"})};
  HostFacts host = good_host();
  host.in_user_namespace = true;
  host.own_gids = {{.container_id = 0, .host_id = 1001, .size = 1}};
  EXPECT_FALSE(has_gid(build_plan(config, host, good_request())));
  host.own_gids[0].size = 6;
  EXPECT_TRUE(has_gid(build_plan(config, host, good_request())));
}

TEST(UserNamespaceMounts, MakeAllOfTheHostsSysReadOnly) {
  oci::Mount sys = mount_of("none", "/sys", {"rbind", "ro"});
  sys.source = "/sys";
  EXPECT_EQ(build(config_with(sys)).mounts[0].recursive_attributes.set,
            std::uint64_t{MOUNT_ATTR_RDONLY});
  sys.options = {"rbind"};
  EXPECT_EQ(build(config_with(sys)).mounts[0].recursive_attributes.set, 0U);
}

}  // namespace wpar::plan
