// SPDX-License-Identifier: Apache-2.0
// What the program is given: words, environment, directory, ids, capabilities, limits.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class ProcessSetup : public ContainerTest {
 protected:
  Json& process() { return bundle().config["process"]; }
  static std::vector<std::string> environment(const Json& seen) { return seen["env"]; }
  static bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }
};

std::string hex_mask(std::initializer_list<unsigned> numbers) {
  std::uint64_t mask = 0;
  for (const unsigned number : numbers)
    mask |= std::uint64_t{1} << number;
  return fmt::format("{:016x}", mask);
}

TEST_F(ProcessSetup, ArgumentsArePassedAsTheyAre) {
  const std::vector<std::string> words = {"/probe",     "facts", "",   "a b",
                                          "\"quoted\"", "$HOME", "-x", "ä"};
  bundle().args(words);
  EXPECT_EQ(facts()["args"], Json(words));
}

TEST_F(ProcessSetup, TheProgramIsLookedUpInTheContainersPath) {
  make_directories(bundle().in_root("/opt/tools"));
  copy_file(bundle().in_root("/probe"), bundle().in_root("/opt/tools/only-here"));
  process()["env"] = {"PATH=/nowhere:/opt/tools"};
  bundle().args({"only-here"});
  EXPECT_EQ(facts()["args"][0], "only-here");
}

TEST_F(ProcessSetup, AMissingProgramIsNamed) {
  bundle().args({"no-such-program"});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "executable file") && contains(result.err, "not found in $PATH"))
      << result;
  if (runtime().is_ours())
    expect_one_line(result, "exec: \"no-such-program\": executable file not found in $PATH");
}

TEST_F(ProcessSetup, AMissingPathIsNamed) {
  bundle().args({"/no/such/program"});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/no/such/program: no such file or directory");
}

TEST_F(ProcessSetup, ADirectoryOrAPlainFileAsProgramIsPermissionDenied) {
  for (const char* program : {"/etc", "/etc/passwd"}) {
    bundle().args({program});
    const Result result = run_bundle();
    EXPECT_NE(result.code, 0);
    if (runtime().is_ours())
      expect_one_line(result, "permission denied");
  }
}

TEST_F(ProcessSetup, ACreatedContainerWithAMissingProgramFailsAtCreate) {
  WPAR_SKIP_PEER("crun", "1.8.1 finds out at create as well, but by another path");
  bundle().args({"no-such-program"});
  EXPECT_NE(create(new_id()).code, 0);
}

TEST_F(ProcessSetup, TheEnvironmentIsExactlyTheConfiguredOnePlusHome) {
  process()["env"] = {"PATH=/bin", "A=1", "EMPTY=", "WITH=a=b c", "A=2"};
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SECRET=of-the-caller", "LANG=C"};
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result;
  const auto env = environment(Json::parse(result.out));
  for (const char* word : {"PATH=/bin", "EMPTY=", "WITH=a=b c", "A=2", "HOME=/root"})
    EXPECT_TRUE(has(env, word)) << word;
  for (const std::string& word : env)
    EXPECT_FALSE(contains(word, "SECRET") || contains(word, "LANG")) << word;
  if (runtime().is_ours()) {
    EXPECT_EQ(env.size(), 5u);
  }
}

TEST_F(ProcessSetup, WithoutAnEnvironmentNothingOfTheCallersLeaks) {
  process().erase("env");
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SECRET=of-the-caller"};
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_FALSE(contains(result.out, "of-the-caller"));
}

TEST_F(ProcessSetup, HomeComesFromThePasswordFile) {
  process()["user"] = {{"uid", 1000}, {"gid", 1000}};
  EXPECT_TRUE(has(environment(facts()), "HOME=/home/alice"));
  process()["env"] = {"PATH=/bin", "HOME=/given"};
  EXPECT_TRUE(has(environment(facts()), "HOME=/given"));
  process()["env"] = {"PATH=/bin"};
  process()["user"] = {{"uid", 4242}, {"gid", 4242}};
  EXPECT_TRUE(has(environment(facts()), "HOME=/"));
}

