// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/mounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

plan::MountPlan bind(std::string destination, std::string source, bool recursive = false) {
  plan::MountPlan mount;
  mount.kind = plan::MountKind::kBind;
  mount.destination = std::move(destination);
  mount.source = std::move(source);
  mount.recursive = recursive;
  return mount;
}

plan::MountPlan other(std::string destination, plan::MountKind kind) {
  plan::MountPlan mount;
  mount.kind = kind;
  mount.destination = std::move(destination);
  return mount;
}

MountLine line(std::uint64_t id, std::uint64_t parent, std::string at, std::string type = "ext4") {
  return {.id = id, .parent = parent, .mount_point = std::move(at), .type = std::move(type)};
}

TEST(MountLines, ReadEscapesAndOptionalFields) {
  EXPECT_THAT(
      parse_mount_lines("36 35 98:0 /a /mnt\\040x rw,noatime master:1 shared:2 - ext3 /d rw\n"
                        "37 36 0:5 / /proc rw - proc proc rw\n"
                        "no line\n"),
      ElementsAre(line(36, 35, "/mnt x", "ext3"), line(37, 36, "/proc", "proc")));
}

TEST(ExternalMounts, AreBindsByTheirDestination) {
  plan::Plan plan;
  plan.mounts = {other("/proc", plan::MountKind::kFilesystem), bind("/data", "/srv/data")};
  const MountedNow now = {.table = {line(1, 0, "/"), line(2, 1, "/proc", "proc"),
                                    line(3, 1, "/data"), line(4, 2, "/proc/sys", "proc")},
                          .mounts = {2, 3},
                          .devices = {},
                          .hidden = {},
                          .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now), ElementsAre(Pair("/data", "/data")));
}

TEST(ExternalMounts, AreFoundWhereALinkLedThem) {
  plan::Plan plan;
  plan.mounts = {bind("/var/run/x", "/srv/x", true)};
  const MountedNow now = {
      .table = {line(1, 0, "/"), line(3, 1, "/run/x"), line(4, 3, "/run/x/sub")},
      .mounts = {3},
      .devices = {},
      .hidden = {},
      .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now),
              ElementsAre(Pair("/run/x", "/var/run/x"), Pair("/run/x/sub", "/var/run/x/sub")));
}

TEST(ExternalMounts, EndWhereTheContainersOwnBegin) {
  plan::Plan plan;
  plan.mounts = {bind("/data", "/srv"), other("/data/tmp", plan::MountKind::kFilesystem)};
  const MountedNow now = {
      .table = {line(1, 0, "/"), line(3, 1, "/data"), line(4, 3, "/data/tmp", "tmpfs")},
      .mounts = {3, 4},
      .devices = {},
      .hidden = {},
      .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now), ElementsAre(Pair("/data", "/data")));
}

TEST(ExternalMounts, NameTheNullDeviceForHiddenFiles) {
  plan::Plan plan;
  plan.mounts = {other("/proc", plan::MountKind::kFilesystem)};
  plan.masked_paths = {"/proc/kcore", "/proc/acpi"};
  const MountedNow now = {
      .table = {line(1, 0, "/"), line(2, 1, "/proc", "proc"), line(3, 2, "/proc/kcore", "devtmpfs"),
                line(4, 2, "/proc/acpi", "tmpfs")},
      .mounts = {2},
      .devices = {},
      .hidden = {3, 0},
      .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now), ElementsAre(Pair("/proc/kcore", "/dev/null")));
  EXPECT_THAT(mount_sources_by_name(plan, {}, {}, {}), ElementsAre(Pair("/dev/null", "/dev/null")));
}

TEST(ExternalMounts, HoldCgroupsOnlyWithoutACgroupNamespace) {
  plan::Plan plan;
  plan.mounts = {other("/sys/fs/cgroup", plan::MountKind::kCgroup)};
  MountedNow now = {.table = {line(1, 0, "/"), line(2, 1, "/sys/fs/cgroup", "tmpfs"),
                              line(3, 2, "/sys/fs/cgroup/memory", "cgroup")},
                    .mounts = {2},
                    .devices = {},
                    .hidden = {},
                    .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now), IsEmpty());
  now.own_cgroup_namespace = false;
  EXPECT_THAT(external_mounts(plan, now),
              ElementsAre(Pair("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory")));
}

TEST(ExternalMounts, HoldTheDevicesOfAUserNamespace) {
  plan::Plan plan;
  plan.mounts = {other("/dev", plan::MountKind::kFilesystem)};
  plan.devices.resize(2);
  plan.devices[0].path = "/dev/null";
  plan.devices[0].bind = true;
  plan.devices[1].path = "/dev/zero";
  const MountedNow now = {
      .table = {line(1, 0, "/"), line(2, 1, "/dev", "tmpfs"), line(3, 2, "/dev/null", "devtmpfs")},
      .mounts = {2},
      .devices = {3, 0},
      .hidden = {},
      .own_cgroup_namespace = true};
  EXPECT_THAT(external_mounts(plan, now), ElementsAre(Pair("/dev/null", "/dev/null")));
  EXPECT_THAT(mount_sources_by_name(plan, {}, {}, {}), ElementsAre(Pair("/dev/null", "/dev/null")));
}

TEST(MountSources, ComeFromTheConfiguration) {
  plan::Plan plan;
  plan.mounts = {bind("/a", "/srv/a"), bind("/b", "/srv/b", true)};
  EXPECT_THAT(
      mount_sources_by_name(plan, {line(1, 0, "/"), line(2, 1, "/srv/a/x"), line(3, 1, "/srv/b/y")},
                            {}, {}),
      UnorderedElementsAre(Pair("/a", "/srv/a"), Pair("/b", "/srv/b"), Pair("/b/y", "/srv/b/y")));
}

TEST(MountSources, NameCgroupsByTheirHierarchy) {
  plan::Plan plan;
  plan.mounts = {other("/sys/fs/cgroup", plan::MountKind::kCgroup)};
  cgroup::Host host;
  host.hierarchies.resize(1);
  host.hierarchies[0].mount_point = "/sys/fs/cgroup/memory";
  EXPECT_THAT(mount_sources_by_name(plan, {}, host, {"/sys/fs/cgroup/memory/x"}),
              ElementsAre(Pair("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/x")));
  host.mode = cgroup::Mode::kV2;
  host.hierarchies[0].mount_point = "/sys/fs/cgroup";
  EXPECT_THAT(mount_sources_by_name(plan, {}, host, {"/sys/fs/cgroup/x"}),
              ElementsAre(Pair("/sys/fs/cgroup", "/sys/fs/cgroup/x")));
}

}  // namespace
}  // namespace wpar::lifecycle
