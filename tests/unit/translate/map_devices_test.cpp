// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

constexpr std::string_view kProfile =
    "disks: {hdisk5: {path: /dev/sdb, major: 8, minor: 16}, h: /dev/x}";

TEST(MapDevices, EverythingIsDeniedButTheDefaultDevices) {
  const auto rules = translated(kSystem).config.linux_.resources.devices;
  ASSERT_EQ(rules.size(), 9u);
  EXPECT_FALSE(rules[0].allow);
  EXPECT_EQ(rules[0].type, std::nullopt);
  for (std::size_t i = 1; i < rules.size(); ++i) {
    EXPECT_TRUE(rules[i].allow);
    EXPECT_EQ(rules[i].type, "c");
  }
}

TEST(MapDevices, ADiskWithNumbersIsMadeAndAllowed) {
  const Translation t = translated(
      system_with("device:\n devname = hdisk5\n devtype = disk\n vdevname = hdisk1\n"), kProfile);
  ASSERT_EQ(t.config.linux_.devices.size(), 1u);
  EXPECT_EQ(t.config.linux_.devices[0].path, "/dev/hdisk1");
  EXPECT_EQ(t.config.linux_.devices[0].major, 8);
  const oci::DeviceRule& rule = t.config.linux_.resources.devices.back();
  EXPECT_TRUE(rule.allow);
  EXPECT_EQ(rule.minor, 16);
}

TEST(MapDevices, OthersAreLeftOutAndReported) {
  for (const char* name : {"hdisk9", "h"}) {
    const Translation t =
        translated(system_with(std::string("device:\n devname = ") + name + "\n"), kProfile);
    EXPECT_TRUE(t.config.linux_.devices.empty());
    EXPECT_EQ(entry_of(t, "device.devname").fidelity, Fidelity::kNeedsAction) << name;
  }
}

TEST(MapDevices, DefaultAndAixOnlyDevicesNeedNothing) {
  const auto fidelity = [](std::string_view name, std::string_view rest = "") {
    return entry_of(translated(system_with(std::string("device:\n devname = ") + std::string(name) +
                                           "\n" + std::string(rest))),
                    "device.devname")
        .fidelity;
  };
  EXPECT_EQ(fidelity("/dev/null"), Fidelity::kExact);
  EXPECT_EQ(fidelity("/dev/xti/tcp"), Fidelity::kIgnored);
  EXPECT_EQ(fidelity("fcs0", " devtype = adapter\n"), Fidelity::kNeedsAction);
  EXPECT_EQ(fidelity("hdisk9", " export = no\n"), Fidelity::kExact);
  EXPECT_EQ(fidelity("/dev/null", " export = no\n"), Fidelity::kIgnored);
}

TEST(MapKext, ModulesBelongToTheHost) {
  const Translation t = translated(system_with("kext:\n kext = ALL\n local = yes\n major = no\n"));
  EXPECT_EQ(entry_of(t, "kext.kext").fidelity, Fidelity::kNeedsAction);
  EXPECT_THAT(t.config.process->capabilities->bounding,
              testing::Not(testing::Contains("CAP_SYS_MODULE")));
}

TEST(MapDevices, APatternMeansTheDevicesThatAreKnown) {
  const Translation t = translated(system_with("device:\n devname = hdisk*\n"), kProfile);
  ASSERT_EQ(t.workload.devices.size(), 1u);
  EXPECT_EQ(t.workload.devices[0].host_path, "/dev/sdb");
  EXPECT_EQ(entry_of(t, "device.devname").fidelity, Fidelity::kEquivalent);
  const Translation random = translated(system_with("device:\n devname = /dev/*random\n"));
  EXPECT_EQ(entry_of(random, "device.devname").fidelity, Fidelity::kExact);
  EXPECT_EQ(entry_of(random, "device.devname").reason, "matches /dev/random, /dev/urandom");
  const Translation none = translated(system_with("device:\n devname = \"/dev/none*\"\n"));
  EXPECT_EQ(entry_of(none, "device.devname").fidelity, Fidelity::kNeedsAction);
}

TEST(MapDevices, TwoDevicesCannotHaveOneName) {
  const Translation t = translated(
      system_with(
          "device:\n devname = hdisk5\n vdevname = d\ndevice:\n devname = x\n vdevname = d\n"),
      "disks: {hdisk5: {path: /dev/sdb, major: 8, minor: 16}, x: {path: /dev/x, major: 9, minor: "
      "1}}");
  EXPECT_EQ(t.workload.devices.size(), 1u);
  EXPECT_EQ(t.report.entries.back().fidelity, Fidelity::kNeedsAction);
}

Options with_exports(std::string_view text) {
  spec::Problems problems("exports");
  Options options{.rootfs = {},
                  .devexports = spec::read_devexports(text, problems),
                  .secattrs = {},
                  .engine_networks = false};
  problems.throw_if_any();
  return options;
}

TEST(MapDevices, DevexportsSaysWhatMayBeExported) {
  const Options options =
      with_exports("name:\n value = /dev/fuse\n auto = no\nname:\n value = /dev/*\n auto = no\n");
  constexpr std::string_view kFuse =
      "disks: {fuse: {path: /dev/fuse, type: c, major: 10, minor: 229}}";
  const Translation allowed =
      translated_with(system_with("device:\n devname = /dev/fuse\n"), kFuse, options);
  EXPECT_EQ(allowed.workload.devices.size(), 1u);
  const Translation refused =
      translated_with(system_with("device:\n devname = /etc/fuse\n"), kFuse, options);
  EXPECT_EQ(entry_of(refused, "device.devname").fidelity, Fidelity::kNeedsAction);
  EXPECT_THAT(entry_of(refused, "device.devname").reason,
              testing::HasSubstr("exports does not allow"));
  const Translation disk =
      translated_with(system_with("device:\n devname = hdisk5\n"), kProfile, options);
  EXPECT_EQ(disk.workload.devices.size(), 1u);  // a disk has no path there
}

TEST(MapDevices, DevexportsExportsWithoutBeingAsked) {
  constexpr std::string_view kFuse =
      "disks: {fuse: {path: /dev/fuse, type: c, major: 10, minor: 229}}";
  const Options options = with_exports("name:\n value = /dev/fuse\nname:\n value = /dev/null\n");
  const Translation t = translated_with(kSystem, kFuse, options);
  ASSERT_EQ(t.workload.devices.size(), 1u);
  EXPECT_THAT(t.report.entries[0].reason,
              testing::HasSubstr("exports:2: /dev/fuse is exported to every WPAR"));
  const Translation withheld =
      translated_with(system_with("device:\n devname = /dev/fuse\n export = no\n"), kFuse, options);
  EXPECT_TRUE(withheld.workload.devices.empty());
}

}  // namespace
}  // namespace wpar::translate
