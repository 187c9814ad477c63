// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/documents.h"

namespace wpar::oci {
namespace {

using test::error_text;
using test::process_refusal;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ParseProcess, ReadsEveryMember) {
  const Process process = parse_process(R"({
    "terminal": true, "consoleSize": {"height": 25, "width": 80},
    "user": {"uid": 1, "gid": 2, "umask": 18, "additionalGids": [5, 6]},
    "args": ["sh", "-c", ""], "env": ["A=1", "noequals"], "cwd": "/tmp",
    "capabilities": {"bounding": ["CAP_A"], "effective": ["CAP_B"], "inheritable": ["CAP_C"],
                     "permitted": ["CAP_D"], "ambient": ["CAP_E", "CAP_F"]},
    "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 18446744073709551615}],
    "noNewPrivileges": true, "apparmorProfile": "p", "selinuxLabel": "l", "oomScoreAdj": -1000,
    "scheduler": {"policy": "SCHED_DEADLINE", "nice": -20, "priority": 3,
                  "flags": ["SCHED_FLAG_RECLAIM"], "runtime": 1, "deadline": 2, "period": 3},
    "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 7},
    "execCPUAffinity": {"initial": "0-3", "final": "7"}})");
  EXPECT_EQ(process.terminal, true);
  EXPECT_EQ(process.console_size, (ConsoleSize{.height = 25, .width = 80}));
  EXPECT_EQ(process.user, (User{.uid = 1, .gid = 2, .umask = 18, .additional_gids = {5, 6}}));
  EXPECT_THAT(process.args, ElementsAre("sh", "-c", ""));
  EXPECT_THAT(process.env, ElementsAre("A=1", "noequals"));
  EXPECT_EQ(process.cwd, "/tmp");
  EXPECT_EQ(process.capabilities, (Capabilities{.bounding = {"CAP_A"},
                                                .effective = {"CAP_B"},
                                                .inheritable = {"CAP_C"},
                                                .permitted = {"CAP_D"},
                                                .ambient = {"CAP_E", "CAP_F"}}));
  EXPECT_THAT(process.rlimits,
              ElementsAre(Rlimit{.type = "RLIMIT_NOFILE", .soft = 1024, .hard = UINT64_MAX}));
  EXPECT_EQ(process.no_new_privileges, true);
  EXPECT_EQ(process.apparmor_profile, "p");
  EXPECT_EQ(process.selinux_label, "l");
  EXPECT_EQ(process.oom_score_adj, -1000);
  EXPECT_EQ(process.scheduler, (Scheduler{.policy = "SCHED_DEADLINE",
                                          .nice = -20,
                                          .priority = 3,
                                          .flags = {"SCHED_FLAG_RECLAIM"},
                                          .runtime = 1,
                                          .deadline = 2,
                                          .period = 3}));
  EXPECT_EQ(process.io_priority, (IoPriority{.klass = "IOPRIO_CLASS_IDLE", .priority = 7}));
  EXPECT_EQ(process.exec_cpu_affinity, (ExecCpuAffinity{.initial = "0-3", .final_ = "7"}));
}

TEST(ParseProcess, WantsArgsAndAnAbsoluteCwd) {
  EXPECT_EQ(error_text([] { parse_process(R"({"cwd": "/"})"); }), "/args: required, but missing");
  EXPECT_EQ(error_text([] { parse_process(R"({"args": [], "cwd": "/"})"); }),
            "/args: must not be empty");
  EXPECT_EQ(error_text([] { parse_process(R"({"args": ["a"]})"); }), "/cwd: required, but missing");
  EXPECT_EQ(error_text([] { parse_process(R"({"args": ["a"], "cwd": "tmp"})"); }),
            "/cwd: expected an absolute path, not \"tmp\"");
  EXPECT_EQ(error_text([] { parse_process(R"({"args": ["a"], "cwd": "/"})"); }), "");
}

TEST(ParseProcess, RefusesTheIdThatIsNoId) {
  EXPECT_EQ(process_refusal(R"("user": {"uid": 4294967295, "gid": 0})"),
            "/process/user/uid: expected an integer from 0 to 4294967294");
  EXPECT_THAT(process_refusal(R"("user": {"uid": 0, "gid": 4294967295})"), HasSubstr("/gid: "));
  EXPECT_THAT(process_refusal(R"("user": {"uid": 0, "gid": 0, "additionalGids": [1, 4294967295]})"),
              HasSubstr("/process/user/additionalGids/1: "));
  EXPECT_EQ(process_refusal(R"("user": {"uid": 4294967294, "gid": 4294967294})"), "");
}

