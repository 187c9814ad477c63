// SPDX-License-Identifier: Apache-2.0
// Containers in units of systemd: what the unit says, who is in it, and that nothing stays.
#include <fmt/format.h>
#include <signal.h>

#include "tests/support/cgroup_files.h"
#include "tests/systemd/systemd_world.h"

namespace wpar::test {
namespace {

class NoSystemd : public ContainerTest {};

TEST_F(NoSystemd, IsNamedAsWhatIsMissing) {
  if (exists("/run/systemd/system"))
    GTEST_SKIP() << "systemd runs this machine";
  bundle().write();
  for (const char* option : {"--systemd-cgroup", "--cgroup-manager=systemd"}) {
    const Result result = runtime()({option, "create", "--bundle", bundle().path(), new_id()});
    expect_one_line(result,
                    "systemd is not running as init (/run/systemd/system is missing); use "
                    "--cgroup-manager cgroupfs");
  }
}

TEST_F(NoSystemd, IsNotNeededToExplainWhatItWouldBeAsked) {
  bundle().config["linux"]["cgroupsPath"] = "machine.slice:p:n";
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 5}};
  bundle().write();
  const Result result = runtime()({"--systemd-cgroup", "explain", bundle().path()});
  EXPECT_EQ(result.code, 0) << result;
  for (const char* part : {"runwpar-systemd asks systemd for the unit p-n.scope",
                           "directory /machine.slice/p-n.scope below the manager's own",
                           "property TasksMax 5", "property DevicePolicy strict"})
    EXPECT_TRUE(contains(result.out, part)) << part << result;
}

TEST_F(SystemdTest, AContainerIsInItsScopeAndNothingStays) {
  const std::string id = start_by_systemd("exec sleep 1000");
  EXPECT_EQ(property("ActiveState"), "active");
  EXPECT_EQ(property("Slice"), "wpartest-a.slice");
  EXPECT_EQ(property("Delegate"), "yes");
  EXPECT_EQ(property("Description"), fmt::format("container {} of {}", id, runtime().root()));
  EXPECT_EQ(property("ControlGroup"), "/wpartest.slice/wpartest-a.slice/" + unit());
  // The placeholder has left.
  EXPECT_EQ(file("cgroup.procs"), std::to_string(runtime().pid(id)));
  const Result inside = exec(id, {"/bin/sh", "-c", "cat /proc/self/cgroup"});
  for (const std::string& line : split(inside.out, '\n'))
    EXPECT_TRUE(line.empty() || line.ends_with(":/")) << inside;
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
  EXPECT_EQ(units(), "");
}

TEST_F(SystemdTest, AProcessOfExecIsInTheScope) {
  const std::string id = start_by_systemd("exec sleep 1000");
  EXPECT_EQ(runtime()({"exec", "--detach", id, "/bin/sleep", "1001"}).code, 0);
  EXPECT_TRUE(eventually([&] { return split(file("cgroup.procs"), '\n').size() == 2; }))
      << file("cgroup.procs");
}

TEST_F(SystemdTest, RunInTheForegroundEndsTheUnit) {
  bundle().shell("cat /sys/fs/cgroup/cgroup.controllers >/dev/null; exit 7");
  bundle().write();
  const Result result =
      runtime()({"--systemd-cgroup", "run", "--bundle", bundle().path(), new_id()});
  EXPECT_EQ(result.code, 7) << result;
  EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
}

