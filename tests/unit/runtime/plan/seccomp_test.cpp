// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp.h"

#include <seccomp.h>

#include "tests/unit/runtime/plan/bpf_machine.h"
#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

constexpr std::uint32_t kAllow = SECCOMP_RET_ALLOW;

std::uint32_t error(std::uint32_t number) {
  return SECCOMP_RET_ERRNO | number;
}

std::uint32_t number_of(const char* name) {
  return static_cast<std::uint32_t>(seccomp_syscall_resolve_name(name));
}

std::uint32_t native(const std::vector<sock_filter>& program, const char* name,
                     std::uint64_t arg0 = 0, std::uint64_t arg1 = 0) {
  return answer(program, seccomp_arch_native(), number_of(name), arg0, arg1);
}

oci::SyscallRule rule(const Texts& names, const char* action,
                      std::vector<oci::SeccompArg> args = {}) {
  return {.names = names, .action = action, .errno_ret = {}, .args = std::move(args)};
}

oci::SeccompArg arg(std::uint32_t index, const char* op, std::uint64_t value,
                    std::uint64_t value_two = 0) {
  return {.index = index, .value = value, .value_two = value_two, .op = op};
}

oci::Seccomp profile(const char* default_action, std::vector<oci::SyscallRule> rules) {
  oci::Seccomp seccomp;
  seccomp.default_action = default_action;
  seccomp.syscalls = std::move(rules);
  return seccomp;
}

Texts errors_of(const oci::Seccomp& seccomp) {
  Findings findings;
  check_seccomp(seccomp, findings);
  return findings.take_errors();
}

}  // namespace

TEST(Seccomp, AllowsWhatIsListedAndDeniesTheRest) {
  const auto program = compile_filter(
      profile("SCMP_ACT_ERRNO", {rule({"read", "openat2", "no_such_call"}, "SCMP_ACT_ALLOW")}));
  EXPECT_EQ(native(program, "read"), kAllow);
  EXPECT_EQ(native(program, "openat2"), kAllow);
  EXPECT_EQ(native(program, "mount"), error(EPERM));
}

TEST(Seccomp, KnowsEveryAction) {
  oci::Seccomp seccomp = profile(
      "SCMP_ACT_ALLOW", {rule({"read"}, "SCMP_ACT_KILL"), rule({"write"}, "SCMP_ACT_KILL_PROCESS"),
                         rule({"open"}, "SCMP_ACT_TRAP"), rule({"close"}, "SCMP_ACT_LOG"),
                         rule({"stat"}, "SCMP_ACT_ERRNO"), rule({"poll"}, "SCMP_ACT_TRACE"),
                         rule({"fstat"}, "SCMP_ACT_ERRNO"), rule({"lseek"}, "SCMP_ACT_ALLOW"),
                         rule({"mmap"}, "SCMP_ACT_KILL_THREAD")});
  seccomp.syscalls[6].errno_ret = 38;
  EXPECT_EQ(errors_of(seccomp), Texts{});
  const auto program = compile_filter(seccomp);
  EXPECT_EQ(native(program, "read"), std::uint32_t{SECCOMP_RET_KILL_THREAD});
  EXPECT_EQ(native(program, "mmap"), std::uint32_t{SECCOMP_RET_KILL_THREAD});
  EXPECT_EQ(native(program, "write"), std::uint32_t{SECCOMP_RET_KILL_PROCESS});
  EXPECT_EQ(native(program, "open"), std::uint32_t{SECCOMP_RET_TRAP});
  EXPECT_EQ(native(program, "close"), std::uint32_t{SECCOMP_RET_LOG});
  EXPECT_EQ(native(program, "stat"), error(EPERM));
  EXPECT_EQ(native(program, "fstat"), error(38));
  EXPECT_EQ(native(program, "poll"), std::uint32_t{SECCOMP_RET_TRACE | EPERM});
  EXPECT_EQ(native(program, "lseek"), kAllow);
}

