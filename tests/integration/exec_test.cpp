// SPDX-License-Identifier: Apache-2.0
// exec: more processes in a container.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Exec : public ContainerTest {
 protected:
  static bool has(const Json& words, const std::string& word) {
    return std::find(words.begin(), words.end(), Json(word)) != words.end();
  }
};

TEST_F(Exec, GivesTheExitCodeAndTheOutput) {
  const std::string id = start_waiting();
  const Result result = exec(id, {"/bin/sh", "-c", "echo out; echo err >&2; exit 9"});
  EXPECT_EQ(result.code, 9);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(exec(id, {"/bin/sh", "-c", "kill -9 $$"}).code, 137);
}

TEST_F(Exec, PassesStdin) {
  const std::string id = start_waiting();
  Command command = runtime().command({"exec", id, "cat"});
  command.input = "through";
  EXPECT_EQ(run(command).out, "through");
}

TEST_F(Exec, StopsReadingOptionsAtTheProgram) {
  const std::string id = start_waiting();
  const Result result = exec(id, {"/probe", "facts", "--user", "-d", "-x"});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(Json::parse(result.out)["args"], (Json{"/probe", "facts", "--user", "-d", "-x"}));
}

TEST_F(Exec, InheritsTheProcessOfTheContainer) {
  bundle().config["process"]["env"].push_back("MINE=1");
  bundle().config["process"]["cwd"] = "/tmp";
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}, {"additionalGids", {50}}};
  const std::string id = start_waiting();
  const Json seen = exec_facts(id);
  EXPECT_TRUE(has(seen["env"], "MINE=1"));
  EXPECT_EQ(seen["cwd"], "/tmp");
  EXPECT_EQ(seen["uid"], 1000);
  EXPECT_EQ(seen["nnp"], 1);
  EXPECT_EQ(seen["status"]["CapBnd"], "0000000020000420");
  EXPECT_EQ(seen["status"]["CapEff"], "0000000000000000");
  EXPECT_EQ(seen["rlimits"]["NOFILE"], Json({1024, 1024}));
}

