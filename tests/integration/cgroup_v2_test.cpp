// SPDX-License-Identifier: Apache-2.0
// What only version 2 has: unified values, one tree with rules about who may be where, ownership
// that is handed on, groups that die together.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <set>

#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class CgroupV2 : public CgroupTest {
 protected:
  void SetUp() override {
    CgroupTest::SetUp();
    if (temp_ != nullptr && !IsSkipped() && !only_cgroup_v2())
      GTEST_SKIP() << "the controllers of this host are in version 1 hierarchies";
  }
  std::string name(const char* end) const { return "wt" + temp_->tag() + end; }
  std::string host_path(const std::string& below) const { return cgroup_mount("") + "/" + below; }
  std::string file(const std::string& id, const char* control) {
    return read_trimmed(folder(id, "") + "/" + control);
  }
  Result run_in(const std::string& cgroups_path) {
    bundle().config["linux"]["cgroupsPath"] = cgroups_path;
    bundle().args({"/probe", "exit", "0"});
    return run_bundle();
  }
  void expect_nothing_but(const std::vector<std::string>& paths) {
    EXPECT_EQ(cgroups_with(temp_->tag()), paths);
  }
  void map_users() {
    bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
    const Json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
    bundle().config["linux"]["uidMappings"] = map;
    bundle().config["linux"]["gidMappings"] = map;
    EXPECT_EQ(::chown(bundle().root().c_str(), 100000, 100000), 0);
  }
  void mount_cgroups_writable() {
    for (Json& mount : bundle().config["mounts"])
      if (mount["type"] == "cgroup")
        mount["options"] = {"nosuid", "noexec", "nodev", "relatime", "rw"};
  }
};

uid_t owner(const std::string& path) {
  struct stat info = {};
  return ::lstat(path.c_str(), &info) == 0 ? info.st_uid : ~uid_t{0};
}

TEST_F(CgroupV2, EveryControllerOfTheHostIsOn) {
  const std::string id = start_in("/" + name("-on") + "/a");
  EXPECT_EQ(file(id, "cgroup.controllers"), read_trimmed(cgroup_mount("") + "/cgroup.controllers"));
  EXPECT_EQ(file(id, "cgroup.type"), "domain");
  delete_all();
  remove_cgroups_with(temp_->tag());
}

TEST_F(CgroupV2, UnifiedValuesAreWrittenLast) {
  resources()["memory"] = {{"limit", 64 << 20}};
  resources()["unified"] = {{"memory.high", "33554432"}, {"memory.max", "50331648"},
                            {"cgroup.max.depth", "3"},   {"memory.oom.group", "1"},
                            {"cpu.weight.nice", "5"},    {"pids.max", "21"}};
  const std::string id = start_waiting();
  EXPECT_EQ(file(id, "memory.high"), "33554432");
  EXPECT_EQ(file(id, "memory.max"), "50331648") << "unified comes after the other members";
  EXPECT_EQ(file(id, "cgroup.max.depth"), "3");
  EXPECT_EQ(file(id, "memory.oom.group"), "1");
  EXPECT_EQ(file(id, "cpu.weight.nice"), "5");
  EXPECT_EQ(file(id, "pids.max"), "21");
}

TEST_F(CgroupV2, AUnifiedValueOfSeveralLinesIsWrittenLineByLine) {
  const std::string number = a_disk();
  if (number.empty())
    GTEST_SKIP() << "this machine shows no disk in /sys/block";
  WPAR_SKIP_PEER("runc", "1.1.5 writes it at once");
  resources()["unified"] = {{"io.max", fmt::format("{0} rbps=1000000\n{0} wiops=40\n", number)}};
  EXPECT_EQ(file(start_waiting(), "io.max"), number + " rbps=1000000 wbps=max riops=max wiops=40");
}

TEST_F(CgroupV2, UnknownUnifiedValuesAreRefused) {
  const auto refused = [&](const char* key, const char* text) {
    resources()["unified"] = {{key, text}};
    bundle().args({"/probe", "exit", "0"});
    const Result result = run_bundle();
    EXPECT_NE(result.code, 0) << key;
    if (runtime().is_ours())
      expect_one_line(result, "/linux/resources/unified");
    expect_nothing_but({});
  };
  refused("memory.nonsense", "1");
  refused("nonsense.max", "1");
  refused("memory.high", "lots");
  refused("../memory.high", "1");
  refused("cgroup.controllers", "memory");  // read-only
}

