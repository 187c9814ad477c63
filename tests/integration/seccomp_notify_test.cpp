// SPDX-License-Identifier: Apache-2.0
// SCMP_ACT_NOTIFY: another program answers system calls. The agent is the test itself.
#include <cerrno>

#include "tests/support/container_test.h"
#include "tests/support/seccomp_agent.h"

namespace wpar::test {
namespace {

using Manner = SeccompAgent::Manner;

class SeccompNotify : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    path_ = *temp_ / "agent.sock";
    bundle().config["linux"]["seccomp"] = {
        {"defaultAction", "SCMP_ACT_ALLOW"},
        {"architectures", {"SCMP_ARCH_X86_64"}},
        {"listenerPath", path_},
        {"listenerMetadata", "who asks: \"pid\":2147483647"},
        {"syscalls", {{{"names", {"mkdir"}}, {"action", "SCMP_ACT_NOTIFY"}}}}};
    bundle().config["annotations"] = {{"org.example.note", "x"}};
    bundle().args({"/probe", "call", "mkdir"});
  }
  Json& filter() { return bundle().config["linux"]["seccomp"]; }
  std::string path_;
};

TEST_F(SeccompNotify, TheAgentsAnswerIsWhatTheProgramSees) {
  SeccompAgent agent(path_, EXDEV);
  for (const bool nnp : {true, false}) {
    bundle().config["process"]["noNewPrivileges"] = nnp;
    const Result result = run_bundle();
    EXPECT_EQ(result.out, "18\n") << nnp << result;
  }
  EXPECT_EQ(agent.visits().size(), 2U);
  EXPECT_EQ(agent.callers().size(), 2U);
  bundle().args({"/probe", "call", "getcwd"});
  EXPECT_EQ(run_bundle().out, "0\n");
  EXPECT_EQ(agent.callers().size(), 2U) << "only the named call is asked about";
}

TEST_F(SeccompNotify, ACallCanBeMadeToLookDone) {
  SeccompAgent agent(path_, 0);
  EXPECT_EQ(run_bundle().out, "0\n");
  EXPECT_FALSE(exists(bundle().in_root("/probe-made")));
}

TEST_F(SeccompNotify, AnotherUserIsAskedForToo) {
  SeccompAgent agent(path_, EXDEV);
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  for (const bool nnp : {true, false}) {
    bundle().config["process"]["noNewPrivileges"] = nnp;
    EXPECT_EQ(run_bundle().out, "18\n") << nnp;
  }
}

TEST_F(SeccompNotify, TheDocumentSaysWhoAndOneConnectionCarriesOne) {
  SeccompAgent agent(path_, EXDEV);
  const std::string id = new_id();
  ASSERT_TRUE(create(id).ok()) << error_of(id);
  const pid_t pid = runtime().pid(id);
  ASSERT_TRUE(runtime()({"start", id}).ok());
  ASSERT_TRUE(eventually([&] { return output_of(id) == "18\n"; })) << output_of(id);
  const auto visits = agent.visits();
  ASSERT_EQ(visits.size(), 1U);
  EXPECT_EQ(visits[0].descriptors, 1);
  EXPECT_TRUE(visits[0].closed);
  const Json& document = visits[0].document;
  EXPECT_EQ(document["fds"], Json({"seccompFd"})) << document;
  EXPECT_EQ(document["pid"], pid);
  EXPECT_EQ(document["metadata"], "who asks: \"pid\":2147483647");
  EXPECT_TRUE(document["ociVersion"].is_string());
  EXPECT_EQ(document["state"]["id"], id);
  EXPECT_EQ(document["state"]["pid"], pid);
  EXPECT_EQ(document["state"]["status"], "creating");
  EXPECT_EQ(document["state"]["bundle"], bundle().path());
  EXPECT_EQ(document["state"]["annotations"]["org.example.note"], "x");
  EXPECT_EQ(agent.callers(), std::vector<pid_t>{pid});
}

TEST_F(SeccompNotify, ExecHasAConnectionOfItsOwn) {
  SeccompAgent agent(path_, EXDEV);
  const std::string id = start_waiting();
  const Result result = exec(id, {"/probe", "call", "mkdir"});
  EXPECT_EQ(result.out, "18\n") << result;
  const auto visits = agent.visits();
  ASSERT_EQ(visits.size(), 2U);
  const Json& document = visits[1].document;
  EXPECT_EQ(document["state"]["status"], "running");
  EXPECT_EQ(document["state"]["pid"], runtime().pid(id));
  ASSERT_EQ(agent.callers().size(), 1U);
  EXPECT_EQ(document["pid"], agent.callers()[0]);
}

TEST_F(SeccompNotify, CallsOnTheWayToTheProgramAreAnsweredToo) {
  // capset and execve come between the filter and the program; the agent lets nobody through.
  SeccompAgent agent(path_, EACCES);
  filter()["syscalls"][0]["names"] = {"execve"};
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_EQ(agent.visits().size(), 1U) << "it has the listener before execve asks";
  if (runtime().is_ours())
    expect_one_line(result, "permission denied");
}

TEST_F(SeccompNotify, NoHelperIsLeftInTheContainer) {
  SeccompAgent agent(path_, EXDEV);
  bundle().shell("sleep 0.3; grep -h State: /proc/[0-9]*/status; true");
  const Result result = run_bundle();
  EXPECT_FALSE(contains(result.out, "Z (zombie)")) << result;
  EXPECT_EQ(split(result.out, '\n').size(), 2U) << "one line, of the shell" << result;
}

