// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mounts.h"

#include <linux/mount.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

oci::Mount mount_of(const char* destination, const char* type, const char* source,
                    const Texts& options = {}) {
  return {.destination = destination,
          .type = type,
          .source = source,
          .options = options,
          .uid_mappings = {},
          .gid_mappings = {}};
}

oci::Config config_with(const oci::Mount& mount) {
  oci::Config config = good_config();
  config.mounts = {mount};
  return config;
}

MountPlan plan_of(const oci::Mount& mount) {
  return build(config_with(mount)).mounts.at(0);
}

}  // namespace

TEST(PlanMounts, ReadsABindMountByItsOptions) {
  const MountPlan plan = plan_of(mount_of("/data//x/", "dummy", "../store", {"rbind", "ro"}));
  EXPECT_EQ(plan.kind, MountKind::kBind);
  EXPECT_TRUE(plan.recursive);
  EXPECT_EQ(plan.destination, "/data/x");
  EXPECT_EQ(plan.source, "/srv/store");
  EXPECT_EQ(plan.attributes.set, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_FALSE(plan.read_only_late);
  EXPECT_EQ(plan_of(mount_of("/a", "bind", "/b")).kind, MountKind::kBind);
}

TEST(PlanMounts, ReadsANewFileSystem) {
  const MountPlan plan = plan_of(mount_of("/proc", "proc", "proc", {"hidepid=2", "nosuid"}));
  EXPECT_EQ(plan.kind, MountKind::kFilesystem);
  EXPECT_EQ(plan.type, "proc");
  EXPECT_EQ(plan.parameters.at(0).key, "hidepid");
  EXPECT_FALSE(plan.inherit_mode);
  EXPECT_EQ(plan_of({.destination = "/t",
                     .type = "tmpfs",
                     .source = {},
                     .options = {},
                     .uid_mappings = {},
                     .gid_mappings = {}})
                .source,
            "tmpfs");
}

TEST(PlanMounts, LocksATmpfsOnlyWhenItIsFull) {
  const MountPlan plan = plan_of(mount_of("/run", "tmpfs", "tmpfs", {"ro", "tmpcopyup"}));
  EXPECT_TRUE(plan.read_only_late);
  EXPECT_EQ(plan.attributes.set, 0U);
  EXPECT_TRUE(plan.copy_up);
  EXPECT_TRUE(plan.inherit_mode);
  EXPECT_FALSE(plan_of(mount_of("/run", "tmpfs", "tmpfs", {"mode=755"})).inherit_mode);
  EXPECT_TRUE(plan_of(mount_of("/dev", "devtmpfs", "dev", {"ro"})).read_only_late);
  EXPECT_FALSE(plan_of(mount_of("/sys", "sysfs", "sysfs", {"ro"})).read_only_late);
}

TEST(PlanMounts, KnowsTheCgroupView) {
  const Texts options = {"nosuid", "ro", "relatime"};
  EXPECT_EQ(plan_of(mount_of("/sys/fs/cgroup", "cgroup", "cgroup", options)).kind,
            MountKind::kCgroup);
  EXPECT_EQ(plan_of(mount_of("/sys/fs/cgroup", "cgroup2", "x", options)).kind, MountKind::kCgroup);
  EXPECT_EQ(findings_of(config_with(mount_of("/c", "cgroup", "cgroup", {"memory"}))),
            Texts{"/mounts/0/options: \"memory\" is not an option of a cgroup mount"});
}

TEST(PlanMounts, RefusesWhatIsIncomplete) {
  oci::Config config = good_config();
  config.mounts = {mount_of("", "proc", "proc"), mount_of("/", "tmpfs", ""),
                   mount_of("/a", "", "b"), mount_of("/b", "none", "", {"bind"}),
                   mount_of("/c", "sysfs", "", {"tmpcopyup"})};
  EXPECT_EQ(findings_of(config),
            (Texts{"/mounts/0/destination: is empty",
                   "/mounts/1/destination: a mount cannot cover the container's root",
                   "/mounts/2/type: a mount that is not a bind mount needs a type",
                   "/mounts/3/source: a bind mount needs a source",
                   "/mounts/4/options: tmpcopyup is an option of tmpfs only"}));
}

TEST(PlanMounts, RefusesMountsInsideProcExceptTheKnownFiles) {
  EXPECT_EQ(plan_of(mount_of("/proc/cpuinfo", "bind", "/lxcfs/cpuinfo", {"bind"})).destination,
            "/proc/cpuinfo");
  EXPECT_EQ(plan_of(mount_of("/proc", "bind", "/proc", {"rbind"})).kind, MountKind::kBind);
  EXPECT_EQ(plan_of(mount_of("/process", "tmpfs", "tmpfs")).destination, "/process");
  oci::Config config = good_config();
  config.mounts = {mount_of("/proc", "tmpfs", "tmpfs"),
                   mount_of("/x/../proc/self/attr", "bind", "/a", {"bind"}),
                   mount_of("/proc/cpuinfo", "tmpfs", "tmpfs")};
  EXPECT_EQ(findings_of(config),
            (Texts{"/mounts/0/destination: only a proc file system can be mounted on /proc",
                   "/mounts/1/destination: /proc/self/attr cannot be mounted inside /proc",
                   "/mounts/2/destination: /proc/cpuinfo cannot be mounted inside /proc"}));
}

TEST(PlanMounts, WarnsAboutARelativeDestination) {
  const Plan plan = build(config_with(mount_of("data", "tmpfs", "tmpfs")));
  EXPECT_EQ(plan.mounts.at(0).destination, "/data");
  EXPECT_EQ(plan.warnings,
            Texts{"/mounts/0/destination: a relative destination is deprecated; taken as relative "
                  "to /"});
}

TEST(PlanMounts, ChangesWhatIsThereOnRemount) {
  const MountPlan plan = plan_of(mount_of("/", "none", "", {"remount", "ro", "sync"}));
  EXPECT_EQ(plan.kind, MountKind::kRemount);
  EXPECT_EQ(plan.destination, "/");
  EXPECT_EQ(plan.attributes.set, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_EQ(plan.parameters.at(0).key, "sync");
  EXPECT_EQ(plan_of(mount_of("/proc", "proc", "proc", {"remount", "bind", "ro"})).kind,
            MountKind::kRemount);
  EXPECT_EQ(findings_of(config_with(mount_of("/t", "tmpfs", "t", {"remount", "tmpcopyup", "ro"}))),
            Texts{"/mounts/0/options: tmpcopyup and id maps are for new mounts, not for remount"});
  EXPECT_EQ(build(config_with(mount_of("/t", "tmpfs", "t", {"remount"}))).warnings,
            Texts{"/mounts/0/options: remount of /t changes nothing"});
}

TEST(PlanMounts, FallsBackToTheHostsViewOnlyWhereAUserNamespaceSharesTheNamespace) {
  const oci::Mount sys = mount_of("/sys", "sysfs", "sysfs", {"ro"});
  const auto fallback_of = [](oci::Config config, const oci::Mount& mount, const char* shared) {
    std::erase_if(config.linux_.namespaces,
                  [&](const oci::Namespace& each) { return each.type == shared; });
    config.mounts = {mount};
    return build(config).mounts.at(0).fallback;
  };
  EXPECT_EQ(fallback_of(mapped_config(), sys, "network"), "/sys");
  EXPECT_EQ(fallback_of(mapped_config(), sys, "ipc"), "");
  EXPECT_EQ(fallback_of(good_config(), sys, "network"), "");
  EXPECT_EQ(fallback_of(mapped_config(), mount_of("/dev/mqueue", "mqueue", "mqueue"), "ipc"),
            "/dev/mqueue");
  EXPECT_EQ(fallback_of(mapped_config(), mount_of("/proc", "proc", "proc"), "pid"), "/proc");
}

TEST(PlanMounts, LabelsOnlyWithSelinuxAndOnlyWhatCannotStoreALabel) {
  oci::Config config = config_with(mount_of("/run", "tmpfs", "tmpfs"));
  config.mounts.push_back(mount_of("/proc", "proc", "proc"));
  config.linux_.mount_label = "u:r:t:s0";
  EXPECT_TRUE(build(config).mounts[0].parameters.empty());
  HostFacts host = good_host();
  host.selinux_enabled = true;
  const Plan plan = build_plan(config, host, good_request());
  EXPECT_EQ(plan.mounts[0].parameters.at(0),
            (FilesystemParameter{.key = "context", .value = "u:r:t:s0", .is_flag = false}));
  EXPECT_TRUE(plan.mounts[1].parameters.empty());
}

}  // namespace wpar::plan