TEST(Seccomp, ComparesArguments) {
  const auto program = compile_filter(profile(
      "SCMP_ACT_ERRNO",
      {rule({"clone"}, "SCMP_ACT_ALLOW", {arg(0, "SCMP_CMP_MASKED_EQ", 0x7E020000, 0)}),
       rule({"socket"}, "SCMP_ACT_ALLOW", {arg(0, "SCMP_CMP_GE", 3), arg(1, "SCMP_CMP_NE", 9)})}));
  EXPECT_EQ(native(program, "clone", 0x11), kAllow);
  EXPECT_EQ(native(program, "clone", 0x10000000), error(EPERM));
  EXPECT_EQ(native(program, "socket", 3, 1), kAllow);
  EXPECT_EQ(native(program, "socket", 3, 9), error(EPERM)) << "conditions are AND'ed";
  EXPECT_EQ(native(program, "socket", 2, 1), error(EPERM));
}

TEST(Seccomp, ReadsSeveralConditionsOnOneArgumentAsAlternatives) {
  const auto program = compile_filter(profile(
      "SCMP_ACT_ERRNO", {rule({"personality"}, "SCMP_ACT_ALLOW",
                              {arg(0, "SCMP_CMP_EQ", 8), arg(0, "SCMP_CMP_EQ", 0x20008)})}));
  EXPECT_EQ(native(program, "personality", 8), kAllow);
  EXPECT_EQ(native(program, "personality", 0x20008), kAllow);
  EXPECT_EQ(native(program, "personality", 9), error(EPERM));
}

TEST(Seccomp, TurnsFlagsIntoNumbers) {
  oci::Seccomp seccomp = profile("SCMP_ACT_ALLOW", {});
  EXPECT_EQ(seccomp_flags(seccomp), 0U);
  seccomp.flags = {"SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
                   "SECCOMP_FILTER_FLAG_TSYNC"};
  EXPECT_EQ(errors_of(seccomp), Texts{});
  EXPECT_EQ(seccomp_flags(seccomp), 7U);
}

TEST(Seccomp, AsksAnAgentOnlyWhereARuleSaysSo) {
  oci::Seccomp seccomp = profile("SCMP_ACT_ALLOW", {rule({"mkdir"}, "SCMP_ACT_NOTIFY")});
  seccomp.flags = {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", "SECCOMP_FILTER_FLAG_TSYNC",
                   "SECCOMP_FILTER_FLAG_LOG"};
  seccomp.listener_path = "/run/a.sock";
  seccomp.listener_metadata = "m";
  EXPECT_EQ(errors_of(seccomp), Texts{});
  EXPECT_EQ(seccomp_flags(seccomp), SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV |
                                        SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_NEW_LISTENER);
  EXPECT_EQ(seccomp_listener(seccomp), "/run/a.sock");
  const auto program = compile_filter(seccomp);
  EXPECT_EQ(native(program, "mkdir"), SECCOMP_RET_USER_NOTIF);
  EXPECT_EQ(native(program, "read"), kAllow);
  seccomp.syscalls[0].action = "SCMP_ACT_ERRNO";
  EXPECT_EQ(seccomp_flags(seccomp), SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG);
  EXPECT_EQ(seccomp_listener(seccomp), "");
}

TEST(Seccomp, RefusesAnAgentThatCouldNotBeAsked) {
  oci::Seccomp seccomp = profile("SCMP_ACT_NOTIFY", {rule({"read", "write"}, "SCMP_ACT_NOTIFY")});
  EXPECT_EQ(
      errors_of(seccomp),
      (Texts{"/linux/seccomp/defaultAction: SCMP_ACT_NOTIFY cannot be used as the default action",
             "/linux/seccomp/listenerPath: is needed for SCMP_ACT_NOTIFY",
             "/linux/seccomp/syscalls/0/action: SCMP_ACT_NOTIFY cannot be used for the write "
             "system call"}));
  seccomp.listener_path = "a.sock";
  seccomp.default_action = "SCMP_ACT_ALLOW";
  seccomp.syscalls[0].names = {"read"};
  EXPECT_EQ(errors_of(seccomp),
            Texts{"/linux/seccomp/listenerPath: expected an absolute path, not \"a.sock\""});
}

