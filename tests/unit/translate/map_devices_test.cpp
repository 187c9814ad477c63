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

}  // namespace
}  // namespace wpar::translate