TEST_F(SystemdTest, PausesAndResumes) {
  const std::string id = start_by_systemd("exec sleep 1000");
  EXPECT_EQ(runtime()({"pause", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "paused");
  EXPECT_EQ(cgroup_value(runtime().pid(id), "freezer", "freezer.state", "cgroup.freeze"),
            only_cgroup_v2() ? "1" : "FROZEN");
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(SystemdTest, StoppingTheScopeStopsTheContainer) {
  const std::string id = start_by_systemd("trap 'exit 0' TERM; while :; do sleep 0.1; done");
  EXPECT_EQ(run({.argv = {find_program("systemctl"), "stop", unit()}}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(units(), "");
  const Result removed = runtime()({"delete", id});
  EXPECT_EQ(removed.code, 0) << removed;
}

TEST_F(SystemdTest, AUnitThatIsThereIsRefusedAndLeftAlone) {
  const std::string first = start_by_systemd("exec sleep 1000");
  const std::string second = new_id();
  EXPECT_EQ(create_by_systemd(second).code, 1);
  EXPECT_TRUE(contains(error_of(second), "the unit " + unit() + " exists already and is active"))
      << error_of(second);
  EXPECT_EQ(runtime().status(first), "running");
  EXPECT_EQ(runtime().status(second), "");
}

TEST_F(SystemdTest, TheSameNameCanBeUsedAgainAtOnce) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = start_by_systemd("exec sleep 1000");
    const Result removed = runtime()({"delete", "--force", id});
    EXPECT_EQ(removed.code, 0) << removed;
  }
}

TEST_F(SystemdTest, BadNamesAreRefused) {
  for (const char* path :
       {"/machine/a", "a.slice:b", "no-slice:b:c", "a--b.slice:b:c", "a.slice::b/c"}) {
    bundle().config["linux"]["cgroupsPath"] = path;
    const std::string id = new_id();
    EXPECT_EQ(create_by_systemd(id).code, 1) << path;
    EXPECT_TRUE(contains(error_of(id), "/linux/cgroupsPath: ")) << error_of(id);
  }
  // The same with a name of two parts that is good.
  bundle().config["linux"]["cgroupsPath"] = fmt::format("::odd name@{}", temp_->tag());
  const std::string id = new_id();
  EXPECT_EQ(create_by_systemd(id).code, 0) << error_of(id);
  EXPECT_TRUE(contains(units(), fmt::format("odd\\x20name\\x40{}.scope", temp_->tag()))) << units();
}

TEST_F(SystemdTest, AContainerMayBeInASliceOfItsOwn) {
  const std::string slice = fmt::format("wpartest{}.slice", temp_->tag());
  bundle().config["linux"]["cgroupsPath"] = "-::" + slice;
  const std::string id = new_id();
  EXPECT_EQ(create_by_systemd(id).code, 0) << error_of(id);
  EXPECT_EQ(read_trimmed(hierarchy() + "/" + slice + "/cgroup.procs"),
            std::to_string(runtime().pid(id)));
}

TEST_F(SystemdTest, AFailingCreateLeavesNoUnit) {
  bundle().args({"/no/such/program"});
  EXPECT_EQ(create_by_systemd(new_id()).code, 1);
  EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
  bundle().args({"/bin/true"});
  bundle().hook("createContainer", {{"path", "/bin/false"}, {"args", {"false"}}});
  EXPECT_EQ(create_by_systemd(new_id()).code, 1);
  EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
}

TEST_F(SystemdTest, AfterAKilledCreateDeleteForceLeavesNothing) {
  bundle().shell("exec sleep 1000");
  bundle().write();
  for (int after = 0; after < 1500; after += 100) {
    const std::string id = new_id();
    Process creator(
        runtime().command({"--systemd-cgroup", "create", "--bundle", bundle().path(), id}));
    sleep_for(Milliseconds(after));
    creator.signal(SIGKILL);
    creator.wait();
    const Result removed = runtime()({"delete", "--force", id});
    EXPECT_EQ(removed.code, 0) << after << " ms: " << removed;
    EXPECT_TRUE(eventually([&] { return units().empty(); })) << after << " ms: " << units();
    adopted_children();
  }
}

TEST_F(SystemdTest, AnnotationsOfEnginesAreTakenAndOthersNeedTheSwitch) {
  Json& annotations = bundle().config["annotations"];
  annotations["org.systemd.property.TimeoutStopUSec"] = "uint64 7000000";
  annotations["org.systemd.property.KillSignal"] = "37";
  annotations["org.systemd.property.CollectMode"] = "'inactive-or-failed'";
  const std::string id = start_by_systemd("exec sleep 1000");
  EXPECT_EQ(property("TimeoutStopUSec"), "7s");
  EXPECT_EQ(property("KillSignal"), "37");
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);

  annotations["org.systemd.property.RuntimeMaxSec"] = "900";
  const std::string refused = new_id();
  EXPECT_EQ(create_by_systemd(refused).code, 1);
  EXPECT_TRUE(contains(error_of(refused),
                       "/annotations/org.systemd.property.RuntimeMaxSec: refused without "
                       "--systemd-properties"))
      << error_of(refused);
  const std::string taken = new_id();
  EXPECT_EQ(create_by_systemd(taken, {"--systemd-properties"}).code, 0) << error_of(taken);
  EXPECT_EQ(property("RuntimeMaxUSec"), "15min");
  EXPECT_EQ(runtime()({"delete", "--force", taken}).code, 0);

  // What systemd does not know is its error.
  annotations["org.systemd.property.NoSuchThing"] = "true";
  const std::string unknown = new_id();
  EXPECT_EQ(create_by_systemd(unknown, {"--systemd-properties"}).code, 1);
  EXPECT_TRUE(contains(error_of(unknown), "NoSuchThing")) << error_of(unknown);
}

}  // namespace
}  // namespace wpar::test
