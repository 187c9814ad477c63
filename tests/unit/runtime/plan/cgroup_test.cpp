// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/cgroup.h"

#include <gmock/gmock.h>
#include <sys/mount.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {
namespace {

using ::testing::ElementsAre;

CreateRequest disabled_request() {
  CreateRequest request = good_request();
  request.cgroup_manager = CgroupManager::kDisabled;
  return request;
}

TEST(PlanCgroup, IsNamedAfterTheContainerAndHasDefaultDevices) {
  Findings findings;
  const CgroupPlan plan = plan_cgroup({}, "1.3.0", good_request(), findings);
  EXPECT_EQ(plan.manager, CgroupManager::kCgroupfs);
  EXPECT_EQ(plan.path, "web1");
  EXPECT_FALSE(plan.limits.devices.empty());
}

TEST(PlanCgroup, IsNothingWhenDisabledAndDeviceRulesAreDropped) {
  oci::Linux config;
  config.cgroups_path = "/machine/x";
  config.resources.devices = {{.allow = false, .type = {}, .major = {}, .minor = {}, .access = {}}};
  config.resources.memory.emplace().limit = -1;
  config.resources.pids_limit = -1;
  Findings findings;
  const CgroupPlan plan = plan_cgroup(config, "1.3.0", disabled_request(), findings);
  EXPECT_TRUE(findings.errors().empty()) << findings.errors().front();
  EXPECT_EQ(plan.manager, CgroupManager::kDisabled);
  EXPECT_EQ(plan.path, "");
  EXPECT_EQ(plan.limits, Limits{});
}

TEST(PlanCgroup, NamesEachLimitThatNobodyWouldEnforce) {
  oci::Linux config;
  config.resources.memory.emplace().limit = 1 << 20;
  config.resources.pids_limit = 0;
  config.resources.hugepage_limits = {{.page_size = "2MB", .limit = 1}};
  Findings findings;
  plan_cgroup(config, "1.3.0", disabled_request(), findings);
  const std::string why = ": cannot be enforced without a cgroup (--cgroup-manager=disabled)";
  EXPECT_THAT(findings.errors(), ElementsAre("/linux/resources/memory/limit" + why,
                                             "/linux/resources/pids/limit" + why,
                                             "/linux/resources/hugepageLimits" + why));
}

TEST(PlanCgroup, ShowsAForeignCgroupReadOnly) {
  std::vector<MountPlan> mounts(2);
  mounts[0].kind = MountKind::kCgroup;
  mounts[0].attributes.clear = MOUNT_ATTR_RDONLY;
  protect_foreign_cgroup({}, mounts);
  EXPECT_EQ(mounts[0].attributes.set, 0U);
  CgroupPlan none;
  none.manager = CgroupManager::kDisabled;
  protect_foreign_cgroup(none, mounts);
  EXPECT_EQ(mounts[0].attributes.set, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_EQ(mounts[0].attributes.clear, 0U);
  EXPECT_EQ(mounts[1].attributes.set, 0U);
}

oci::Config delegated_config(bool writable) {
  oci::Config config = good_config();
  config.linux_.namespaces.push_back({.type = "cgroup", .path = {}});
  oci::Mount mount;
  mount.destination = "/sys/fs/cgroup";
  mount.type = "cgroup";
  mount.options = {writable ? "rw" : "ro"};
  config.mounts.push_back(mount);
  config.process->user.uid = 5;
  return config;
}

TEST(PlanDelegation, GivesAWritableCgroupToTheUserOfTheProcess) {
  const CgroupPlan plan = build(delegated_config(true)).cgroup;
  EXPECT_TRUE(plan.delegate);
  EXPECT_EQ(plan.delegate_to, 5U);
  EXPECT_FALSE(build(delegated_config(false)).cgroup.delegate);
}

TEST(PlanDelegation, MapsTheUser) {
  oci::Config config = delegated_config(true);
  config.linux_.namespaces.push_back({.type = "user", .path = {}});
  config.linux_.uid_mappings = {{.container_id = 0, .host_id = 100000, .size = 1000}};
  config.linux_.gid_mappings = config.linux_.uid_mappings;
  EXPECT_EQ(build(config).cgroup.delegate_to, 100005U);
  config.process->user.uid = 0;
  EXPECT_EQ(build(config).cgroup.delegate_to, 100000U);
}

TEST(PlanDelegation, IsNotWithoutACgroupNamespaceNorForTheHostsRoot) {
  oci::Config config = delegated_config(true);
  config.process->user.uid = 0;
  EXPECT_FALSE(build(config).cgroup.delegate);
  config = delegated_config(true);
  std::erase_if(config.linux_.namespaces,
                [](const oci::Namespace& one) { return one.type == "cgroup"; });
  EXPECT_FALSE(build(config).cgroup.delegate);
}

TEST(PlanCgroup, ZeroProcessesAreNoLimitInOlderDocuments) {
  oci::Linux config;
  config.resources.pids_limit = 0;
  for (const char* version : {"1.0.2-dev", "1.0.0", "1.1.0", "1.2.1"}) {
    Findings findings;
    EXPECT_EQ(plan_cgroup(config, version, good_request(), findings).limits.pids, kUnlimited)
        << version;
    plan_cgroup(config, version, disabled_request(), findings);
    EXPECT_NO_THROW(findings.throw_if_any());
  }
  for (const char* version : {"1.3.0", "1.3.0-rc.1", "1.10.0"}) {
    Findings findings;
    EXPECT_EQ(plan_cgroup(config, version, good_request(), findings).limits.pids, 0) << version;
  }
}

}  // namespace
}  // namespace wpar::plan