TEST(Seccomp, NamesTheCallsItDoesNotKnow) {
  EXPECT_EQ(unknown_seccomp_names(profile(
                "SCMP_ACT_ALLOW", {rule({"read", "nosuch", "modify_ldt"}, "SCMP_ACT_LOG")})),
            Texts{"nosuch"});
}

TEST(Seccomp, NamesWhatIsWrong) {
  oci::Seccomp seccomp =
      profile("SCMP_ACT_ALLOW", {rule({"read"}, "SCMP_ACT_KILL", {arg(6, "==", 1)}),
                                 rule({}, "SCMP_ACT_ERRNO"), rule({"read"}, "KILL")});
  seccomp.default_errno_ret = 1;
  seccomp.architectures = {"SCMP_ARCH_X86_64", "x86_64"};
  seccomp.listener_metadata = "x";
  seccomp.syscalls[0].errno_ret = 1;
  seccomp.syscalls[1].errno_ret = 4096;
  EXPECT_EQ(errors_of(seccomp),
            (Texts{"/linux/seccomp/defaultErrnoRet: SCMP_ACT_ALLOW returns no error number",
                   "/linux/seccomp/architectures/1: unknown architecture \"x86_64\"",
                   "/linux/seccomp/listenerMetadata: needs a listenerPath",
                   "/linux/seccomp/syscalls/0/errnoRet: SCMP_ACT_KILL returns no error number",
                   "/linux/seccomp/syscalls/0/args/0: index: expected an integer from 0 to 5",
                   "/linux/seccomp/syscalls/0/args/0: op: unknown operator \"==\"",
                   "/linux/seccomp/syscalls/1/errnoRet: expected an integer from 0 to 4095",
                   "/linux/seccomp/syscalls/1/names: expected at least one name",
                   "/linux/seccomp/syscalls/2/action: unknown action \"KILL\""}));
}

TEST(Seccomp, TheTreeOfALongProfileAnswersLikeItsList) {
  // Every third call is allowed, so that the tree has to tell each number from its neighbours.
  oci::Seccomp seccomp = profile("SCMP_ACT_ERRNO", {});
  seccomp.architectures = {"SCMP_ARCH_X86", "SCMP_ARCH_X86_64"};
  std::vector<bool> allowed(460);
  for (std::uint32_t number = 0; number < allowed.size(); number += 3) {
    if (char* name =
            seccomp_syscall_resolve_num_arch(seccomp_arch_native(), static_cast<int>(number))) {
      seccomp.syscalls.push_back(rule({name}, "SCMP_ACT_ALLOW"));
      allowed[number] = true;
      free(name);
    }
  }
  ASSERT_GT(seccomp.syscalls.size(), 100U);
  const auto program = compile_filter(seccomp);
  for (std::uint32_t number = 0; number < 440; ++number) {
    const std::uint32_t got = answer(program, seccomp_arch_native(), number);
    EXPECT_EQ(got == kAllow, allowed[number]) << number;
  }
}

TEST(Seccomp, ChecksRunInThePlan) {
  oci::Config config = good_config();
  config.linux_.seccomp = profile("SCMP_ACT_NONE", {});
  EXPECT_EQ(findings_of(config),
            Texts{"/linux/seccomp/defaultAction: unknown action \"SCMP_ACT_NONE\""});
  config.linux_.seccomp = profile("SCMP_ACT_ERRNO", {rule({"read"}, "SCMP_ACT_ALLOW")});
  EXPECT_EQ(native(build(config).process.seccomp.filter, "read"), kAllow);
}

}  // namespace wpar::plan
