// SPDX-License-Identifier: Apache-2.0
// No resctrl here: a plain directory takes its place, and the tests make the files that the kernel
// would make in each new group.
#include "runtime/cgroup/resctrl.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace wpar::cgroup {
namespace {

constexpr const char* kMountinfo =
    "30 23 0:26 / /sys/fs/cgroup rw,nosuid - tmpfs tmpfs rw\n"
    "40 23 0:35 / /sys/fs/resctrl rw,relatime shared:9 - resctrl resctrl rw\n";

class ResctrlGroups : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/resctrl-test-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    root_ = name;
    populate(root_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  // What the kernel puts into a new class of service.
  static void populate(const std::string& group, std::string_view schemata = "L3:0=fff;1=fff\n") {
    write_file(group + "/tasks", "", 0644);
    write_file(group + "/schemata", schemata, 0644);
    ASSERT_EQ(::mkdir((group + "/mon_groups").c_str(), 0755), 0);
  }
  std::string failure_of(const plan::IntelRdtPlan& plan) {
    try {
      Resctrl(root_, plan).make_class();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::string root_;
};

TEST(Resctrl, IsFoundInTheMounts) {
  EXPECT_EQ(find_resctrl(kMountinfo), "/sys/fs/resctrl");
  EXPECT_FALSE(find_resctrl("30 23 0:26 / /resctrl rw - tmpfs resctrl rw\n"));
  EXPECT_FALSE(find_resctrl(""));
}

TEST(Resctrl, ComparesMasksAsNumbers) {
  const char* file = "    MB:0=100;1= 50\n    L3:0=007F0;1=1f\n";
  EXPECT_TRUE(has_schema(file, "L3:0=7f0;1=1f"));
  EXPECT_TRUE(has_schema(file, "L3:1=1F"));
  EXPECT_TRUE(has_schema(file, "MB:1=50;"));
  EXPECT_FALSE(has_schema(file, "L3:0=7f1"));
  EXPECT_FALSE(has_schema(file, "L3:2=1f"));
  EXPECT_FALSE(has_schema(file, "L2:0=1f"));
  EXPECT_FALSE(has_schema("", "L3:0=1"));
}

TEST_F(ResctrlGroups, OfTheContainersOwnAreMadeEnteredAndRemoved) {
  const plan::IntelRdtPlan plan = {.set = true,
                                   .class_of_service = "web1",
                                   .own_class = true,
                                   .monitor = "web1",
                                   .schemata = {"L3:0=7f0", "MB:0=20"}};
  Resctrl groups(root_, plan);
  EXPECT_EQ(groups.directories(), (std::vector{root_ + "/web1", root_ + "/web1/mon_groups/web1"}));
  EXPECT_EQ(groups.groups(), groups.directories());
  groups.make_class();
  EXPECT_EQ(groups.made(), std::vector{root_ + "/web1"});
  populate(root_ + "/web1", "");
  groups.write_schemata();
  // Each line from the beginning of the file, as the kernel wants it.
  EXPECT_EQ(read_file(root_ + "/web1/schemata"), "MB:0=20\n\n");
  groups.make_monitor();
  write_file(root_ + "/web1/mon_groups/web1/tasks", "", 0644);
  enter_resctrl_groups(groups.groups(), 4711);
  EXPECT_EQ(read_file(root_ + "/web1/tasks"), "4711");
  EXPECT_EQ(read_file(root_ + "/web1/mon_groups/web1/tasks"), "4711");

  ASSERT_EQ(::unlink((root_ + "/web1/mon_groups/web1/tasks").c_str()), 0);
  EXPECT_THROW(remove_resctrl_groups(groups.directories()), Error) << "not empty: never by force";
  EXPECT_FALSE(std::filesystem::exists(root_ + "/web1/mon_groups/web1"));
  std::filesystem::remove_all(root_ + "/web1/mon_groups");
  ASSERT_EQ(::unlink((root_ + "/web1/tasks").c_str()), 0);
  ASSERT_EQ(::unlink((root_ + "/web1/schemata").c_str()), 0);
  remove_resctrl_groups(groups.directories());
  EXPECT_FALSE(std::filesystem::exists(root_ + "/web1"));
  remove_resctrl_groups(groups.directories());  // gone is no error
}

TEST_F(ResctrlGroups, AClassWithTheContainersNameIsNotTakenOver) {
  ASSERT_EQ(::mkdir((root_ + "/web1").c_str(), 0755), 0);
  const plan::IntelRdtPlan plan = {.set = true, .class_of_service = "web1", .own_class = true};
  EXPECT_EQ(failure_of(plan), "mkdir " + root_ + "/web1: file exists");
  EXPECT_TRUE(Resctrl(root_, plan).directories().empty()) << "delete must leave it alone";
}

TEST_F(ResctrlGroups, ANamedClassMustBeThereOrBeFilled) {
  plan::IntelRdtPlan plan = {.set = true, .class_of_service = "gold", .class_must_exist = true};
  EXPECT_EQ(failure_of(plan),
            "closID: " + root_ + "/gold does not exist, and there is no schema to make it with");
  plan = {.set = true, .class_of_service = "gold", .schemata = {"L3:0=f"}, .compared = 1};
  Resctrl groups(root_, plan);
  groups.make_class();
  EXPECT_TRUE(std::filesystem::is_directory(root_ + "/gold"));
  EXPECT_TRUE(groups.directories().empty()) << "a named class outlives its container";
  EXPECT_EQ(groups.made(), std::vector{root_ + "/gold"}) << "but not a failed creation";
}

// A plain file takes the place of the kernel's, and keeps what was written last.
TEST_F(ResctrlGroups, AChangeIsTakenBackUnlessItIsKept) {
  ASSERT_EQ(::mkdir((root_ + "/gold").c_str(), 0755), 0);
  const std::string schemata = root_ + "/gold/schemata";
  write_file(schemata, "    MB:0=100\n    L3:0=fff\n", 0644);
  {
    Rollback rollback;
    change_schemata(root_ + "/gold", {"L3:0=00f"}, rollback);
    EXPECT_TRUE(read_file(schemata).starts_with("L3:0=00f\n"));
  }
  EXPECT_TRUE(read_file(schemata).starts_with("L3:0=fff\n"));
  Rollback rollback;
  change_schemata(root_ + "/gold", {"L3:0=0ff"}, rollback);
  rollback.keep();
  EXPECT_TRUE(read_file(schemata).starts_with("L3:0=0ff\n"));
  EXPECT_THROW(change_schemata(root_ + "/none", {"L3:0=f"}, rollback), Error);
}

TEST_F(ResctrlGroups, AnExistingClassMustSayTheSame) {
  ASSERT_EQ(::mkdir((root_ + "/gold").c_str(), 0755), 0);
  populate(root_ + "/gold");
  plan::IntelRdtPlan plan = {
      .set = true, .class_of_service = "gold", .schemata = {"L3:0=FFF"}, .compared = 1};
  EXPECT_EQ(failure_of(plan), "");
  plan.schemata = {"L3:0=ff"};
  EXPECT_EQ(failure_of(plan), root_ + "/gold exists and its schemata are not \"L3:0=ff\"");
  plan.compared = 0;  // `schemata` is written, not compared
  EXPECT_EQ(failure_of(plan), "");
}

TEST_F(ResctrlGroups, TheRootsClassIsAlwaysThere) {
  const plan::IntelRdtPlan plan = {.set = true, .class_must_exist = true, .monitor = "web1"};
  Resctrl groups(root_, plan);
  groups.make_class();
  EXPECT_EQ(groups.groups(), (std::vector{root_, root_ + "/mon_groups/web1"}));
  EXPECT_EQ(groups.directories(), std::vector{root_ + "/mon_groups/web1"});
}

TEST_F(ResctrlGroups, NothingIsWrittenThroughALink) {
  const plan::IntelRdtPlan plan = {.set = true, .schemata = {"L3:0=f000"}};
  std::filesystem::remove(root_ + "/schemata");
  std::filesystem::create_symlink(root_ + "/tasks", root_ + "/schemata");
  EXPECT_THROW(Resctrl(root_, plan).write_schemata(), Error);
  EXPECT_EQ(read_file(root_ + "/tasks"), "");
}

}  // namespace
}  // namespace wpar::cgroup
