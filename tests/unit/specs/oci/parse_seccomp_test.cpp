// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/documents.h"

namespace wpar::oci {
namespace {

using test::linux_refusal;
using testing::HasSubstr;

std::string seccomp_with(std::string_view members) {
  return fmt::format(R"("seccomp": {{"defaultAction": "SCMP_ACT_ERRNO", {}}})", members);
}

std::string rule_refusal(std::string_view members) {
  return linux_refusal(seccomp_with(fmt::format(R"("syscalls": [{{{}}}])", members)));
}

TEST(ParseSeccomp, ReadsEveryMember) {
  const Config config = parse_config(test::config_with_linux(seccomp_with(
      R"("defaultErrnoRet": 38, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_RISCV64"],
         "flags": ["SECCOMP_FILTER_FLAG_LOG"], "listenerPath": "/run/l", "listenerMetadata": "m",
         "syscalls": [{"names": ["read", "write"], "action": "SCMP_ACT_ALLOW"},
                      {"names": ["clone"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                       "args": [{"index": 5, "value": 18446744073709551615, "valueTwo": 2,
                                 "op": "SCMP_CMP_MASKED_EQ"}]}])")));
  const Seccomp expected{
      .default_action = "SCMP_ACT_ERRNO",
      .default_errno_ret = 38,
      .architectures = {"SCMP_ARCH_X86_64", "SCMP_ARCH_RISCV64"},
      .flags = {"SECCOMP_FILTER_FLAG_LOG"},
      .listener_path = "/run/l",
      .listener_metadata = "m",
      .syscalls = {
          {.names = {"read", "write"},
           .action = "SCMP_ACT_ALLOW",
           .errno_ret = std::nullopt,
           .args = {}},
          {.names = {"clone"},
           .action = "SCMP_ACT_ERRNO",
           .errno_ret = 1,
           .args = {
               {.index = 5, .value = UINT64_MAX, .value_two = 2, .op = "SCMP_CMP_MASKED_EQ"}}}}};
  EXPECT_EQ(config.linux_.seccomp, expected);
}

TEST(ParseSeccomp, RefusesUnknownWords) {
  EXPECT_THAT(linux_refusal(R"("seccomp": {"defaultAction": "ALLOW"})"),
              HasSubstr("/linux/seccomp/defaultAction: \"ALLOW\" is none of: SCMP_ACT_KILL, "));
  EXPECT_EQ(linux_refusal(R"("seccomp": {"defaultAction": "SCMP_ACT_ALLOW"})"), "");
  EXPECT_EQ(linux_refusal(R"("seccomp": {})"),
            "/linux/seccomp/defaultAction: required, but missing");
  EXPECT_NE(linux_refusal(seccomp_with(R"("architectures": ["amd64"])")), "");
  EXPECT_NE(linux_refusal(seccomp_with(R"("flags": ["LOG"])")), "");
}

TEST(ParseSeccomp, WantsNamesAndActionInARule) {
  EXPECT_EQ(rule_refusal(R"("names": [], "action": "SCMP_ACT_ALLOW")"),
            "/linux/seccomp/syscalls/0/names: must not be empty");
  EXPECT_EQ(rule_refusal(R"("names": ["read"])"),
            "/linux/seccomp/syscalls/0/action: required, but missing");
  EXPECT_EQ(rule_refusal(R"("names": ["read"], "action": "SCMP_ACT_ALLOW")"), "");
}

TEST(ParseSeccomp, LimitsTheArgumentIndex) {
  const auto arg = [](int index, std::string_view op) {
    return rule_refusal(fmt::format(
        R"("names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{{"index": {}, "value": 0, "op": "{}"}}])",
        index, op));
  };
  EXPECT_EQ(arg(6, "SCMP_CMP_EQ"),
            "/linux/seccomp/syscalls/0/args/0/index: expected an integer from 0 to 5");
  EXPECT_EQ(arg(5, "SCMP_CMP_EQ"), "");
  EXPECT_NE(arg(0, "=="), "");
}

TEST(ParseSeccomp, WantsAListenerForItsMetadata) {
  EXPECT_EQ(linux_refusal(seccomp_with(R"("listenerMetadata": "m")")),
            "/linux/seccomp/listenerMetadata: must not be set without listenerPath");
  EXPECT_EQ(linux_refusal(seccomp_with(R"("listenerMetadata": "m", "listenerPath": "/l")")), "");
}

}  // namespace
}  // namespace wpar::oci
