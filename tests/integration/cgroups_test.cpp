// SPDX-License-Identifier: Apache-2.0
// Cgroup limits on version 1 hierarchies, read back from the host's side.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Cgroups : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    if (cgroup_mount("memory").empty())
      GTEST_SKIP() << "no version 1 hierarchies on this host";
  }
  Json& resources() { return bundle().config["linux"]["resources"]; }
  std::string start_in(const std::string& path) {
    bundle().config["linux"]["cgroupsPath"] = path;
    return start_waiting();
  }
  // The cgroup directory of a container in one hierarchy, from /proc.
  std::string folder(const std::string& id, const std::string& controller) {
    for (const std::string& line : read_lines(fmt::format("/proc/{}/cgroup", runtime().pid(id)))) {
      const std::vector<std::string> parts = split(line, ':');
      const std::vector<std::string> names = split(parts[1], ',');
      if (std::find(names.begin(), names.end(), controller) != names.end())
        return cgroup_mount(controller) + parts[2];
    }
    return "";
  }
  std::string value(const std::string& id, const std::string& controller, const std::string& file) {
    return read_trimmed(folder(id, controller) + "/" + file);
  }
};

TEST_F(Cgroups, TheAbsolutePathIsBelowEveryHierarchy) {
  const std::string name = "wt" + temp_->tag() + "-path";
  const std::string id = start_in("/" + name);
  for (const char* controller : {"memory", "cpu", "cpuset", "pids", "devices", "freezer", "blkio"})
    EXPECT_EQ(folder(id, controller), cgroup_mount(controller) + "/" + name) << controller;
  delete_all();
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
}

TEST_F(Cgroups, TheSamePathIsTheSamePlaceAndARelativeOneIsRefusedOrPlaced) {
  const std::string id = start_in("wt" + temp_->tag() + "-relative");
  EXPECT_TRUE(contains(folder(id, "memory"), "wt" + temp_->tag() + "-relative"));
}

TEST_F(Cgroups, WithoutAPathTheIdNamesIt) {
  const std::string id = start_waiting();
  EXPECT_TRUE(contains(folder(id, "pids"), id));
}

TEST_F(Cgroups, MemoryLimitsAreWritten) {
  resources()["memory"] = {{"limit", 64 << 20}, {"reservation", 32 << 20}, {"swappiness", 10}};
  WPAR_SKIP_PEER("crun", "1.8.1 refuses swappiness here");
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "memory", "memory.limit_in_bytes"), std::to_string(64 << 20));
  EXPECT_EQ(value(id, "memory", "memory.soft_limit_in_bytes"), std::to_string(32 << 20));
  EXPECT_EQ(value(id, "memory", "memory.swappiness"), "10");
}

TEST_F(Cgroups, AProgramThatEatsMoreThanItsMemoryIsKilled) {
  resources()["memory"] = {{"limit", 32 << 20}};
  bundle().args({"/probe", "eat", "100"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 137) << result;
  resources()["memory"] = {{"limit", 300 << 20}};
  EXPECT_EQ(run_bundle().out, "ate 100\n");
}

TEST_F(Cgroups, CpuSharesAndQuotaAreWritten) {
  resources()["cpu"] = {{"shares", 512}, {"quota", 40000}, {"period", 80000}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "cpu", "cpu.shares"), "512");
  if (exists(folder(id, "cpu") + "/cpu.cfs_quota_us")) {
    EXPECT_EQ(value(id, "cpu", "cpu.cfs_quota_us"), "40000");
    EXPECT_EQ(value(id, "cpu", "cpu.cfs_period_us"), "80000");
  }
}

TEST_F(Cgroups, CpusetsAreWrittenAndInheritedOtherwise) {
  const std::string free_id = start_waiting();
  EXPECT_FALSE(value(free_id, "cpuset", "cpuset.cpus").empty());
  EXPECT_FALSE(value(free_id, "cpuset", "cpuset.mems").empty());
  resources()["cpu"] = {{"cpus", "0"}, {"mems", "0"}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "cpuset", "cpuset.cpus"), "0");
  EXPECT_EQ(value(id, "cpuset", "cpuset.mems"), "0");
}

TEST_F(Cgroups, ThePidsLimitIsWrittenAndHolds) {
  resources()["pids"] = {{"limit", 17}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "pids", "pids.max"), "17");
  resources()["pids"] = {{"limit", 4}};
  const Result result = run_shell("for i in 1 2 3 4 5 6 7 8; do sleep 0.3 & done; wait");
  EXPECT_TRUE(contains(result.err, "fork")) << result;
}

TEST_F(Cgroups, AnUnlimitedPidsLimitIsMax) {
  resources()["pids"] = {{"limit", -1}};
  EXPECT_EQ(value(start_waiting(), "pids", "pids.max"), "max");
}

TEST_F(Cgroups, DevicesAreDeniedUnlessAllowed) {
  // The kernel's log, 1:11: the node can be made, who may open it is up to the cgroup.
  auto& process = bundle().config["process"];
  for (const char* set : {"bounding", "effective", "permitted"})
    process["capabilities"][set].push_back("CAP_SYSLOG");
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/log11"}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"fileMode", 0666}}};
  const Json deny = {{"allow", false}, {"access", "rwm"}};
  const Json read = {{"allow", true}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"access", "r"}};
  bundle().args({"/probe", "open", "/dev/log11", "r"});
  EXPECT_EQ(run_bundle().out, "1\n");
  resources()["devices"] = {deny, read};
  EXPECT_EQ(run_bundle().out, "0\n");
  bundle().args({"/probe", "open", "/dev/log11", "w"});
  EXPECT_EQ(run_bundle().out, "1\n") << "access r allowed w";
  bundle().args({"/probe", "open", "/dev/log11", "r"});
  resources()["devices"] = {read, deny};
  EXPECT_EQ(run_bundle().out, "1\n") << "the rules hold in the order of the list";
}