TEST_F(Exec, OptionsReplaceUserDirectoryAndAddEnvironment) {
  const std::string id = start_waiting();
  const Json seen =
      exec_facts(id, {"--user", "1000:50", "--cwd", "/tmp", "--env", "A=1", "--env", "B=2"});
  EXPECT_EQ(seen["uid"], 1000);
  EXPECT_EQ(seen["gid"], 50);
  EXPECT_EQ(seen["cwd"], "/tmp");
  EXPECT_TRUE(has(seen["env"], "A=1") && has(seen["env"], "B=2"));
  EXPECT_TRUE(has(seen["env"], "PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
  EXPECT_TRUE(has(seen["env"], "HOME=/home/alice")) << seen["env"];
}

TEST_F(Exec, UsersAreNumbersOrRefused) {
  write_text(bundle().in_root("/etc/passwd"),
             "root:x:0:0::/root:/bin/sh\n1000:x:0:0::/root:/bin/sh\n"
             "4294967296:x:0:0::/root:/bin/sh\nalice:x:0:0::/:/bin/sh\n");
  const std::string id = start_waiting();
  EXPECT_EQ(exec_facts(id, {"--user", "1000"})["uid"], 1000);
  for (const std::string word :
       {"4294967296", "4294967295", "-1", "0x10", "18446744073709551616", "1000:", "1:x"}) {
    const Result result = exec(id, {"id", "-u"}, {"--user=" + word});
    if (runtime().is_ours()) {
      EXPECT_EQ(result.code, 255) << word << result;
    } else {
      EXPECT_FALSE(result.timed_out);
    }
  }
}

TEST_F(Exec, CapabilitiesAreNeverInheritable) {
  const std::string id = start_waiting();
  const Json status = exec_facts(id, {"--cap", "CAP_NET_RAW"})["status"];
  EXPECT_EQ(status["CapInh"], "0000000000000000");
  EXPECT_EQ(status["CapBnd"], "0000000020002420");
}

TEST_F(Exec, AProcessFileReplacesTheProcess) {
  const std::string id = start_waiting();
  Json process = bundle().config["process"];
  process["args"] = {"/probe"};
  process["env"] = {"ONLY=this"};
  process["cwd"] = "/etc";
  process["user"] = {{"uid", 77}, {"gid", 88}, {"umask", 7}};
  write_text(*temp_ / "process.json", process.dump());
  const Result result = runtime()({"exec", "--process", *temp_ / "process.json", id});
  ASSERT_EQ(result.code, 0) << result;
  const Json seen = Json::parse(result.out);
  EXPECT_EQ(seen["uid"], 77);
  EXPECT_EQ(seen["cwd"], "/etc");
  EXPECT_EQ(seen["umask"], 7);
  EXPECT_TRUE(has(seen["env"], "ONLY=this"));
  EXPECT_FALSE(has(seen["env"], "PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
}

TEST_F(Exec, AProcessFileSetsEveryMemberAsAConfigurationDoes) {
  const std::string id = start_waiting();
  Json process = bundle().config["process"];
  process["args"] = {"/probe"};
  process["user"] = {{"uid", 77}, {"gid", 88}, {"additionalGids", {5, 6}}};
  process["rlimits"] = {{{"type", "RLIMIT_NOFILE"}, {"soft", 50}, {"hard", 60}}};
  process["noNewPrivileges"] = false;
  process["oomScoreAdj"] = 300;
  process["capabilities"] = {{"bounding", {"CAP_KILL"}},
                             {"permitted", {"CAP_KILL"}},
                             {"effective", {"CAP_KILL"}},
                             {"inheritable", {"CAP_KILL"}},
                             {"ambient", {"CAP_KILL"}}};
  write_text(*temp_ / "process.json", process.dump());
  const Result result = runtime()({"exec", "--process", *temp_ / "process.json", id});
  ASSERT_EQ(result.code, 0) << result;
  const Json seen = Json::parse(result.out);
  EXPECT_EQ(seen["gid"], 88);
  EXPECT_EQ(seen["groups"], Json({5, 6}));
  EXPECT_EQ(seen["rlimits"]["NOFILE"], Json({50, 60}));
  EXPECT_EQ(seen["nnp"], 0);
  EXPECT_EQ(seen["oom_score_adj"], "300");
  for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"})
    EXPECT_EQ(seen["status"][set], "0000000000000020") << set;
}

TEST_F(Exec, AProcessFileKeepsTheContainersLimitsUnlessItHasItsOwn) {
  WPAR_SKIP_PEER("crun", "1.8.1 does not look at the container's");
  const std::string id = start_waiting();
  Json process = bundle().config["process"];
  process["args"] = {"/probe"};
  process.erase("rlimits");
  write_text(*temp_ / "process.json", process.dump());
  const Result result = runtime()({"exec", "--process", *temp_ / "process.json", id});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(Json::parse(result.out)["rlimits"]["NOFILE"], Json({1024, 1024}));
}

TEST_F(Exec, DetachedWritesThePidFileAndReturns) {
  const std::string id = start_waiting();
  const std::string file = *temp_ / "exec.pid";
  const Result result = exec(id, {"sleep", "1000"}, {"--detach", "--pid-file", file});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_LT(result.took.count(), 5000);
  const std::string pid = read_text(file);
  EXPECT_EQ(pid, read_trimmed(file)) << "a newline in the pid file";
  EXPECT_TRUE(
      eventually([&] { return contains(read_text("/proc/" + pid + "/cmdline"), "sleep"); }));
  EXPECT_EQ(read_text("/proc/" + pid + "/cgroup"),
            read_text(fmt::format("/proc/{}/cgroup", runtime().pid(id))));
}

TEST_F(Exec, RuntimeFailuresAre255) {
  const std::string id = start_waiting();
  const Result result = exec(id, {"no-such-program"});
  WPAR_SKIP_PEER("crun", "1.8.1 gives 1");
  EXPECT_EQ(result.code, 255) << result;
  EXPECT_TRUE(contains(result.err, "executable file not found in $PATH")) << result;
  if (runtime().is_ours())
    expect_one_line(result, "exec failed: ");
}

TEST_F(Exec, AStoppedContainerRefuses) {
  const std::string id = start_shell("true");
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  const Result result = exec(id, {"true"});
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "cannot exec in a stopped container");
}

TEST_F(Exec, WorksInACreatedContainer) {
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0);
  const Result result = exec(id, {"cat", "/etc/hostname"});
  EXPECT_EQ(result.out, "from-the-root\n") << result;
  EXPECT_EQ(runtime().status(id), "created");
}

TEST_F(Exec, ManyAtOnceWork) {
  const std::string id = start_waiting();
  std::vector<std::unique_ptr<Process>> all;
  for (int i = 0; i < 12; ++i)
    all.push_back(std::make_unique<Process>(
        runtime().command({"exec", id, "/bin/sh", "-c", fmt::format("exit {}", i)})));
  for (int i = 0; i < 12; ++i)
    EXPECT_EQ(all[static_cast<std::size_t>(i)]->wait().code, i);
}

TEST_F(Exec, EndsWithTheContainer) {
  const std::string id = start_waiting();
  Process process(runtime().command({"exec", id, "sleep", "1000"}));
  ASSERT_TRUE(eventually([&] { return contains(exec(id, {"ps", "-o", "comm"}).out, "sleep"); }));
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_EQ(process.wait().code, 137);
}

}  // namespace
}  // namespace wpar::test
