// SPDX-License-Identifier: Apache-2.0
// Every command as an ordinary user: id maps, the state directory, what the kernel does not allow.
#include "tests/support/rootless_test.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/console.h"

namespace wpar::test {
namespace {

class Rootless : public RootlessTest {};

TEST_F(Rootless, MapsTheOwnIdByItself) {
  map_own_id();
  const Json seen = facts();
  EXPECT_EQ(seen["uid"], 0);
  EXPECT_EQ(words_of(seen["uid_map"]), fmt::format("0 {} 1 ", OrdinaryUser::kUid));
  EXPECT_EQ(words_of(seen["gid_map"]), fmt::format("0 {} 1 ", OrdinaryUser::kGid));
  EXPECT_EQ(run_shell("cat /proc/self/setgroups").out, "deny\n");
}

TEST_F(Rootless, MapsRangesWithTheHelpers) {
  map_ranges();
  bundle().config["process"]["user"] = {{"uid", 5}, {"gid", 6}, {"additionalGids", {7}}};
  const std::string id = start_waiting();
  const std::string status = read_text(fmt::format("/proc/{}/status", runtime().pid(id)));
  EXPECT_TRUE(contains(status, "Uid:\t700004\t700004\t700004\t700004")) << status;
  EXPECT_TRUE(contains(status, "Gid:\t700005\t700005\t700005\t700005")) << status;
  EXPECT_TRUE(contains(status, "Groups:\t700006 \n")) << status;
  EXPECT_EQ(exec(id, {"/bin/sh", "-c", "id -u; id -G"}).out, "5\n6 7\n");
}

TEST_F(Rootless, EveryCommandWorks) {
  map_own_id();
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  const Result created = create(id, {"--pid-file", *temp_ / "user/pid"});
  ASSERT_EQ(created.code, 0) << created << error_of(id);
  EXPECT_EQ(runtime().status(id), "created");
  EXPECT_EQ(read_text(*temp_ / "user/pid"), std::to_string(runtime().pid(id)));
  ASSERT_EQ(runtime()({"start", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "running");
  const Result listed = runtime()({"list", "--quiet"});
  EXPECT_EQ(listed.out, id + "\n") << listed;
  EXPECT_EQ(exec(id, {"/bin/sh", "-c", "echo inside; exit 4"}).code, 4);
  EXPECT_EQ(exec_facts(id)["pid"].get<int>() > 1, true);
  EXPECT_NE(runtime()({"delete", id}).code, 0) << "it runs";
  EXPECT_EQ(runtime()({"kill", id, "TERM"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(runtime()({"delete", id}).code, 0);
  EXPECT_EQ(runtime().status(id), "");
}

TEST_F(Rootless, ARunningContainerCanBeKilledAndForcedAway) {
  map_ranges();
  bundle().config["process"]["user"] = {{"uid", 9}, {"gid", 9}};  // not the caller's uid outside
  const std::string id = start_waiting();
  EXPECT_EQ(runtime()({"kill", "--all", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const std::string other = start_waiting();
  EXPECT_EQ(runtime()({"delete", "--force", other}).code, 0);
  EXPECT_EQ(runtime().status(other), "");
}

TEST_F(Rootless, ExecJoinsEveryNamespaceOfTheContainer) {
  map_own_id();
  const std::string id = start_waiting();
  const Json seen = exec_facts(id);
  for (const std::string name : {"pid", "net", "ipc", "uts", "mnt", "cgroup", "user"}) {
    char target[128] = "";
    const std::string path = fmt::format("/proc/{}/ns/{}", runtime().pid(id), name);
    ASSERT_GT(::readlink(path.c_str(), target, sizeof target - 1), 0);
    EXPECT_EQ(seen["namespaces"][name], target) << name;
  }
  EXPECT_EQ(seen["fds"].size(), 3U) << seen["fds"];
}

TEST_F(Rootless, TheExampleConfigurationRunsAsItIs) {
  ASSERT_EQ(
      run(as_user({runtime().program(), "spec", "--rootless", "--bundle", bundle().path()})).code,
      0);
  int slave = -1;
  Terminal terminal = Terminal::open_pair(&slave);
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.terminal = slave;
  Process process(command);
  ::close(slave);
  terminal.type("echo $((6*7)) from $(id -u); exit 7\n");
  EXPECT_TRUE(contains(terminal.read_until("42 from 0", Milliseconds(15000)), "42 from 0"))
      << terminal.read_until("");
  EXPECT_EQ(process.wait().code, 7);
}

TEST_F(Rootless, AConfigurationWithoutAUserNamespaceGetsOne) {
  const std::string id = start_waiting();
  const Json seen = exec_facts(id);
  EXPECT_EQ(seen["uid"], 0);
  EXPECT_EQ(words_of(seen["uid_map"]),
            fmt::format("0 {} 1 1 {} {} ", OrdinaryUser::kUid, OrdinaryUser::kFirstSubId,
                        OrdinaryUser::kSubIds));
  EXPECT_EQ(seen["status"]["CapEff"], "0000000020000420");
}

TEST_F(Rootless, WithoutRangesThatNamespaceHasOneId) {
  user_->take_sub_ids();
  EXPECT_EQ(words_of(facts()["uid_map"]), fmt::format("0 {} 1 ", OrdinaryUser::kUid));
  bundle().config["process"]["user"] = {{"uid", 5}, {"gid", 0}};
  expect_one_line(run_bundle(), "/process/user/uid: 5 is not in /linux/uidMappings");
}

TEST_F(Rootless, WithoutTheHelpersThatNamespaceHasOneId) {
  user_->cover(find_program("newuidmap"), "", 0644);
  EXPECT_EQ(words_of(facts()["uid_map"]), fmt::format("0 {} 1 ", OrdinaryUser::kUid));
}

TEST_F(Rootless, RangesNeedTheHelpers) {
  map_ranges();
  user_->cover(find_program("newuidmap"), "", 0644);
  const Result result = run_bundle();
  expect_one_line(result, "newuidmap, which is not installed");
  EXPECT_TRUE(contains(result.err, "package uidmap")) << result;
}

TEST_F(Rootless, RangesOfSomebodyElseAreRefusedByName) {
  map_ranges();
  bundle().config["linux"]["uidMappings"][1]["hostID"] = 900000;
  const Result result = run_bundle();
  expect_one_line(result, "/linux/uidMappings: ");
  EXPECT_TRUE(contains(result.err, "1 900000 1000")) << result;
  EXPECT_TRUE(contains(result.err, "/etc/subuid")) << result;
  bundle().config["linux"]["uidMappings"] = bundle().config["linux"]["gidMappings"];
  bundle().config["linux"]["uidMappings"][0]["hostID"] = 0;
  EXPECT_NE(run_bundle().code, 0) << "root is nobody's to map";
}

TEST_F(Rootless, AHelperIsNeverTakenFromTheCurrentDirectory) {
  const std::string folder = *temp_ / "user/cwd";
  OrdinaryUser::make_own_directory(folder);
  for (const char* name : {"newuidmap", "newgidmap"})
    write_text(folder + "/" + name, "#!/bin/sh\ntouch " + folder + "/taken\n", 0755);
  map_ranges();
  bundle().args({"/bin/true"});
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.cwd = folder;
  command.env = {{"PATH=:.:./:", "XDG_RUNTIME_DIR=" + *temp_ / "user"}};
  const Result result = run(command);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_FALSE(exists(folder + "/taken"));
  // The twin: an absolute folder of the user's PATH is his choice.
  command.env = {{"PATH=" + folder, "XDG_RUNTIME_DIR=" + *temp_ / "user"}};
  run(command);
  EXPECT_TRUE(exists(folder + "/taken"));
}

TEST_F(Rootless, AHelperThatDiesIsAnErrorAndLeavesNothing) {
  replace_helper("kill -9 $$");
  map_ranges();
  expect_one_line(run_bundle(), "newuidmap was killed by signal 9");
  EXPECT_EQ(runtime()({"list", "--quiet"}).out, "");
}

TEST_F(Rootless, ARuntimeKilledWhileItWaitsForTheHelperLeavesNothing) {
  replace_helper("touch " + *temp_ / "user/waiting" + "; exec sleep 3");
  map_ranges();
  bundle().write();
  const std::string id = new_id();
  Process process(runtime().command({"run", "--bundle", bundle().path(), id}));
  ASSERT_TRUE(eventually([&] { return exists(*temp_ / "user/waiting"); }, Milliseconds(15000)));
  process.signal(SIGKILL);
  process.wait();
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);
  EXPECT_EQ(runtime()({"list", "--quiet"}).out, "");
  // Init sees the end of its channel; only the helper is still asleep.
  EXPECT_TRUE(eventually([] { return adopted_children().empty(); }, Milliseconds(10000)));
}

TEST_F(Rootless, TheStateOfAnotherUserIsOutOfReach) {
  map_own_id();
  const std::string theirs = *temp_ / "theirs";
  make_directories(theirs, 0755);
  for (const std::string verb : {"state", "start", "kill", "delete", "exec"}) {
    Command command = as_user({runtime().program(), "--root", theirs, verb, "some"});
    if (verb == "exec")
      command.argv.push_back("true");
    expect_one_line(run(command), "the state root must belong to uid");
  }
  EXPECT_EQ(::chmod(theirs.c_str(), 0777), 0);
  expect_one_line(run(as_user({runtime().program(), "--root", theirs, "list"})),
                  "the state root must belong to uid");
  EXPECT_EQ(run(as_user({runtime().program(), "--root", *temp_ / "user/mine", "list"})).code, 0);
}

TEST_F(Rootless, TheDefaultStateRootIsInTheRuntimeDirectory) {
  map_own_id();
  bundle().args({"/probe", "wait"});
  bundle().write();
  const std::string id = "wt-" + temp_->tag();
  const auto call = [&](std::vector<std::string> words) {
    words.insert(words.begin(), runtime().program());
    return run(as_user(std::move(words)));
  };
  ASSERT_EQ(call({"run", "--detach", "--bundle", bundle().path(), id}).code, 0);
  struct stat info = {};
  ASSERT_EQ(::stat((*temp_ / "user/runwpar").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 01700U);
  EXPECT_TRUE(exists(*temp_ / ("user/runwpar/" + id)));
  EXPECT_EQ(call({"delete", "--force", id}).code, 0);
}

TEST_F(Rootless, WithoutARuntimeDirectoryTheUserIsTold) {
  Command command = as_user({runtime().program(), "list"});
  command.env = {{"PATH=/usr/bin:/bin"}};
  expect_one_line(run(command), "XDG_RUNTIME_DIR");
  command.argv.back() = "features";
  EXPECT_EQ(run(command).code, 0) << "needs no state";
}

TEST_F(Rootless, TheBinaryThatEntersIsASealedCopy) {
  map_own_id();
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0) << error_of(id);
  const std::string exe = fmt::format("/proc/{}/exe", runtime().pid(id));
  EXPECT_LT(::open(exe.c_str(), O_RDWR | O_CLOEXEC), 0);
  const int fd = ::open(exe.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  EXPECT_EQ(::fcntl(fd, F_GET_SEALS) & all, all);
  ::close(fd);
}

TEST_F(Rootless, TheOomScoreCanBeRaisedAndAForbiddenLoweringIsPassedOver) {
  map_own_id();
  bundle().config["process"]["oomScoreAdj"] = 321;
  EXPECT_EQ(facts()["oom_score_adj"], "321");
  const std::string id = start_waiting();
  EXPECT_EQ(exec_facts(id)["oom_score_adj"], "321");
  bundle().args({"/probe"});
  bundle().config["process"]["oomScoreAdj"] = -900;
  EXPECT_EQ(facts()["oom_score_adj"], read_trimmed("/proc/self/oom_score_adj"));
}

TEST_F(Rootless, ATimeNamespaceHasTheOffsetsAskedFor) {
  bundle().set_namespace("time", "");
  bundle().config["linux"]["timeOffsets"] = {{"boottime", {{"secs", 604800}}}};
  bundle().args({"/bin/cat", "/proc/self/timens_offsets", "/proc/uptime"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(contains(result.out, " 604800 ")) << result;
}

TEST_F(Rootless, DevicesTerminalsAndQueuesWork) {
  map_own_id();
  const Result result = run_shell(
      "echo x > /dev/null && head -c 4 /dev/zero | wc -c && test -c /dev/pts/ptmx && "
      "test -d /dev/mqueue && touch /dev/shm/a && echo fine");
  EXPECT_EQ(result.out, "4\nfine\n") << result;
}

TEST_F(Rootless, WithTheHostsNamespacesTheHostsMountsAreShown) {
  map_own_id();
  for (const char* type : {"network", "ipc", "pid"})
    bundle().drop_namespace(type);
  bundle().drop_mount("/dev/mqueue");  // a host without one mounted has nothing to show
  const Result result = run_shell(
      "test -d /sys/class && test -d /proc/1 && touch /sys/fs/cgroup/x || echo read-only");
  EXPECT_TRUE(contains(result.out, "read-only")) << result;
}

TEST_F(Rootless, AHardLimitThatNeedsPrivilegesIsExplained) {
  map_own_id();
  bundle().config["process"]["rlimits"] = {
      {{"type", "RLIMIT_NOFILE"}, {"soft", 1ULL << 40}, {"hard", 1ULL << 40}}};
  expect_one_line(run_bundle(), "RLIMIT_NOFILE");
}

TEST_F(Rootless, ALimitWithoutACgroupIsRefused) {
  map_own_id();
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 10}};
  expect_one_line(run_bundle(), "/linux/resources/pids");
}

TEST_F(Rootless, HooksRunAsTheUser) {
  map_own_id();
  const std::string file = *temp_ / "user/hook";
  bundle().hook("createRuntime", {{"path", "/bin/sh"}, {"args", {"sh", "-c", "id -u > " + file}}});
  EXPECT_EQ(run_shell("true").code, 0);
  EXPECT_EQ(read_text(file), std::to_string(OrdinaryUser::kUid) + "\n");
}

// As an engine without privileges calls us: root, but not of the host.
class RootOfAUserNamespace : public RootlessTest,
                             public ::testing::WithParamInterface<std::vector<std::string>> {
 protected:
  // One namespace for every call of the script, or exec could not join. $R is the runtime; what is
  // printed is in the file "out".
  Result run_script(const std::string& script) {
    std::vector<std::string> argv = OrdinaryUser::call();
    argv.push_back("unshare");
    for (const std::string& word : GetParam())
      argv.push_back(word);
    argv.insert(argv.end(), {"/bin/sh", "-c", script});
    Command command;
    command.argv = argv;
    command.env = {{"PATH=/usr/bin:/bin", "XDG_RUNTIME_DIR=" + *temp_ / "user",
                    "R=" + runtime().program() + " --root " + runtime().root()}};
    command.output_path = *temp_ / "out";
    return run(command);
  }
};

TEST_P(RootOfAUserNamespace, RunsAndExecs) {
  write_text(*temp_ / "user/all", "", 0644);
  bundle().args({"/probe", "wait"});
  bundle().write();
  const Result result =
      run_script(fmt::format("$R run -d --bundle {} web && "
                             "$R exec web /bin/sh -c 'id -u; cat /proc/self/uid_map' && "
                             "$R list -q; $R delete --force web",
                             bundle().path()));
  EXPECT_EQ(result.code, 0) << result;
  std::string words;
  for (const std::string& word : split(read_text(*temp_ / "out"), ' '))
    words += word.empty() ? "" : word + " ";
  EXPECT_EQ(words, fmt::format("0\n 0 {} 1\nweb\n ", OrdinaryUser::kUid));
}

// The runtime may enter the other's pid namespace there, but not come back to its own.
TEST_P(RootOfAUserNamespace, HooksStayOutOfAJoinedPidNamespace) {
  bundle().args({"/probe", "wait"});
  bundle().write();
  bundle().set_namespace("pid", "/proc/PID/ns/pid");
  bundle().hook(
      "createRuntime",
      {{"path", "/bin/sh"},
       {"args", {"sh", "-c", "/bin/readlink /proc/self/ns/pid >" + *temp_ / "user/hook"}}});
  write_text(*temp_ / "user/config", bundle().config.dump(), 0644);
  const Result result =
      run_script(fmt::format("$R run -d --bundle {0} one && "
                             "pid=$($R state one | sed -n 's/.*\"pid\": \\([0-9]*\\).*/\\1/p') && "
                             "sed s/PID/$pid/ {1}/config >{1}/config.json && "
                             "$R run -d --bundle {0} --config {1}/config.json two; "
                             "two=$($R state two | sed -n 's/.*\"pid\": \\([0-9]*\\).*/\\1/p'); "
                             "readlink /proc/$pid/ns/pid /proc/$two/ns/pid /proc/self/ns/pid; "
                             "$R delete --force two; $R delete --force one",
                             bundle().path(), *temp_ / "user"));
  EXPECT_EQ(result.code, 0) << result;
  const std::string printed = read_text(*temp_ / "out");
  const std::vector<std::string> lines = split(printed, '\n');
  ASSERT_GE(lines.size(), 3u) << printed << result;
  EXPECT_EQ(lines[0], lines[1]) << printed << result;
  EXPECT_NE(lines[0], lines[2]) << printed;
  EXPECT_EQ(read_trimmed(*temp_ / "user/hook"), lines[2]);
}

TEST_P(RootOfAUserNamespace, HooksStayOutOfANewTimeNamespace) {
  bundle().args({"/bin/sh", "-c", "readlink /proc/self/ns/time; cat /proc/self/timens_offsets"});
  bundle().set_namespace("time", "");
  bundle().hook(
      "createRuntime",
      {{"path", "/bin/sh"},
       {"args", {"sh", "-c", "/bin/readlink /proc/self/ns/time >" + *temp_ / "user/hook"}}});
  for (const int offset : {0, 604800}) {
    if (offset != 0)
      bundle().config["linux"]["timeOffsets"] = {{"boottime", {{"secs", offset}}}};
    bundle().write();
    write_text(*temp_ / "out", "");
    const Result result = run_script(
        fmt::format("readlink /proc/self/ns/time; $R run --bundle {} one", bundle().path()));
    EXPECT_EQ(result.code, 0) << result;
    const std::string printed = read_text(*temp_ / "out");
    const std::vector<std::string> lines = split(printed, '\n');
    ASSERT_GE(lines.size(), 4u) << printed << result;
    EXPECT_NE(lines[0], lines[1]) << printed;
    EXPECT_EQ(read_trimmed(*temp_ / "user/hook"), lines[0]);
    EXPECT_TRUE(contains(lines[3], fmt::format(" {} ", offset))) << printed;
  }
}

INSTANTIATE_TEST_SUITE_P(Kind, RootOfAUserNamespace,
                         ::testing::Values(std::vector<std::string>{"-r", "-m"},
                                           std::vector<std::string>{"-r"}));

}  // namespace
}  // namespace wpar::test
