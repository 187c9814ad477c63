// SPDX-License-Identifier: Apache-2.0
// Namespaces: new ones, inherited ones, joined ones, user namespace maps, names and sysctls in
// them.
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

// The specification's word → the name in /proc/PID/ns.
const std::map<std::string, std::string> kNames = {
    {"pid", "pid"},   {"network", "net"},   {"ipc", "ipc"},   {"uts", "uts"},
    {"mount", "mnt"}, {"cgroup", "cgroup"}, {"user", "user"}, {"time", "time"}};

std::string own_namespace(const std::string& name) {
  char target[128] = "";
  if (::readlink(("/proc/self/ns/" + name).c_str(), target, sizeof target - 1) < 0)
    return "";
  return target;
}

bool kernel_is_at_least(int major, int minor) {
  utsname info = {};
  int found_major = 0;
  int found_minor = 0;
  return ::uname(&info) == 0 &&
         std::sscanf(info.release, "%d.%d", &found_major, &found_minor) == 2 &&
         std::pair(found_major, found_minor) >= std::pair(major, minor);
}

class Namespaces : public ContainerTest {
 protected:
  void map_users() {
    bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
    const Json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
    bundle().config["linux"]["uidMappings"] = map;
    bundle().config["linux"]["gidMappings"] = map;
    EXPECT_EQ(::chown(bundle().root().c_str(), 100000, 100000), 0);
  }
};

TEST_F(Namespaces, ListedOnesAreNewAndOthersAreTheCallers) {
  bundle().drop_namespace("ipc");
  const Json seen = facts();
  for (const auto& [word, name] : kNames) {
    const bool is_new =
        word == "pid" || word == "network" || word == "uts" || word == "mount" || word == "cgroup";
    EXPECT_EQ(seen["namespaces"][name] != own_namespace(name), is_new) << word;
  }
  EXPECT_EQ(seen["pid"], 1);
}

TEST_F(Namespaces, WithoutAPidNamespaceTheProcessHasAHostPid) {
  bundle().drop_namespace("pid");
  EXPECT_GT(facts()["pid"], 1);
}

// Everything the container mounts stays out of the inherited namespace, and ends with its
// processes.
TEST_F(Namespaces, WithoutAMountNamespaceTheRootIsADetachedTree) {
  if (!kernel_is_at_least(6, 15))
    GTEST_SKIP() << "mounts on a detached tree need Linux 6.15";
  bundle().drop_namespace("mount");
  const std::string id = start_waiting();
  const std::string root = fmt::format("/proc/{}/root", runtime().pid(id));
  struct stat info = {};
  EXPECT_EQ(::stat((root + "/proc/1").c_str(), &info), 0);
  for (const std::string& line : read_lines("/proc/self/mountinfo"))
    EXPECT_FALSE(contains(line, bundle().path())) << line;
  EXPECT_EQ(exec_facts(id)["namespaces"]["mnt"], own_namespace("mnt"));
}

class JoinNamespace : public ContainerTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(JoinNamespace, ByPathOfAnotherContainer) {
  const std::string word = GetParam();
  const std::string first = start_waiting();
  const std::string path = fmt::format("/proc/{}/ns/{}", runtime().pid(first), kNames.at(word));
  char target[128] = "";
  ASSERT_GT(::readlink(path.c_str(), target, sizeof target - 1), 0);
  bundle().set_namespace(word, path);
  if (word == "uts")
    bundle().config.erase("hostname");
  bundle().args({"/probe"});
  const Json seen = facts();
  EXPECT_EQ(seen["namespaces"][kNames.at(word)], target);
  if (word == "pid") {
    EXPECT_GT(seen["pid"], 1);
  }
  if (word == "uts") {
    EXPECT_EQ(seen["hostname"], "wpartest");
  }
}

INSTANTIATE_TEST_SUITE_P(Kind, JoinNamespace,
                         ::testing::Values("pid", "network", "ipc", "uts", "cgroup"));

TEST_F(Namespaces, AStoppedContainerThatJoinedAPidNamespaceIsSeenAsStopped) {
  const std::string first = start_waiting();
  bundle().set_namespace("pid", fmt::format("/proc/{}/ns/pid", runtime().pid(first)));
  const std::string second = start_waiting();
  EXPECT_EQ(runtime()({"kill", second, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(second, "stopped"));
  EXPECT_EQ(runtime().status(first), "running");
}

TEST_F(Namespaces, AWrongKindOfFileIsRefused) {
  bundle().set_namespace("network", "/proc/self/ns/uts");
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/proc/self/ns/uts");
}

TEST_F(Namespaces, AMissingNamespaceFileIsRefused) {
  bundle().set_namespace("network", *temp_ / "none");
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "no such file or directory") ||
              contains(result.err, "No such file or directory"))
      << result;
}

