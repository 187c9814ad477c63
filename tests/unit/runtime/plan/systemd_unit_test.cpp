// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/systemd_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {
namespace {

using ::testing::ElementsAre;

SystemdUnit unit_of(std::string_view path, bool of_user = false) {
  Findings findings;
  SystemdUnit unit = plan_systemd_unit(path, "web1", of_user, findings);
  EXPECT_TRUE(findings.errors().empty()) << path << ": " << findings.errors().front();
  return unit;
}

Texts refusal_of(std::string_view path) {
  Findings findings;
  plan_systemd_unit(path, "web1", false, findings);
  return findings.take_errors();
}

TEST(SystemdUnit, IsNamedAfterTheContainerByDefault) {
  EXPECT_EQ(unit_of("").name, "runwpar-web1.scope");
  EXPECT_EQ(unit_of("").slice, "system.slice");
  EXPECT_FALSE(unit_of("").of_user);
  EXPECT_EQ(unit_of("", true).slice, "user.slice");
  EXPECT_TRUE(unit_of("", true).of_user);
}

TEST(SystemdUnit, HasTheThreePartsOfThePath) {
  const SystemdUnit unit = unit_of("machine-web.slice:libpod:4f2a");
  EXPECT_EQ(unit.name, "libpod-4f2a.scope");
  EXPECT_EQ(unit.slice, "machine-web.slice");
  EXPECT_EQ(unit_of("::4f2a").name, "4f2a.scope");
}

TEST(SystemdUnit, IsWhereItsSliceSays) {
  EXPECT_EQ(unit_cgroup(unit_of("::a")), "/system.slice/a.scope");
  EXPECT_EQ(unit_cgroup(unit_of("-::a")), "/a.scope");
  EXPECT_EQ(unit_cgroup(unit_of("-.slice::a")), "/a.scope");
  EXPECT_EQ(unit_cgroup(unit_of("a-b-c.slice:p:n")), "/a.slice/a-b.slice/a-b-c.slice/p-n.scope");
}

TEST(SystemdUnit, MayBeASlice) {
  const SystemdUnit unit = unit_of("::a-b.slice");
  EXPECT_EQ(unit.name, "a-b.slice");
  EXPECT_EQ(unit.slice, "a.slice");
  EXPECT_EQ(unit_cgroup(unit), "/a.slice/a-b.slice");
  EXPECT_EQ(unit_cgroup(unit_of("-::b.slice")), "/b.slice");
  EXPECT_THAT(refusal_of("system.slice::a-b.slice"),
              ElementsAre("/linux/cgroupsPath: a-b.slice is in a.slice by its name, not in "
                          "system.slice"));
  EXPECT_THAT(refusal_of(":x:a.slice"),
              ElementsAre("/linux/cgroupsPath: a slice has no prefix: expected \"::a.slice\""));
  EXPECT_THAT(refusal_of("::a--b.slice"),
              ElementsAre("/linux/cgroupsPath: \"a--b.slice\" is not the name of a slice"));
}

TEST(SystemdUnit, EscapesWhatUnitNamesDoNotHave) {
  EXPECT_EQ(unit_of(":p:a b@c\\d").name, "p-a\\x20b\\x40c\\x5cd.scope");
  EXPECT_EQ(unit_of("::.a.b").name, "\\x2ea.b.scope");
  EXPECT_EQ(unit_of(":p:.a").name, "p-.a.scope");
  EXPECT_EQ(unit_of("::\xc3\xa9").name, "\\xc3\\xa9.scope");
}

TEST(SystemdUnit, NeedsThreeParts) {
  for (const char* path :
       {"/machine/web1", "web1", "a.slice:web1", "a.slice:p:n:m", "a.slice:p:"}) {
    EXPECT_THAT(refusal_of(path),
                ElementsAre(fmt::format("/linux/cgroupsPath: expected \"slice:prefix:name\" with "
                                        "--cgroup-manager=systemd, not \"{}\"",
                                        path)));
  }
}

TEST(SystemdUnit, RefusesSlicesThatSystemdDoesNotHave) {
  for (const char* slice : {"machine", "machine/web.slice", "../x.slice", "a--b.slice", "-a.slice",
                            "a-.slice", ".slice", ".a.slice", "a b.slice"}) {
    EXPECT_THAT(refusal_of(fmt::format("{}:p:n", slice)),
                ElementsAre(fmt::format(
                    "/linux/cgroupsPath: expected the name of a slice before the first colon, as "
                    "in \"machine-web.slice\", not \"{}\"",
                    slice)));
  }
}

TEST(SystemdUnit, RefusesSlashesControlCharactersAndLongNames) {
  EXPECT_THAT(refusal_of("::a/b"),
              ElementsAre("/linux/cgroupsPath: the name has a character that no unit may have: "
                          "\"a\\x2fb\""));
  EXPECT_THAT(refusal_of(":a\nb:c"),
              ElementsAre("/linux/cgroupsPath: the prefix has a character that no unit may have: "
                          "\"a\\x0ab\""));
  EXPECT_EQ(refusal_of(fmt::format("::{}", std::string(249, 'a'))), Texts{});
  EXPECT_EQ(refusal_of(fmt::format("::{}", std::string(250, 'a'))).size(), 1U);
}

TEST(SystemdUnit, IsOnlyPlannedWithItsDriver) {
  oci::Config config = good_config();
  config.linux_.cgroups_path = "machine.slice:libpod:x";
  CreateRequest request = good_request();
  EXPECT_EQ(build_plan(config, good_host(), request).cgroup.unit, SystemdUnit{});
  request.cgroup_manager = CgroupManager::kSystemd;
  const CgroupPlan plan = build_plan(config, good_host(), request).cgroup;
  EXPECT_EQ(plan.unit.name, "libpod-x.scope");
  EXPECT_EQ(plan.path, "/machine.slice/libpod-x.scope");
}

}  // namespace
}  // namespace wpar::plan
