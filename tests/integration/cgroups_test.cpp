// SPDX-License-Identifier: Apache-2.0
// Where a container's cgroups are and who is in them, read from the host's side, on version 1
// and 2.
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class Cgroups : public CgroupTest {
 protected:
  std::string name(const char* end) const { return "wt" + temp_->tag() + end; }
  bool freeze(const std::string& id, bool frozen) {
    const std::string place = folder(id, "freezer");
    return cgroup_mount("freezer").empty()
               ? try_write(place + "/cgroup.freeze", frozen ? "1" : "0")
               : try_write(place + "/freezer.state", frozen ? "FROZEN" : "THAWED");
  }
};

TEST_F(Cgroups, TheAbsolutePathIsBelowEveryHierarchy) {
  const std::string id = start_in("/" + name("-path"));
  if (only_cgroup_v2()) {
    EXPECT_EQ(folder(id, ""), cgroup_mount("") + "/" + name("-path"));
  } else {
    for (const char* controller :
         {"memory", "cpu", "cpuset", "pids", "devices", "freezer", "blkio"})
      EXPECT_EQ(folder(id, controller), cgroup_mount(controller) + "/" + name("-path"))
          << controller;
  }
  delete_all();
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
}

TEST_F(Cgroups, TheSamePathIsTheSamePlaceAndARelativeOneIsRefusedOrPlaced) {
  const std::string id = start_in(name("-relative"));
  EXPECT_TRUE(contains(folder(id, "memory"), name("-relative")));
}

TEST_F(Cgroups, WithoutAPathTheIdNamesIt) {
  const std::string id = start_waiting();
  EXPECT_TRUE(contains(folder(id, "pids"), id));
}

TEST_F(Cgroups, AFrozenContainerIsPausedAndCanBeDeleted) {
  const std::string id = start_waiting();
  ASSERT_TRUE(freeze(id, true));
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
    freeze(id, false);
}

TEST_F(Cgroups, NestedCgroupsOfTheContainerAreRemovedWithIt) {
  const std::string id = start_in("/" + name("-nest"));
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

TEST_F(Cgroups, KillAllAndDeleteReachProcessesInCgroupsBelow) {
  bundle().drop_namespace("pid");  // the end of the first process is not the end of the others
  const std::string id = start_shell("sleep 1000 & touch /ready; exec sleep 1000");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
  const std::string top = folder(id, "pids");
  const std::string inner = top + "/inner";
  ASSERT_EQ(::mkdir(inner.c_str(), 0755), 0);
  std::string other;
  for (const std::string& line : read_lines(top + "/cgroup.procs"))
    if (!line.empty() && line != std::to_string(runtime().pid(id)))
      other = line;
  ASSERT_TRUE(try_write(inner + "/cgroup.procs", other)) << other;
  EXPECT_EQ(runtime()({"kill", "--all", id, "KILL"}).code, 0);
  EXPECT_TRUE(eventually([&] {
    adopted_children();
    return !exists("/proc/" + other);
  }));
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
  EXPECT_FALSE(exists(top));
}

TEST_F(Cgroups, ExecEntersTheCgroupBelowThatIsNamed) {
  WPAR_SKIP_PEER("crun", "1.8.1 takes a plain path only");
  const std::string id = start_waiting();
  const std::string inner = folder(id, "memory") + "/inner";
  ASSERT_EQ(::mkdir(inner.c_str(), 0755), 0);
  const auto where = [&](const std::vector<std::string>& options) {
    Command command = runtime().command({"exec"});
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.argv.insert(command.argv.end(), {id, "sleep", "1000"});
    Process process(command);
    const auto count = [&] { return read_lines(inner + "/cgroup.procs").size(); };
    const bool inside = eventually([&] { return count() > 0; }, Milliseconds(1500));
    // Its end is the end of what it started: found in the cgroup or beside init.
    for (const std::string& place : {inner, folder(id, "memory")})
      for (const std::string& line : read_lines(place + "/cgroup.procs"))
        if (!line.empty() && std::stoi(line) != runtime().pid(id))
          ::kill(std::stoi(line), SIGKILL);
    process.wait();
    return inside;
  };
  EXPECT_FALSE(where({})) << "beside init without the option";
  if (only_cgroup_v2()) {
    EXPECT_TRUE(where({"--cgroup", "inner"}));
  } else {
    EXPECT_TRUE(where({"--cgroup", "memory:inner"}));
  }
  const Result absent = exec(id, {"true"}, {"--cgroup", only_cgroup_v2() ? "no" : "memory:no"});
  EXPECT_NE(absent.code, 0);
  const Result above = exec(id, {"true"}, {"--cgroup", only_cgroup_v2() ? ".." : "memory:.."});
  EXPECT_NE(above.code, 0);
  if (runtime().is_ours()) {
    expect_one_line(absent, "/no");
    expect_one_line(above, ".. is not a cgroup below the container's");
    expect_one_line(exec(id, {"true"}, {"--cgroup", "nosuch:inner"}),
                    "no cgroup of its own for the controller \"nosuch\"");
  }
}

TEST_F(Cgroups, ACgroupInUseIsRefusedAndAnEmptyOneTaken) {
  const std::string id = start_in("/" + name("-shared"));
  const std::string second = new_id();
  const Result refused = create(second);
  if (runtime().is_ours()) {
    EXPECT_NE(refused.code, 0);
    EXPECT_TRUE(contains(error_of(second), "container's cgroup is not empty: 1 process(es) found"))
        << error_of(second);
    EXPECT_EQ(runtime().status(id), "running");
  }
  delete_all();
  const std::string mount = cgroup_mount(only_cgroup_v2() ? "" : "memory");
  ASSERT_EQ(::mkdir((mount + "/" + name("-shared")).c_str(), 0755), 0);
  const std::string third = start_in("/" + name("-shared"));
  EXPECT_EQ(folder(third, "memory"), mount + "/" + name("-shared"));
}

TEST_F(Cgroups, PathsThatLeaveTheHierarchyStayBelowIt) {
  bundle().config["linux"]["cgroupsPath"] = "/../../" + name("-up");
  bundle().args({"/probe", "exit", "0"});
  run_bundle();
  EXPECT_FALSE(exists("/sys/fs/" + name("-up")));
  EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{});
}

}  // namespace
}  // namespace wpar::test
