// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/devices.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

oci::Device device(const char* type, const char* path, std::int64_t major, std::int64_t minor) {
  oci::Device wanted;
  wanted.type = type;
  wanted.path = path;
  wanted.major = major;
  wanted.minor = minor;
  return wanted;
}

const DevicePlan* find(const Plan& plan, std::string_view path) {
  const auto found = std::ranges::find(plan.devices, path, &DevicePlan::path);
  return found == plan.devices.end() ? nullptr : &*found;
}

}  // namespace

TEST(PlanDevices, GiveEveryContainerTheDefaultNodesAndLinks) {
  const Plan plan = build(good_config());
  ASSERT_EQ(plan.devices.size(), 6U);
  ASSERT_NE(find(plan, "/dev/urandom"), nullptr);
  EXPECT_EQ(find(plan, "/dev/urandom")->device, makedev(1, 9));
  EXPECT_EQ(find(plan, "/dev/tty")->device, makedev(5, 0));
  EXPECT_EQ(find(plan, "/dev/null")->mode, mode_t{S_IFCHR | 0666});
  EXPECT_FALSE(find(plan, "/dev/null")->bind);
  ASSERT_EQ(plan.links.size(), 6U);
  EXPECT_EQ(plan.links[4].path, "/dev/ptmx");
  EXPECT_EQ(plan.links[4].target, "pts/ptmx");
}

TEST(PlanDevices, BindTheHostsNodesInAUserNamespaceButMakeFifos) {
  oci::Config config = mapped_config();
  config.linux_.devices = {device("p", "/run/pipe", 0, 0)};
  const Plan plan = build(config);
  EXPECT_TRUE(find(plan, "/dev/null")->bind);
  EXPECT_FALSE(find(plan, "/run/pipe")->bind);
}

TEST(PlanDevices, LeaveABoundDevAlone) {
  oci::Config config = good_config();
  config.mounts = {{.destination = "/dev/",
                    .type = "bind",
                    .source = "/dev",
                    .options = {"rbind"},
                    .uid_mappings = {},
                    .gid_mappings = {}}};
  config.linux_.devices = {device("c", "/dev/fuse", 10, 229)};
  const Plan plan = build(config);
  ASSERT_EQ(plan.devices.size(), 1U);
  EXPECT_EQ(plan.devices[0].path, "/dev/fuse");
  EXPECT_TRUE(plan.links.empty());
}

TEST(PlanDevices, LetTheConfigurationReplaceADefaultNode) {
  oci::Config config = good_config();
  config.linux_.devices = {device("u", "/dev//null", 1, 3), device("b", "/dev/sda", 8, 0)};
  config.linux_.devices[0].file_mode = 0600;
  config.linux_.devices[0].uid = 7;
  config.linux_.devices[1].file_mode = S_IFBLK | 0640;
  const Plan plan = build(config);
  EXPECT_EQ(plan.devices.size(), 7U);
  EXPECT_EQ(find(plan, "/dev/null")->mode, mode_t{S_IFCHR | 0600});
  EXPECT_EQ(find(plan, "/dev/null")->uid, 7U);
  EXPECT_EQ(find(plan, "/dev/sda")->mode, mode_t{S_IFBLK | 0640});
}

TEST(PlanDevices, RefuseWhatIsNoDevice) {
  oci::Config config = good_config();
  config.linux_.devices = {device("x", "/dev/a", 1, 1),     device("c", "dev/b", 1, 1),
                           device("c", "/dev/c", 4096, -1), device("p", "/", 0, 0),
                           device("c", "/dev/e", 1, 1),     device("c", "/dev/e", 1, 2),
                           device("c", "/dev/e", 1, 1)};
  config.linux_.devices[4].file_mode = S_IFBLK | 0600;
  config.linux_.devices[4].major.reset();
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/devices/0/type: expected \"c\", \"b\", \"u\" or \"p\", not \"x\"",
                   "/linux/devices/1/path: expected an absolute path, not \"dev/b\"",
                   "/linux/devices/2/major: expected an integer from 0 to 4095",
                   "/linux/devices/2/minor: expected an integer from 0 to 1048575",
                   "/linux/devices/3/path: the root directory cannot be a device",
                   "/linux/devices/4/fileMode: expected an integer from 0 to 4095",
                   "/linux/devices/4/major: is required for this type of device",
                   "/linux/devices/5/path: /dev/e is in the list already, as another device",
                   "/linux/devices/6/path: /dev/e is in the list already, as another device"}));
}

TEST(PlanDeviceRules, BeginWithDenyAllAndEndWithTheDefaultDevices) {
  oci::Config config = good_config();
  config.linux_.resources.devices = {
      {.allow = true, .type = "b", .major = 8, .minor = {}, .access = "rm"}};
  const std::vector<DeviceRule> rules = build(config).cgroup.limits.devices;
  ASSERT_EQ(rules.size(), 12U);
  EXPECT_EQ(rules[0], (DeviceRule{.allow = false}));
  EXPECT_EQ(rules[1],
            (DeviceRule{.allow = true, .type = 'b', .major = 8, .minor = -1, .write = false}));
  EXPECT_EQ(rules[2], (DeviceRule{.allow = true, .type = 'c', .read = false, .write = false}));
  EXPECT_EQ(rules[3].type, 'b');
  EXPECT_EQ(rules[10], (DeviceRule{.allow = true, .type = 'c', .major = 136}));
  EXPECT_EQ(rules[11], (DeviceRule{.allow = true, .type = 'c', .major = 5, .minor = 2}));
}

TEST(PlanDeviceRules, SplitARuleForBothTypesThatNamesNumbers) {
  Findings findings;
  // The kernel would read "a 7:* rwm" as everything.
  const auto rules =
      plan_device_rules({{.allow = true, .type = "a", .major = 7, .minor = -1, .access = {}},
                         {.allow = true, .type = {}, .major = {}, .minor = {}, .access = "mwr"}},
                        "/devices", findings);
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0], (DeviceRule{.allow = true, .type = 'b', .major = 7}));
  EXPECT_EQ(rules[1], (DeviceRule{.allow = true, .type = 'c', .major = 7}));
  EXPECT_EQ(rules[2], (DeviceRule{.allow = true, .type = 'a'}));
}

TEST(PlanDeviceRules, RefuseBadWords) {
  oci::Config config = good_config();
  config.linux_.resources.devices = {
      {.allow = true, .type = "x", .major = {}, .minor = {}, .access = {}},
      {.allow = true, .type = "c", .major = -2, .minor = {}, .access = {}},
      {.allow = true, .type = "c", .major = 1, .minor = 1, .access = "rx"}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/resources/devices/0/type: expected \"a\", \"b\" or \"c\", not \"x\"",
                   "/linux/resources/devices/1/major: expected a device number, or -1 for all",
                   "/linux/resources/devices/2/access: expected one or more of r, w and m, not "
                   "\"rx\""}));
}

}  // namespace wpar::plan
