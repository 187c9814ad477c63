// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kActions[] = {
    "SCMP_ACT_KILL"sv,  "SCMP_ACT_KILL_PROCESS"sv, "SCMP_ACT_KILL_THREAD"sv,
    "SCMP_ACT_TRAP"sv,  "SCMP_ACT_ERRNO"sv,        "SCMP_ACT_TRACE"sv,
    "SCMP_ACT_ALLOW"sv, "SCMP_ACT_LOG"sv,          "SCMP_ACT_NOTIFY"sv,
};
constexpr std::string_view kArchitectures[] = {
    "SCMP_ARCH_X86"sv,         "SCMP_ARCH_X86_64"sv,  "SCMP_ARCH_X32"sv,
    "SCMP_ARCH_ARM"sv,         "SCMP_ARCH_AARCH64"sv, "SCMP_ARCH_LOONGARCH64"sv,
    "SCMP_ARCH_M68K"sv,        "SCMP_ARCH_MIPS"sv,    "SCMP_ARCH_MIPS64"sv,
    "SCMP_ARCH_MIPS64N32"sv,   "SCMP_ARCH_MIPSEL"sv,  "SCMP_ARCH_MIPSEL64"sv,
    "SCMP_ARCH_MIPSEL64N32"sv, "SCMP_ARCH_PPC"sv,     "SCMP_ARCH_PPC64"sv,
    "SCMP_ARCH_PPC64LE"sv,     "SCMP_ARCH_S390"sv,    "SCMP_ARCH_S390X"sv,
    "SCMP_ARCH_SH"sv,          "SCMP_ARCH_SHEB"sv,    "SCMP_ARCH_PARISC"sv,
    "SCMP_ARCH_PARISC64"sv,    "SCMP_ARCH_RISCV64"sv,
};
constexpr std::string_view kFlags[] = {"SECCOMP_FILTER_FLAG_TSYNC"sv, "SECCOMP_FILTER_FLAG_LOG"sv,
                                       "SECCOMP_FILTER_FLAG_SPEC_ALLOW"sv,
                                       "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"sv};
constexpr std::string_view kOperators[] = {"SCMP_CMP_NE"sv,       "SCMP_CMP_LT"sv, "SCMP_CMP_LE"sv,
                                           "SCMP_CMP_EQ"sv,       "SCMP_CMP_GE"sv, "SCMP_CMP_GT"sv,
                                           "SCMP_CMP_MASKED_EQ"sv};

SeccompArg read_arg(const JsonCursor& at) {
  return {.index = at.at("index").integer<std::uint32_t>(0, 5),
          .value = at.at("value").integer<std::uint64_t>(),
          .value_two = find_integer<std::uint64_t>(at, "valueTwo"),
          .op = word(at.at("op"), kOperators)};
}

SyscallRule read_rule(const JsonCursor& at) {
  SyscallRule rule;
  const JsonCursor names = at.at("names");
  rule.names = names.strings();
  if (rule.names.empty()) {
    names.fail("must not be empty");
  }
  rule.action = word(at.at("action"), kActions);
  rule.errno_ret = find_integer<std::uint32_t>(at, "errnoRet");
  rule.args = find_list(at, "args", read_arg);
  return rule;
}

}  // namespace

Seccomp read_seccomp(const JsonCursor& at) {
  Seccomp seccomp;
  seccomp.default_action = word(at.at("defaultAction"), kActions);
  seccomp.default_errno_ret = find_integer<std::uint32_t>(at, "defaultErrnoRet");
  seccomp.architectures = find_words(at, "architectures", kArchitectures);
  seccomp.flags = find_words(at, "flags", kFlags);
  seccomp.listener_path = find_string(at, "listenerPath");
  seccomp.listener_metadata = find_string(at, "listenerMetadata");
  if (seccomp.listener_metadata && !seccomp.listener_path) {
    at.at("listenerMetadata").fail("must not be set without listenerPath");
  }
  seccomp.syscalls = find_list(at, "syscalls", read_rule);
  return seccomp;
}

}  // namespace wpar::oci