TEST_F(Namespaces, AUserNamespaceMapsIds) {
  map_users();
  const Json seen = facts();
  EXPECT_NE(seen["namespaces"]["user"], own_namespace("user"));
  ASSERT_EQ(seen["uid_map"].size(), 1u);
  std::string map;
  for (const std::string& word : split(seen["uid_map"][0].get<std::string>(), ' '))
    if (!word.empty())
      map += word + " ";
  EXPECT_EQ(map, "0 100000 65536 ");
  EXPECT_EQ(seen["uid"], 0);
  EXPECT_EQ(seen["gid_map"].size(), 1u);
}

TEST_F(Namespaces, InAUserNamespaceTheProcessRunsAsTheMappedHostUser) {
  map_users();
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  const std::string id = start_waiting();
  const std::string status = read_text(fmt::format("/proc/{}/status", runtime().pid(id)));
  EXPECT_TRUE(contains(status, "Uid:\t101000\t101000\t101000\t101000")) << status;
}

TEST_F(Namespaces, DevicesWorkInAUserNamespace) {
  map_users();
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  const Result result = run_shell(
      "echo x > /dev/null && head -c 4 /dev/zero | wc -c && head -c 2 /dev/urandom | wc -c");
  EXPECT_EQ(result.out, "4\n2\n") << result;
}

TEST_F(Namespaces, MapsWithoutAUserNamespaceAreRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 ignores them");
  bundle().config["linux"]["uidMappings"] = {{{"containerID", 0}, {"hostID", 0}, {"size", 1}}};
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Namespaces, ExecJoinsEveryNamespaceOfTheContainer) {
  map_users();
  const std::string id = start_waiting();
  const Json seen = exec_facts(id);
  for (const auto& [word, name] : kNames) {
    if (word == "time")
      continue;
    char target[128] = "";
    const std::string path = fmt::format("/proc/{}/ns/{}", runtime().pid(id), name);
    ASSERT_GT(::readlink(path.c_str(), target, sizeof target - 1), 0);
    EXPECT_EQ(seen["namespaces"][name], target) << word;
  }
}

TEST_F(Namespaces, ATimeNamespaceHasTheOffsetsAskedFor) {
  WPAR_SKIP_PEER("runc", "1.1.5 has no time namespaces");
  WPAR_SKIP_PEER("crun", "1.8.1 cannot write the offsets on this kernel");
  bundle().config["linux"]["namespaces"].push_back({{"type", "time"}});
  bundle().config["linux"]["timeOffsets"] = {{"monotonic", {{"secs", 172800}, {"nanosecs", 5}}},
                                             {"boottime", {{"secs", 604800}}}};
  const Json seen = facts();
  EXPECT_NE(seen["namespaces"]["time"], own_namespace("time"));
  std::string words;
  for (const Json& line : seen["timens_offsets"])
    for (const std::string& word : split(line.get<std::string>(), ' '))
      if (!word.empty())
        words += word + " ";
  EXPECT_EQ(words, "monotonic 172800 5 boottime 604800 0 ");
}

TEST_F(Namespaces, TimeOffsetsGoWithAUserNamespaceThatIsNewOrJoined) {
  WPAR_SKIP_PEER("runc", "1.1.5 has no time namespaces");
  WPAR_SKIP_PEER("crun", "1.8.1 cannot write the offsets on this kernel");
  bundle().config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 604800}}}};
  bundle().set_namespace("time", "");
  map_users();
  const std::string first = start_waiting();
  EXPECT_TRUE(contains(exec(first, {"cat", "/proc/self/timens_offsets"}).out, " 604800 "));
  bundle().set_namespace("user", fmt::format("/proc/{}/ns/user", runtime().pid(first)));
  bundle().args({"/probe"});
  const Json seen = facts();
  EXPECT_TRUE(contains(seen["timens_offsets"].dump(), " 604800 ")) << seen["timens_offsets"];
}

TEST_F(Namespaces, ATimeNamespaceIsJoinedByPathAndKeepsItsOffsets) {
  WPAR_SKIP_PEER("runc", "1.1.5 has no time namespaces");
  WPAR_SKIP_PEER("crun", "1.8.1 cannot write the offsets on this kernel");
  bundle().set_namespace("time", "");
  bundle().config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 604800}}}};
  const std::string first = start_waiting();
  bundle().set_namespace("time", fmt::format("/proc/{}/ns/time", runtime().pid(first)));
  bundle().args({"/probe"});
  const Result refused = run_bundle();
  EXPECT_NE(refused.code, 0) << "offsets are for a new one only";
  expect_one_line(refused, "/linux/timeOffsets: time offsets need a new time namespace");
  bundle().config["linux"].erase("timeOffsets");
  const Json seen = facts();
  char target[128] = "";
  ASSERT_GT(::readlink(fmt::format("/proc/{}/ns/time", runtime().pid(first)).c_str(), target, 127),
            0);
  EXPECT_EQ(seen["namespaces"]["time"], target);
}