TEST_F(CgroupV2, UpdateTakesUnifiedValuesBackWhenOneIsRefused) {
  WPAR_SKIP_PEER("runc", "1.1.5 takes nothing back");
  WPAR_SKIP_PEER("crun", "1.8.1 takes nothing back");
  resources()["unified"] = {{"memory.high", "33554432"}};
  const std::string id = start_waiting();
  const auto update = [&](const Json& unified) {
    Command command = runtime().command({"update", "--resources=-", id});
    command.input = Json{{"unified", unified}}.dump();
    return run(command);
  };
  EXPECT_EQ(update({{"memory.high", "44040192"}}).code, 0);
  EXPECT_EQ(file(id, "memory.high"), "44040192");
  expect_one_line(update({{"memory.high", "55574528"}, {"memory.nonsense", "1"}}),
                  "memory.nonsense");
  EXPECT_EQ(file(id, "memory.high"), "44040192");
}

// cgroup-v2.rst, "Delegation": the user who gets a cgroup may make others below it, and move
// processes, but not lift its own limits.
TEST_F(CgroupV2, TheRootOfAUserNamespaceOwnsAWritableCgroup) {
  WPAR_SKIP_PEER("crun", "1.8.1 hands nothing on without an annotation");
  map_users();
  mount_cgroups_writable();
  const std::string id = start_shell(
      "cd /sys/fs/cgroup && mkdir a && echo $$ > a/cgroup.procs && cat /proc/self/cgroup;"
      "(echo max > pids.max) 2>/dev/null || echo refused; exec /probe wait");
  ASSERT_TRUE(eventually([&] { return contains(output_of(id), "refused"); })) << output_of(id);
  EXPECT_EQ(output_of(id), "0::/a\nrefused\n") << error_of(id);
  const std::string top = cgroups_with(id).front();
  std::set<std::string> handed_on;
  for (const std::string& line : read_lines("/sys/kernel/cgroup/delegate"))
    handed_on.insert(line);
  EXPECT_EQ(owner(top), 100000U);
  EXPECT_TRUE(handed_on.contains("cgroup.procs"));
  for (const std::string& one : list_directory(top))
    if (one != "a") {
      EXPECT_EQ(owner(top + "/" + one), handed_on.contains(one) ? 100000U : 0U) << one;
    }
  const Result inside = exec(id, {"/bin/sh", "-c", "cat /proc/self/cgroup"});
  EXPECT_EQ(inside.code, 0) << inside;
}

TEST_F(CgroupV2, AnotherUserOfTheHostOwnsAWritableCgroupToo) {
  WPAR_SKIP_PEER("crun", "1.8.1 hands nothing on without an annotation");
  mount_cgroups_writable();
  bundle().config["process"]["user"] = {{"uid", 1234}, {"gid", 1234}};
  const std::string id = start_waiting();
  EXPECT_EQ(owner(folder(id, "")), 1234U);
  EXPECT_EQ(owner(folder(id, "") + "/cgroup.procs"), 1234U);
  EXPECT_EQ(owner(folder(id, "") + "/pids.max"), 0U);
  const Result made = exec(id, {"mkdir", "/sys/fs/cgroup/a"});
  EXPECT_EQ(made.code, 0) << made;
}

TEST_F(CgroupV2, NobodyOwnsACgroupThatIsMountedReadOnly) {
  map_users();
  const std::string id = start_waiting();
  EXPECT_EQ(owner(folder(id, "")), 0U);
  EXPECT_EQ(owner(folder(id, "") + "/cgroup.procs"), 0U);
  const Result refused = exec(id, {"mkdir", "/sys/fs/cgroup/a"});
  EXPECT_NE(refused.code, 0);
}

