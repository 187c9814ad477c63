// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp_enosys.h"

#include <seccomp.h>

#include "runtime/plan/seccomp.h"
#include "tests/unit/runtime/plan/bpf_machine.h"
#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

constexpr std::uint32_t kX32 = 0x40000000;

oci::Seccomp profile(const char* default_action, const Texts& architectures = {}) {
  oci::Seccomp seccomp;
  seccomp.default_action = default_action;
  seccomp.architectures = architectures;
  seccomp.syscalls = {
      {.names = {"read", "statx"}, .action = "SCMP_ACT_ALLOW", .errno_ret = {}, .args = {}}};
  return seccomp;
}

int number_on(std::uint32_t arch, const char* name) {
  return seccomp_syscall_resolve_name_arch(arch, name);
}

std::uint32_t ask(const oci::Seccomp& seccomp, std::uint32_t arch, int number) {
  return answer(compile_filter(seccomp), arch, static_cast<std::uint32_t>(number));
}

constexpr std::uint32_t kEnosys = SECCOMP_RET_ERRNO | ENOSYS;
constexpr std::uint32_t kEperm = SECCOMP_RET_ERRNO | EPERM;

}  // namespace

TEST(SeccompEnosys, AnswersForCallsThatAreNewerThanTheProfile) {
  const std::uint32_t arch = seccomp_arch_native();
  const int newest = number_on(arch, "statx");
  const oci::Seccomp seccomp = profile("SCMP_ACT_ERRNO");
  EXPECT_EQ(ask(seccomp, arch, newest), std::uint32_t{SECCOMP_RET_ALLOW});
  EXPECT_EQ(ask(seccomp, arch, newest + 1), kEnosys);
  EXPECT_EQ(ask(seccomp, arch, newest - 1), kEperm);
}

TEST(SeccompEnosys, LeavesOtherDefaultsUntouched) {
  for (const char* action : {"SCMP_ACT_KILL", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP",
                             "SCMP_ACT_LOG", "SCMP_ACT_ALLOW", "SCMP_ACT_TRACE"}) {
    EXPECT_TRUE(enosys_prologue(profile(action)).empty()) << action;
  }
  const std::uint32_t arch = seccomp_arch_native();
  EXPECT_EQ(ask(profile("SCMP_ACT_KILL"), arch, 5000), std::uint32_t{SECCOMP_RET_KILL_THREAD});
}

TEST(SeccompEnosys, IsNotNeededWhereTheDefaultIsEnosys) {
  oci::Seccomp seccomp = profile("SCMP_ACT_ERRNO");
  EXPECT_FALSE(enosys_prologue(seccomp).empty());
  seccomp.default_errno_ret = ENOSYS;
  EXPECT_TRUE(enosys_prologue(seccomp).empty());
}

TEST(SeccompEnosys, IsLeftOutWithoutAnyKnownCall) {
  oci::Seccomp seccomp = profile("SCMP_ACT_ERRNO");
  seccomp.syscalls[0].names = {"no_such_call"};
  EXPECT_TRUE(enosys_prologue(seccomp).empty());
}

TEST(SeccompEnosys, JudgesEachArchitectureByItsOwnNumbers) {
  if (seccomp_arch_native() != SCMP_ARCH_X86_64) {
    GTEST_SKIP() << "written for the numbers of x86-64";
  }
  const oci::Seccomp seccomp =
      profile("SCMP_ACT_ERRNO", {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"});
  const int newest_x86 = number_on(SCMP_ARCH_X86, "statx");
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86, newest_x86), std::uint32_t{SECCOMP_RET_ALLOW});
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86, newest_x86 + 1), kEnosys);
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86, number_on(SCMP_ARCH_X86, "mount")), kEperm);
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86, number_on(SCMP_ARCH_X86, "read")),
            std::uint32_t{SECCOMP_RET_ALLOW});
  const auto x32 = static_cast<int>(kX32);
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86_64, x32 | number_on(SCMP_ARCH_X86_64, "statx")),
            std::uint32_t{SECCOMP_RET_ALLOW});
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86_64, x32 | 400), kEnosys);
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86_64, 400), kEnosys);
}

TEST(SeccompEnosys, LeavesForeignArchitecturesToLibseccomp) {
  if (seccomp_arch_native() != SCMP_ARCH_X86_64) {
    GTEST_SKIP() << "written for the numbers of x86-64";
  }
  const oci::Seccomp seccomp = profile("SCMP_ACT_ERRNO", {"SCMP_ARCH_X86_64"});
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86, 4000), std::uint32_t{SECCOMP_RET_KILL_THREAD});
  EXPECT_EQ(ask(seccomp, SCMP_ARCH_X86_64, static_cast<int>(kX32 | 1)),
            std::uint32_t{SECCOMP_RET_KILL_THREAD});
}

}  // namespace wpar::plan