TEST(ParseProcess, WantsBothIdsOfAGivenUser) {
  EXPECT_EQ(process_refusal(R"("user": {"gid": 5})"), "/process/user/uid: required, but missing");
  EXPECT_EQ(process_refusal(R"("user": {"uid": 5})"), "/process/user/gid: required, but missing");
  EXPECT_EQ(process_refusal(R"("user": null)"), "");
}

TEST(ParseProcess, LimitsTheUmask) {
  EXPECT_EQ(process_refusal(R"("user": {"uid": 0, "gid": 0, "umask": 512})"),
            "/process/user/umask: expected an integer from 0 to 511");
  EXPECT_EQ(process_refusal(R"("user": {"uid": 0, "gid": 0, "umask": 511})"), "");
}

TEST(ParseProcess, LimitsTheConsoleSize) {
  EXPECT_EQ(process_refusal(R"("consoleSize": {"height": 65536, "width": 1})"),
            "/process/consoleSize/height: expected an integer from 0 to 65535");
  EXPECT_EQ(process_refusal(R"("consoleSize": {"height": 1})"),
            "/process/consoleSize/width: required, but missing");
  EXPECT_EQ(process_refusal(R"("consoleSize": {"height": 65535, "width": 1})"), "");
}

TEST(ParseProcess, RefusesARepeatedRlimit) {
  constexpr std::string_view kOne = R"({"type": "RLIMIT_CORE", "soft": 0, "hard": 0})";
  constexpr std::string_view kOther = R"({"type": "RLIMIT_CPU", "soft": 0, "hard": 0})";
  EXPECT_EQ(process_refusal(fmt::format(R"("rlimits": [{0}, {1}, {0}])", kOne, kOther)),
            "/process/rlimits/2/type: RLIMIT_CORE is given twice");
  EXPECT_EQ(process_refusal(fmt::format(R"("rlimits": [{}, {}])", kOne, kOther)), "");
}

TEST(ParseProcess, WantsCompleteRlimits) {
  EXPECT_THAT(process_refusal(R"("rlimits": [{"type": "NOFILE", "soft": 0, "hard": 0}])"),
              HasSubstr("/process/rlimits/0/type: \"NOFILE\" is not a resource limit"));
  EXPECT_NE(process_refusal(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": -1, "hard": 0}])"), "");
  EXPECT_NE(process_refusal(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 1}])"), "");
  EXPECT_NE(process_refusal(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 1, "hard": 1.5}])"), "");
  EXPECT_EQ(process_refusal(R"("rlimits": [{"type": "RLIMIT_CPU", "soft": 1, "hard": 1e18}])"), "");
}

TEST(ParseProcess, KnowsTheWordsOfSchedulerAndIoPriority) {
  EXPECT_THAT(process_refusal(R"("scheduler": {"policy": "SCHED_FASTER"})"),
              HasSubstr("/process/scheduler/policy: \"SCHED_FASTER\" is none of: SCHED_OTHER, "));
  EXPECT_EQ(process_refusal(R"("scheduler": {"policy": "SCHED_BATCH"})"), "");
  EXPECT_NE(process_refusal(R"("scheduler": {"policy": "SCHED_BATCH", "flags": ["X"]})"), "");
  EXPECT_NE(process_refusal(R"("scheduler": {"policy": "SCHED_OTHER", "nice": 20})"), "");
  EXPECT_EQ(process_refusal(R"("scheduler": {"policy": "SCHED_OTHER", "nice": 19})"), "");
  EXPECT_NE(process_refusal(R"("ioPriority": {"class": "IOPRIO_CLASS_X", "priority": 0})"), "");
  EXPECT_NE(process_refusal(R"("ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 8})"), "");
  EXPECT_EQ(process_refusal(R"("ioPriority": {"class": "IOPRIO_CLASS_BE"})"), "");
}

TEST(ParseProcess, LimitsTheOomScore) {
  EXPECT_EQ(process_refusal(R"("oomScoreAdj": 1001)"),
            "/process/oomScoreAdj: expected an integer from -1000 to 1000");
  EXPECT_EQ(process_refusal(R"("oomScoreAdj": 1000)"), "");
}

TEST(ParseProcess, DoesNotJudgeCapabilitiesAndEnvironment) {
  EXPECT_EQ(process_refusal(R"("capabilities": {"bounding": ["CAP_FUTURE"]}, "env": ["", "=x"])"),
            "");
  EXPECT_EQ(process_refusal(R"("capabilities": {"bounding": "CAP_CHOWN"})"),
            "/process/capabilities/bounding: expected an array");
}

}  // namespace
}  // namespace wpar::oci