TEST_F(SeccompNotify, TheFlagsOfAnAgentAreTaken) {
  SeccompAgent agent(path_, EXDEV);
  filter()["flags"] = {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_TSYNC",
                       "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW"};
  EXPECT_EQ(run_bundle().out, "18\n");
  filter()["syscalls"][0]["action"] = "SCMP_ACT_ERRNO";  // nobody to be waited for
  EXPECT_EQ(run_bundle().out, "1\n");
}

TEST_F(SeccompNotify, WithoutAnAgentThereIsNoContainer) {
  const std::string id = new_id();
  const Result result = create(id);
  EXPECT_NE(result.code, 0);
  EXPECT_EQ(runtime().status(id), "");
  if (runtime().is_ours()) {
    EXPECT_TRUE(contains(error_of(id), "/linux/seccomp/listenerPath: connect to")) << error_of(id);
    EXPECT_TRUE(contains(error_of(id), "no such file or directory")) << error_of(id);
  }
}

TEST_F(SeccompNotify, AnAgentThatHangsUpStopsTheStart) {
  SeccompAgent agent(path_, 0, Manner::kHangUp);
  const std::string id = new_id();
  ASSERT_TRUE(create(id).ok()) << error_of(id);
  sleep_for(Milliseconds(100));  // for the agent to hang up
  const Result result = runtime()({"start", id});
  EXPECT_NE(result.code, 0);
  EXPECT_EQ(output_of(id), "") << "the program ran without the agent";
  if (runtime().is_ours())
    expect_one_line(result, "hand the seccomp listener");
}

TEST_F(SeccompNotify, ExecWithoutAnAgentFailsAndTheContainerLives) {
  std::string id;
  {
    SeccompAgent agent(path_, EXDEV);
    id = start_waiting();
  }
  const Result result = exec(id, {"/probe", "call", "mkdir"});
  EXPECT_NE(result.code, 0);
  EXPECT_EQ(runtime().status(id), "running");
  if (runtime().is_ours())
    expect_one_line(result, "/linux/seccomp/listenerPath");
}

TEST_F(SeccompNotify, RulesThatCannotWorkAreRefused) {
  SeccompAgent agent(path_, EXDEV);
  filter()["syscalls"][0]["names"] = {"mkdir", "write"};
  EXPECT_NE(run_bundle().code, 0);
  filter()["syscalls"][0]["names"] = {"mkdir"};
  filter()["defaultAction"] = "SCMP_ACT_NOTIFY";
  EXPECT_NE(run_bundle().code, 0);
  filter()["defaultAction"] = "SCMP_ACT_ALLOW";
  filter().erase("listenerPath");
  EXPECT_NE(run_bundle().code, 0) << "metadata without a path";
  filter().erase("listenerMetadata");
  EXPECT_NE(run_bundle().code, 0) << "SCMP_ACT_NOTIFY without a path";
  EXPECT_TRUE(agent.visits().empty());
}

// Other doors into the kernel: a 64-bit program can make 32-bit calls by int 0x80, and x32 calls.
class ForeignCalls : public ContainerTest {
 protected:
  static constexpr long kMkdir32 = 39;
  static constexpr long kMkdirX32 = 0x40000000 + 83;

  void SetUp() override {
    ContainerTest::SetUp();
#ifndef __x86_64__
    GTEST_SKIP() << "the doors of another architecture are not known here";
#endif
    if (temp_ != nullptr && call("i386", kMkdir32).out != "0\n")
      GTEST_SKIP() << "this kernel has no 32-bit system calls";
    if (temp_ != nullptr)
      ::rmdir(bundle().in_root("/probe-made").c_str());
  }
  Result call(const std::string& door, long number) {
    bundle().args({"/probe", "foreign-call", door, std::to_string(number)});
    return run_bundle();
  }
  void refuse_mkdir(const std::vector<std::string>& architectures) {
    bundle().config["linux"]["seccomp"] = {
        {"defaultAction", "SCMP_ACT_ALLOW"},
        {"architectures", architectures},
        {"syscalls", {{{"names", {"mkdir"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", EXDEV}}}}};
  }
};

TEST_F(ForeignCalls, AnArchitectureThatIsNotListedIsKilled) {
  refuse_mkdir({"SCMP_ARCH_X86_64"});
  EXPECT_EQ(call("i386", kMkdir32).code, 128 + 31);
  EXPECT_EQ(call("x32", kMkdirX32).code, 128 + 31);
  EXPECT_FALSE(exists(bundle().in_root("/probe-made")));
}

TEST_F(ForeignCalls, TheRulesHoldOnEveryArchitectureThatIsListed) {
  refuse_mkdir({"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"});
  EXPECT_EQ(call("i386", kMkdir32).out, "18\n");
  EXPECT_EQ(call("x32", kMkdirX32).out, "18\n");
  EXPECT_FALSE(exists(bundle().in_root("/probe-made")));
}

TEST_F(ForeignCalls, NewerCallsThanTheProfileAreEnosysByEveryDoor) {
  bundle().config["linux"]["seccomp"] = engine_seccomp();
  EXPECT_EQ(call("i386", 1500).out, "38\n");
  EXPECT_EQ(call("x32", 0x40000000 + 1500).out, "38\n");
  EXPECT_EQ(call("native", 1500).out, "38\n");
  EXPECT_EQ(call("i386", 310).out, "1\n") << "unshare, which is older";
  EXPECT_EQ(call("native", 272).out, "1\n");
}

}  // namespace
}  // namespace wpar::test