TEST_F(ProcessSetup, AMissingWorkingDirectoryIsMade) {
  process()["cwd"] = "/made/for/you";
  EXPECT_EQ(facts()["cwd"], "/made/for/you");
  EXPECT_TRUE(exists(bundle().in_root("/made/for/you")));
}

TEST_F(ProcessSetup, ARelativeWorkingDirectoryIsRefused) {
  process()["cwd"] = "relative";
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/process/cwd");
}

TEST_F(ProcessSetup, UserGroupAndGroupsAreSet) {
  process()["user"] = {{"uid", 1234}, {"gid", 2345}, {"additionalGids", {50, 60, 2147483647}}};
  const Json seen = facts();
  EXPECT_EQ(seen["status"]["Uid"], "1234\t1234\t1234\t1234");
  EXPECT_EQ(seen["status"]["Gid"], "2345\t2345\t2345\t2345");
  std::vector<std::uint32_t> groups = seen["groups"];
  std::sort(groups.begin(), groups.end());
  groups.erase(std::remove(groups.begin(), groups.end(), 2345u), groups.end());
  EXPECT_EQ(groups, (std::vector<std::uint32_t>{50, 60, 2147483647u}));
}

TEST_F(ProcessSetup, TheCallersGroupsAreNotKept) {
  process()["user"] = {{"uid", 0}, {"gid", 0}};
  EXPECT_EQ(facts()["groups"], Json::array());
}

TEST_F(ProcessSetup, TheUmaskIsSet) {
  process()["user"] = {{"uid", 0}, {"gid", 0}, {"umask", 027}};
  EXPECT_EQ(facts()["umask"], 027);
}

TEST_F(ProcessSetup, CapabilitiesAreExactlyTheFiveSets) {
  process()["capabilities"] = {{"bounding", {"CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW", "CAP_SETUID"}},
                               {"permitted", {"CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"}},
                               {"effective", {"CAP_CHOWN"}},
                               {"inheritable", {"CAP_KILL"}},
                               {"ambient", {"CAP_KILL"}}};
  process()["user"] = {{"uid", 1000}, {"gid", 1000}};
  const Json status = facts()["status"];
  // execve(2) as non-root leaves the ambient set in permitted and effective.
  EXPECT_EQ(status["CapBnd"], hex_mask({0, 5, 13, 7}));
  EXPECT_EQ(status["CapInh"], hex_mask({5}));
  EXPECT_EQ(status["CapAmb"], hex_mask({5}));
  EXPECT_EQ(status["CapPrm"], hex_mask({5}));
  EXPECT_EQ(status["CapEff"], hex_mask({5}));
}

TEST_F(ProcessSetup, RootGetsItsPermittedSetAndNothingMore) {
  const Json status = facts()["status"];
  const std::string usual = hex_mask({29, 5, 10});
  EXPECT_EQ(status["CapBnd"], usual);
  EXPECT_EQ(status["CapPrm"], usual);
  EXPECT_EQ(status["CapEff"], usual);
  EXPECT_EQ(status["CapInh"], hex_mask({}));
  EXPECT_EQ(status["CapAmb"], hex_mask({}));
}

TEST_F(ProcessSetup, AnotherUserGetsNoCapabilitiesWithoutAmbientOnes) {
  process()["user"] = {{"uid", 1000}, {"gid", 1000}};
  const Json status = facts()["status"];
  EXPECT_EQ(status["CapPrm"], hex_mask({}));
  EXPECT_EQ(status["CapEff"], hex_mask({}));
  EXPECT_EQ(status["CapAmb"], hex_mask({}));
}

TEST_F(ProcessSetup, WithoutCapabilitiesRootHasNone) {
  process().erase("capabilities");
  WPAR_SKIP_PEER("runc", "1.1.5 keeps the caller's");
  WPAR_SKIP_PEER("crun", "1.8.1 keeps the caller's");
  const Json status = facts()["status"];
  for (const char* set : {"CapBnd", "CapPrm", "CapEff", "CapInh", "CapAmb"})
    EXPECT_EQ(status[set], hex_mask({})) << set;
}

