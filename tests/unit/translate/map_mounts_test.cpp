// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(MapMounts, ASharedWparHasTheHostsUsrAndOptReadOnly) {
  const Translation t = translated(kSystem);
  EXPECT_THAT(find_mount(t.config, "/usr")->options, ElementsAre("rbind", "ro"));
  EXPECT_EQ(find_mount(t.config, "/opt")->source, "/opt");
  EXPECT_EQ(find_mount(translated("general:\n name = w\n privateusr = yes\n").config, "/usr"),
            nullptr);
  EXPECT_EQ(find_mount(translated(kApplication).config, "/usr"), nullptr);
}

TEST(MapMounts, NamefsIsABind) {
  const Translation t = translated(
      system_with("mount:\n directory = /data\n vfs = namefs\n dev = /srv/d\n mountopts = "
                  "\"ro,nosuid,cio\"\n"));
  EXPECT_EQ(find_mount(t.config, "/data")->source, "/srv/d");
  EXPECT_THAT(find_mount(t.config, "/data")->options, ElementsAre("rbind", "ro", "nosuid"));
  EXPECT_THAT(entry_of(t, "mount.mountopts").reason, HasSubstr("cio"));
  EXPECT_EQ(entry_of(t, "mount.mountopts").fidelity, Fidelity::kApproximate);
}

TEST(MapMounts, ParentsComeBeforeChildren) {
  const Translation t =
      translated(system_with("mount:\n directory = /a/b/c\n vfs = namefs\n dev = /1\n"
                             "mount:\n directory = /a\n vfs = namefs\n dev = /2\n"
                             "mount:\n directory = /usr\n vfs = namefs\n dev = /3\n"));
  std::vector<std::string> order;
  for (const oci::Mount& mount : t.config.mounts) {
    if (mount.type == "bind") {
      order.push_back(mount.destination);
    }
  }
  EXPECT_THAT(order, ElementsAre("/a", "/usr", "/opt", "/a/b/c"));
  EXPECT_EQ(find_mount(t.config, "/usr")->source, "/3");
}

TEST(MapMounts, BelowASharedTreeTheMountPointMustExist) {
  const Translation t =
      translated(system_with("mount:\n directory = /opt/app\n vfs = namefs\n dev = /x\n"));
  EXPECT_EQ(entry_of(t, "mount.directory").fidelity, Fidelity::kNeedsAction);
  const Translation own = translated(
      "general:\n name = w\n privateusr = yes\nmount:\n directory = /opt/app\n vfs = namefs\n dev "
      "= "
      "/x\n");
  EXPECT_EQ(entry_of(own, "mount.directory").fidelity, Fidelity::kEquivalent);
  const Translation optical =
      translated(system_with("mount:\n directory = /optical\n vfs = namefs\n dev = /x\n"));
  EXPECT_EQ(entry_of(optical, "mount.directory").fidelity, Fidelity::kEquivalent);
}

TEST(MapMounts, NfsGivesTheKernelTheServersAddress) {
  const Translation t =
      translated(system_with("mount:\n directory = /n\n vfs = nfs\n host = 192.0.2.9\n dev = "
                             "/export/n\n mountopts = hard\n"));
  const oci::Mount* mount = find_mount(t.config, "/n");
  EXPECT_EQ(mount->type, "nfs");
  EXPECT_EQ(mount->source, "192.0.2.9:/export/n");
  EXPECT_THAT(mount->options, ElementsAre("addr=192.0.2.9", "hard", "vers=4.2"));
  const Translation named =
      translated(system_with("mount:\n directory = /n\n vfs = nfs\n host = filer\n dev = "
                             "/export/n\n mountopts = vers=3\n"));
  EXPECT_THAT(find_mount(named.config, "/n")->options, ElementsAre("vers=3"));
  EXPECT_THAT(entry_of(named, "mount.directory").action, HasSubstr("address of filer"));
  const Translation six = translated(
      system_with("mount:\n directory = /n\n vfs = nfs\n host = 2001:db8::9\n dev = /e\n"));
  EXPECT_EQ(find_mount(six.config, "/n")->source, "[2001:db8::9]:/e");
}

TEST(MapMounts, ANewFileSystemIsADirectory) {
  const std::string text =
      system_with("mount:\n directory = /db\n vfs = jfs2\n size = 2G\n vg = v\n");
  const Translation plain = translated(text);
  EXPECT_EQ(find_mount(plain.config, "/db"), nullptr);
  EXPECT_EQ(entry_of(plain, "mount.directory").fidelity, Fidelity::kApproximate);
  EXPECT_EQ(entry_of(plain, "mount.size").fidelity, Fidelity::kIgnored);
  const Translation grouped = translated(text, "volume_groups: {v: /srv/v}");
  EXPECT_EQ(find_mount(grouped.config, "/db")->source, "/srv/v/w/db");
}

TEST(MapMounts, AnExistingDeviceIsMountedByTheProfile) {
  const std::string text =
      system_with("mount:\n directory = /db\n vfs = jfs2\n dev = /dev/fslv05\n");
  const Translation known =
      translated(text, "disks: {fslv05: /dev/vg/db}\nfilesystems: {jfs2: xfs}");
  EXPECT_EQ(find_mount(known.config, "/db")->source, "/dev/vg/db");
  EXPECT_EQ(find_mount(known.config, "/db")->type, "xfs");
  EXPECT_EQ(entry_of(translated(text), "mount.directory").fidelity, Fidelity::kNeedsAction);
}

TEST(MapMounts, DefaultMountsOfAWrittenSpecificationMakeNothingTwice) {
  const Translation t = translated(
      system_with("mount:\n directory = /\n vfs = jfs2\n size = 64M\n"
                  "mount:\n directory = /proc\n vfs = namefs\n dev = /proc\n mountopts = rw\n"
                  "mount:\n directory = /usr\n vfs = namefs\n dev = /usr\n mountopts = ro\n"));
  EXPECT_EQ(find_mount(t.config, "/proc")->type, "proc");
  EXPECT_EQ(find_mount(t.config, "/"), nullptr);
  EXPECT_EQ(std::count_if(t.config.mounts.begin(), t.config.mounts.end(),
                          [](const auto& m) { return m.destination == "/usr"; }),
            1);
}

TEST(MapMounts, ASysfsOfItsOwnNeedsANetworkOfItsOwn) {
  EXPECT_EQ(find_mount(translated(kSystem).config, "/sys")->type, "sysfs");
  EXPECT_EQ(find_mount(translated(kApplication).config, "/sys")->type, "bind");
  EXPECT_THAT(find_mount(translated(kApplication).config, "/sys")->options,
              testing::Contains("ro"));
}

TEST(MapMounts, AnApplicationSeesTheHostsDirectoryAnyway) {
  const Translation t = translated(application_with("mount:\n directory = /data\n"));
  EXPECT_EQ(find_mount(t.config, "/data"), nullptr);
  EXPECT_EQ(entry_of(t, "mount.directory").fidelity, Fidelity::kExact);
}

}  // namespace
}  // namespace wpar::translate