TEST_F(Namespaces, TimeOffsetsThatTheKernelCannotHaveAreNamed) {
  bundle().config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 1}}}};
  EXPECT_NE(run_bundle().code, 0) << "no time namespace";
  bundle().config["linux"]["namespaces"].push_back({{"type", "time"}});
  for (const std::int64_t secs : {std::int64_t{9000000000000}, std::int64_t{-9000000000}}) {
    bundle().config["linux"]["timeOffsets"]["boottime"]["secs"] = secs;
    const Result refused = run_bundle();
    EXPECT_NE(refused.code, 0);
    if (runtime().is_ours())
      expect_one_line(refused, "/linux/timeOffsets: ");
  }
}

TEST_F(Namespaces, AUserNamespaceIsJoinedByPath) {
  map_users();
  const std::string first = start_waiting();
  bundle().set_namespace("user", fmt::format("/proc/{}/ns/user", runtime().pid(first)));
  bundle().args({"/probe"});
  const Json seen = facts();
  char target[128] = "";
  ASSERT_GT(::readlink(fmt::format("/proc/{}/ns/user", runtime().pid(first)).c_str(), target, 127),
            0);
  EXPECT_EQ(seen["namespaces"]["user"], target);
  EXPECT_EQ(seen["uid"], 0);
  EXPECT_EQ(seen["uid_map"].size(), 1u);
}

TEST_F(Namespaces, HostAndDomainNameAreSetInsideOnly) {
  bundle().config["hostname"] = "inside-name";
  WPAR_SKIP_PEER("runc", "1.1.5 has no domainname");
  bundle().config["domainname"] = "inside.domain";
  const Json seen = facts();
  EXPECT_EQ(seen["hostname"], "inside-name");
  EXPECT_EQ(seen["domainname"], "inside.domain");
}

TEST_F(Namespaces, AHostNameWithoutAUtsNamespaceIsRefused) {
  bundle().drop_namespace("uts");
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/hostname");
}

TEST_F(Namespaces, SysctlsAreWritten) {
  bundle().config["linux"]["sysctl"] = {{"net.ipv4.ip_forward", "1"},
                                        {"kernel.shm_rmid_forced", "1"},
                                        {"net.ipv4.ping_group_range", "0 1000"},
                                        {"fs.mqueue.msg_max", "20"}};
  const Result result =
      run_shell("cd /proc/sys; cat net/ipv4/ip_forward kernel/shm_rmid_forced fs/mqueue/msg_max");
  EXPECT_EQ(result.out, "1\n1\n20\n") << result;
}

TEST_F(Namespaces, SysctlsOfTheUserNamespaceNeedOne) {
  bundle().config["linux"]["sysctl"] = {{"user.max_net_namespaces", "17"}};
  const std::string before = read_text("/proc/sys/user/max_net_namespaces");
  const Result refused = run_bundle();
  EXPECT_NE(refused.code, 0);
  if (runtime().is_ours())
    expect_one_line(refused, "/linux/sysctl/user.max_net_namespaces: needs a user namespace");
  WPAR_SKIP_PEER("runc", "1.1.5 does not know them");
  WPAR_SKIP_PEER("crun", "1.8.1 does not know them");
  map_users();
  EXPECT_EQ(run_shell("cat /proc/sys/user/max_net_namespaces").out, "17\n");
  EXPECT_EQ(read_text("/proc/sys/user/max_net_namespaces"), before);
}

TEST_F(Namespaces, SysctlsOfTheHostAreRefused) {
  const std::string before = read_text("/proc/sys/kernel/panic");
  for (const std::string name : {"kernel.panic", "vm.swappiness", "kernel.core_pattern",
                                 "fs.file-max", "net.../kernel/panic", "kernel.msg/../panic"}) {
    bundle().config["linux"]["sysctl"] = {{name, "7"}};
    const Result result = run_bundle();
    EXPECT_NE(result.code, 0) << name;
    if (runtime().is_ours())
      expect_one_line(result, "/linux/sysctl/");
  }
  EXPECT_EQ(read_text("/proc/sys/kernel/panic"), before);
}

TEST_F(Namespaces, SysctlsNeedTheNamespaceTheyBelongTo) {
  bundle().drop_namespace("network");
  bundle().config["linux"]["sysctl"] = {{"net.ipv4.ip_forward", "1"}};
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Namespaces, TheLoopbackDeviceIsUpInANewNetworkNamespace) {
  const Result result = run_shell("ip -o addr show lo");
  EXPECT_TRUE(contains(result.out, "127.0.0.1")) << result;
}

}  // namespace
}  // namespace wpar::test
