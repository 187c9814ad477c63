// SPDX-License-Identifier: Apache-2.0
// System call filters, seen from the filtered program.
#include <cerrno>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Seccomp : public ContainerTest {
 protected:
  Json& filter() { return bundle().config["linux"]["seccomp"]; }
  void deny(const std::string& name, Json more = Json::object()) {
    filter() = {{"defaultAction", "SCMP_ACT_ALLOW"},
                {"architectures", {"SCMP_ARCH_X86_64"}},
                {"syscalls", {{{"names", {name}}, {"action", "SCMP_ACT_ERRNO"}}}}};
    filter()["syscalls"][0].update(more);
  }
  Result call(const std::string& name, const std::string& argument = "0") {
    bundle().args({"/probe", "call", name, argument});
    return run_bundle();
  }
};

TEST_F(Seccomp, WithoutAFilterThereIsNone) {
  EXPECT_EQ(facts()["status"]["Seccomp"], "0");
  EXPECT_EQ(call("mkdir").out, "0\n");
}

TEST_F(Seccomp, ADeniedCallIsEperm) {
  deny("mkdir");
  EXPECT_EQ(call("mkdir").out, "1\n");
  EXPECT_EQ(call("getcwd").out, "0\n");
  bundle().args({"/probe"});
  EXPECT_EQ(facts()["status"]["Seccomp"], "2");
}

TEST_F(Seccomp, TheErrnoIsTheOneConfigured) {
  deny("mkdir", {{"errnoRet", ENOTSUP}});
  EXPECT_EQ(call("mkdir").out, std::to_string(ENOTSUP) + "\n");
}

TEST_F(Seccomp, ItWorksWithoutNoNewPrivileges) {
  bundle().config["process"]["noNewPrivileges"] = false;
  deny("mkdir");
  EXPECT_EQ(call("mkdir").out, "1\n");
}

TEST_F(Seccomp, ItWorksForAnotherUserWithAndWithoutNoNewPrivileges) {
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  for (const bool nnp : {true, false}) {
    bundle().config["process"]["noNewPrivileges"] = nnp;
    deny("getcwd");
    EXPECT_EQ(call("getcwd").out, "1\n") << nnp;
  }
}

TEST_F(Seccomp, AKillActionEndsTheProcess) {
  deny("mkdir", {{"action", "SCMP_ACT_KILL_PROCESS"}});
  const Result result = call("mkdir");
  EXPECT_EQ(result.code, 128 + 31) << result;
}

TEST_F(Seccomp, ConditionsOnArgumentsHold) {
  deny("setpriority", {{"args", {{{"index", 2}, {"value", 5}, {"op", "SCMP_CMP_EQ"}}}}});
  EXPECT_EQ(call("setpriority", "5").out, "1\n");
  EXPECT_EQ(call("setpriority", "6").out, "0\n");
}

TEST_F(Seccomp, ConditionsOnOneArgumentAreAlternatives) {
  deny("setpriority", {{"args",
                        {{{"index", 2}, {"value", 5}, {"op", "SCMP_CMP_EQ"}},
                         {{"index", 2}, {"value", 7}, {"op", "SCMP_CMP_EQ"}}}}});
  EXPECT_EQ(call("setpriority", "5").out, "1\n");
  EXPECT_EQ(call("setpriority", "6").out, "0\n");
  EXPECT_EQ(call("setpriority", "7").out, "1\n");
}

TEST_F(Seccomp, MaskedComparisonsHold) {
  deny("umask",
       {{"errnoRet", 11},
        {"args",
         {{{"index", 0}, {"value", 0x1c0}, {"valueTwo", 0x40}, {"op", "SCMP_CMP_MASKED_EQ"}}}}});
  // The probe calls umask without looking at the result; a killed one shows.
  deny("setpriority",
       {{"args", {{{"index", 2}, {"value", 6}, {"valueTwo", 2}, {"op", "SCMP_CMP_MASKED_EQ"}}}}});
  EXPECT_EQ(call("setpriority", "3").out, "1\n");
  EXPECT_EQ(call("setpriority", "4").out, "0\n");
}

TEST_F(Seccomp, AnEngineSizedAllowListRunsOrdinaryPrograms) {
  filter() = engine_seccomp();
  const Result result =
      run_shell("ls / > /dev/null; echo a | cat; for i in 1 2 3; do echo $i; done");
  EXPECT_EQ(result.out, "a\n1\n2\n3\n") << result;
  EXPECT_EQ(call("unshare").out, "1\n");
  for (const bool nnp : {true, false}) {
    bundle().config["process"]["noNewPrivileges"] = nnp;
    bundle().args({"/probe"});
    EXPECT_EQ(facts()["status"]["Seccomp"], "2");
  }
}

TEST_F(Seccomp, ACachedFilterIsTheSameFilter) {
  deny("mkdir");
  for (int round = 0; round < 3; ++round)
    EXPECT_EQ(call("mkdir").out, "1\n");
  deny("getcwd");
  EXPECT_EQ(call("mkdir").out, "0\n");
  EXPECT_EQ(call("getcwd").out, "1\n");
}

TEST_F(Seccomp, ADamagedCacheEntryIsNeverLoaded) {
  deny("mkdir");
  EXPECT_EQ(call("mkdir").out, "1\n");
  const Result files = run({.argv = {"find", runtime().root(), "-type", "f"}});
  std::size_t damaged = 0;
  for (const std::string& file : split(files.out, '\n')) {
    if (file.empty())
      continue;
    std::string text = read_text(file);
    for (char& byte : text)
      byte = static_cast<char>(byte ^ 0x55);
    write_text(file, text, 0600);
    ++damaged;
  }
  EXPECT_EQ(call("mkdir").out, "1\n") << damaged << " files were damaged";
}

TEST_F(Seccomp, ItHoldsForExec) {
  deny("mkdir");
  const std::string id = start_waiting();
  EXPECT_EQ(exec(id, {"/probe", "call", "mkdir"}).out, "1\n");
  EXPECT_EQ(exec(id, {"/probe", "call", "getcwd"}).out, "0\n");
}

TEST_F(Seccomp, UnknownCallNamesAreIgnoredAndUnknownActionsRefused) {
  deny("mkdir");
  filter()["syscalls"][0]["names"].push_back("no_such_call_yet");
  EXPECT_EQ(call("mkdir").out, "1\n");
  deny("mkdir", {{"action", "SCMP_ACT_NONSENSE"}});
  const Result result = call("mkdir");
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/linux/seccomp/syscalls/0/action");
}

TEST_F(Seccomp, UnknownArchitecturesAndOperatorsAreRefused) {
  deny("mkdir");
  filter()["architectures"] = {"SCMP_ARCH_NONSENSE"};
  EXPECT_NE(call("mkdir").code, 0);
  deny("mkdir", {{"args", {{{"index", 0}, {"value", 1}, {"op", "SCMP_CMP_NONSENSE"}}}}});
  EXPECT_NE(call("mkdir").code, 0);
}

}  // namespace
}  // namespace wpar::test