TEST_F(CgroupV2, ExecGoesBesideInitWhereItsCgroupTakesNoProcesses) {
  WPAR_SKIP_PEER("runc", "1.1.5 may fail with the device busy");
  mount_cgroups_writable();
  bundle().config["process"]["capabilities"]["effective"].push_back("CAP_DAC_OVERRIDE");
  // A service manager inside moves itself below and hands controllers on.
  const std::string id = start_shell(
      "cd /sys/fs/cgroup && mkdir init && echo 1 > init/cgroup.procs &&"
      "echo +memory > cgroup.subtree_control && touch /ready; exec /probe wait");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); })) << error_of(id);
  EXPECT_EQ(exec(id, {"cat", "/proc/self/cgroup"}).out, "0::/init\n");
  EXPECT_EQ(runtime()({"pause", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "paused");
  EXPECT_EQ(runtime()({"resume", id}).code, 0);
  const Result listed = runtime()({"ps", "--format", "json", id});
  EXPECT_EQ(listed.out, fmt::format("[{}]\n", runtime().pid(id))) << listed;
}

// cgroup-v2.rst, "No Internal Process Constraint".
TEST_F(CgroupV2, ALimitBelowACgroupWithProcessesIsRefused) {
  const std::string parent = host_path(name("-busy"));
  make_directories(parent);
  Command command;
  command.argv = {"/bin/sh", "-c", "echo $$ > " + parent + "/cgroup.procs && exec sleep 1000"};
  Process sleeper(command);
  ASSERT_TRUE(eventually([&] { return !read_text(parent + "/cgroup.procs").empty(); }));
  resources()["memory"] = {{"limit", 64 << 20}};
  const Result refused = run_in("/" + name("-busy") + "/below");
  EXPECT_NE(refused.code, 0);
  if (runtime().is_ours())
    expect_one_line(refused, "the cgroup " + parent + " has processes of its own");
  expect_nothing_but({parent});
  EXPECT_EQ(read_trimmed(parent + "/cgroup.subtree_control"), "");
  EXPECT_EQ(read_trimmed(parent + "/cgroup.type"), "domain");
  resources().erase("memory");
  const Result without = run_in("/" + name("-busy") + "/below");
  EXPECT_EQ(without.code, 0) << "a container without limits can be there" << without;
  resources()["memory"] = {{"limit", 64 << 20}};
  sleeper.signal(SIGKILL);
  sleeper.wait();
  EXPECT_EQ(run_in("/" + name("-busy") + "/below").code, 0) << "and with nobody in it it works";
  remove_cgroups_with(temp_->tag());
}

TEST_F(CgroupV2, AThreadedCgroupTakesNoContainer) {
  const std::string domain = host_path(name("-domain"));
  make_directories(domain + "/threads");
  ASSERT_TRUE(try_write(domain + "/threads/cgroup.type", "threaded"));
  for (const char* below : {"/threads", "/beside", "/threads/below"}) {
    const std::string path = name("-domain") + below;
    const Result refused = run_in("/" + path);
    EXPECT_NE(refused.code, 0) << below;
    if (runtime().is_ours())
      expect_one_line(refused, host_path(path));
    EXPECT_EQ(exists(host_path(path)), path.ends_with("/threads")) << below;
  }
  remove_cgroups_with(temp_->tag());
}

TEST_F(CgroupV2, AGroupDiesTogetherWhenMemoryIsShort) {
  const auto survives = [&](const char* group) {
    resources()["memory"] = {{"limit", 32 << 20}, {"swap", 32 << 20}};
    resources()["unified"] = {{"memory.oom.group", group}};
    return run_shell("/probe eat 100 & wait; echo alive").out == "alive\n";
  };
  EXPECT_FALSE(survives("1"));
  EXPECT_TRUE(survives("0")) << "only the one that eats is killed";
}

TEST_F(CgroupV2, DeleteEndsProcessesThatMultiply) {
  bundle().drop_namespace("pid");
  resources()["pids"] = {{"limit", 200}};
  const std::string id =
      start_shell("f() { while :; do sleep 0.02 & f & sleep 0.05; done; }; f & f & wait");
  const std::string top = folder(id, "");
  EXPECT_TRUE(eventually([&] { return read_lines(top + "/cgroup.procs").size() > 20; }));
  const Result deleted = runtime()({"delete", "--force", id});
  EXPECT_EQ(deleted.code, 0) << deleted;
  EXPECT_FALSE(exists(top));
  adopted_children();
}

}  // namespace
}  // namespace wpar::test