TEST_F(Cgroups, TheDefaultDevicesStayAllowed) {
  const std::string id = start_waiting();
  const std::string list = value(id, "devices", "devices.list");
  for (const char* rule : {"c 1:3 rwm", "c 1:5 rwm", "c 5:0 rwm", "c 136:* rwm", "c 5:2 rwm"})
    EXPECT_TRUE(contains(list, rule)) << rule << "\n" << list;
  EXPECT_FALSE(contains(list, "a *:* rwm"));
}

TEST_F(Cgroups, ABlockDeviceOfTheHostCannotBeOpened) {
  auto& process = bundle().config["process"];
  for (const char* set : {"bounding", "effective", "permitted"})
    process["capabilities"][set].push_back("CAP_MKNOD");
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/disk"}, {"type", "b"}, {"major", 254}, {"minor", 0}}};
  bundle().args({"/probe", "open", "/dev/disk", "r"});
  EXPECT_EQ(run_bundle().out, "1\n");
}

TEST_F(Cgroups, HugePageLimitsGoToTheHierarchyThatHasThem) {
  resources()["hugepageLimits"] = {{{"pageSize", "2MB"}, {"limit", 4194304}}};
  const std::string unified = cgroup_mount("");
  if (unified.empty() || !contains(read_text(unified + "/cgroup.controllers"), "hugetlb"))
    GTEST_SKIP() << "the hugetlb controller is not in the version 2 mount here";
  WPAR_SKIP_PEER("crun", "1.8.1 does not use the version 2 mount of a hybrid host");
  WPAR_SKIP_PEER("runc", "1.1.5 does not use the version 2 mount of a hybrid host");
  const std::string id = start_waiting();
  bool found = false;
  for (const std::string& path : cgroups_with(temp_->tag()))
    if (path.starts_with(unified)) {
      found = true;
      EXPECT_EQ(read_trimmed(path + "/hugetlb.2MB.max"), "4194304");
    }
  EXPECT_TRUE(found);
}

TEST_F(Cgroups, AFrozenContainerIsPausedAndCanBeDeleted) {
  const std::string id = start_waiting();
  ASSERT_TRUE(try_write(folder(id, "freezer") + "/freezer.state", "FROZEN"));
  EXPECT_TRUE(eventually([&] { return runtime().status(id) == "paused"; })) << runtime().status(id);
  if (runtime().is_ours()) {
    Command command = runtime().command({"exec", id, "true"});
    command.timeout = Milliseconds(5000);
    const Result result = run(command);
    EXPECT_EQ(result.code, 255);
    expect_one_line(result, "cannot exec in a paused container");
  }
  const Result deleted = runtime()({"delete", "--force", id});
  EXPECT_EQ(deleted.code, 0) << deleted;
  if (!runtime().is_ours() && deleted.code != 0)
    try_write(folder(id, "freezer") + "/freezer.state", "THAWED");
}

TEST_F(Cgroups, NestedCgroupsOfTheContainerAreRemovedWithIt) {
  const std::string name = "wt" + temp_->tag() + "-nest";
  const std::string id = start_in("/" + name);
  const std::string inner = folder(id, "memory") + "/a";
  ASSERT_EQ(::mkdir(inner.c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((inner + "/b").c_str(), 0755), 0);
  delete_all();
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
}

TEST_F(Cgroups, EveryProcessOfTheContainerIsInIt) {
  const std::string id = start_shell("sleep 1000 & sleep 1000 & touch /ready; wait");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  Process more(runtime().command({"exec", id, "sleep", "1000"}));
  EXPECT_TRUE(
      eventually([&] { return read_lines(folder(id, "memory") + "/cgroup.procs").size() == 4; }));
}

TEST_F(Cgroups, ANegativeOrAbsurdLimitIsRefused) {
  resources()["pids"] = {{"limit", "many"}};
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/linux/resources/pids/limit");
  resources()["pids"] = {{"limit", 10}};
  resources()["cpu"] = {{"cpus", "4095"}};
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Cgroups, AnUnknownHugePageSizeIsRefused) {
  resources()["hugepageLimits"] = {{{"pageSize", "3MB"}, {"limit", 4194304}}};
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Cgroups, UnifiedValuesAreRefusedOnVersion1) {
  WPAR_SKIP_PEER("crun", "1.8.1 ignores them");
  resources()["unified"] = {{"memory.high", "1000000"}};
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Cgroups, PathsThatLeaveTheHierarchyStayBelowIt) {
  bundle().config["linux"]["cgroupsPath"] = "/../../wt" + temp_->tag() + "-up";
  bundle().args({"/probe", "exit", "0"});
  run_bundle();
  EXPECT_FALSE(exists("/sys/fs/wt" + temp_->tag() + "-up"));
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
}

}  // namespace
}  // namespace wpar::test