TEST_F(ProcessSetup, ACapabilityThatTheHostCannotGiveIsNotFatal) {
  WPAR_SKIP_PEER("runc", "1.1.5 fails with EPERM");
  WPAR_SKIP_PEER("crun", "1.8.1 fails with EPERM");
  if (contains(read_text("/proc/self/status"), "CapBnd:\t000001ffffffffff"))
    GTEST_SKIP() << "this host can give every capability";
  process()["capabilities"]["bounding"].push_back("CAP_SYS_RESOURCE");
  EXPECT_EQ(facts()["status"]["CapBnd"], hex_mask({29, 5, 10}));
}

TEST_F(ProcessSetup, ResourceLimitsAreExact) {
  process()["rlimits"] = {
      {{"type", "RLIMIT_NOFILE"}, {"soft", 77}, {"hard", 99}},
      {{"type", "RLIMIT_CORE"}, {"soft", 0}, {"hard", 0}},
      {{"type", "RLIMIT_NPROC"}, {"soft", 1000}, {"hard", 2000}},
      {{"type", "RLIMIT_FSIZE"}, {"soft", 1 << 30}, {"hard", 1 << 30}},
      {{"type", "RLIMIT_STACK"}, {"soft", 4 << 20}, {"hard", 18446744073709551615ULL}}};
  const Json seen = facts()["rlimits"];
  EXPECT_EQ(seen["NOFILE"], Json({77, 99}));
  EXPECT_EQ(seen["CORE"], Json({0, 0}));
  EXPECT_EQ(seen["NPROC"], Json({1000, 2000}));
  EXPECT_EQ(seen["FSIZE"], Json({1 << 30, 1 << 30}));
  EXPECT_EQ(seen["STACK"][0], 4 << 20);
}

TEST_F(ProcessSetup, DuplicateAndUnknownLimitsAreRefused) {
  process()["rlimits"] = {{{"type", "RLIMIT_NOPE"}, {"soft", 1}, {"hard", 1}}};
  const Result unknown = run_bundle();
  EXPECT_NE(unknown.code, 0);
  if (runtime().is_ours())
    expect_one_line(unknown, "/process/rlimits/0/type");
  WPAR_SKIP_PEER("crun", "1.8.1 takes the last of duplicates");
  WPAR_SKIP_PEER("runc", "1.1.5 takes the last of duplicates");
  const Json one = {{"type", "RLIMIT_NOFILE"}, {"soft", 77}, {"hard", 99}};
  process()["rlimits"] = {one, one};
  expect_one_line(run_bundle(), "/process/rlimits/1");
}

TEST_F(ProcessSetup, NoNewPrivilegesIsAsConfigured) {
  EXPECT_EQ(facts()["nnp"], 1);
  process()["noNewPrivileges"] = false;
  EXPECT_EQ(facts()["nnp"], 0);
  process().erase("noNewPrivileges");
  EXPECT_EQ(facts()["nnp"], 0);
}

TEST_F(ProcessSetup, TheOomScoreIsSetAndOtherwiseTheCallers) {
  EXPECT_EQ(facts()["oom_score_adj"], read_trimmed("/proc/self/oom_score_adj"));
  process()["oomScoreAdj"] = 321;
  EXPECT_EQ(facts()["oom_score_adj"], "321");
}

TEST_F(ProcessSetup, ItLeadsItsOwnSessionAndIsNotDumpableByAccident) {
  const Json seen = facts();
  EXPECT_EQ(seen["sid"], seen["pid"]);
  EXPECT_EQ(seen["dumpable"], 1);
}

TEST_F(ProcessSetup, SignalsAreNeitherBlockedNorIgnored) {
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.argv.insert(command.argv.begin(), {"/bin/sh", "-c", "trap '' PIPE; exec \"$0\" \"$@\""});
  const Result result = run(command);
  ASSERT_EQ(result.code, 0) << result;
  const Json status = Json::parse(result.out)["status"];
  EXPECT_EQ(status["SigBlk"], "0000000000000000");
}

TEST_F(ProcessSetup, AnEmptyArgumentListIsRefused) {
  process()["args"] = Json::array();
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/process/args");
}

TEST_F(ProcessSetup, AScriptRunsByItsInterpreter) {
  write_text(bundle().in_root("/script"), "#!/bin/sh\necho \"script $1\"\n", 0755);
  bundle().args({"/script", "word"});
  EXPECT_EQ(run_bundle().out, "script word\n");
}

}  // namespace
}  // namespace wpar::test
