// SPDX-License-Identifier: Apache-2.0
#include "translate/privileges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> capabilities(const std::string& text, std::string_view profile = "") {
  return translated(text, profile).config.process->capabilities->bounding;
}
std::string privs(std::string_view line) {
  return system_with(std::string("security:\n privs ").append(line).append("\n"));
}

TEST(Privileges, TheDefaultSetIsAixs) {
  EXPECT_EQ(system_privileges().size(), 88u);
  EXPECT_EQ(system_privileges().front(), "PV_AU_");
  EXPECT_EQ(system_privileges().back(), "PV_KER_LVM");
  for (const std::string_view name : application_privileges()) {
    EXPECT_TRUE(is_known_privilege(name)) << name;
  }
}

TEST(Privileges, TheDefaultCapabilitiesStayWithinTheWpar) {
  const std::vector<std::string> system = capabilities(std::string(kSystem));
  EXPECT_THAT(system, Contains("CAP_CHOWN"));
  EXPECT_THAT(system, Contains("CAP_NET_BIND_SERVICE"));
  EXPECT_THAT(system, Contains("CAP_MKNOD"));
  for (const std::string_view name : host_wide_capabilities()) {
    EXPECT_THAT(system, Not(Contains(std::string(name))));
  }
  const std::vector<std::string> application = capabilities(std::string(kApplication));
  EXPECT_LT(application.size(), system.size());
  EXPECT_THAT(application, Not(Contains("CAP_MKNOD")));
}

TEST(Privileges, AListReplacesTheDefaultSet) {
  EXPECT_THAT(capabilities(privs("= PV_NET_PORT,PV_PROC_SIG")),
              ElementsAre("CAP_KILL", "CAP_NET_BIND_SERVICE"));
}

TEST(Privileges, AddingAndRemovingChangeTheDefaultSet) {
  EXPECT_THAT(capabilities(privs("+= PV_NET_CNTL")), Contains("CAP_NET_ADMIN"));
  EXPECT_THAT(capabilities(privs("-= PV_FS_MKNOD")), Not(Contains("CAP_MKNOD")));
  EXPECT_THAT(capabilities(privs("-= PV_FS_MKNOD")), Contains("CAP_CHOWN"));
  // Two lines, in order.
  EXPECT_THAT(capabilities(system_with("security:\n privs = PV_NET_PORT\n privs += PV_PROC_SIG\n")),
              ElementsAre("CAP_KILL", "CAP_NET_BIND_SERVICE"));
}

TEST(Privileges, FamiliesStandForTheirMembers) {
  EXPECT_THAT(
      capabilities(privs("= PV_DAC_")),
      ElementsAre("CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_SETGID", "CAP_SETUID"));
  EXPECT_THAT(capabilities(privs("-= PV_DAC_")), Not(Contains("CAP_DAC_OVERRIDE")));
  EXPECT_THAT(capabilities(privs("-= PV_DAC_O")), Not(Contains("CAP_FOWNER")));
}

TEST(Privileges, WhatReachesTheHostIsWithheldUnlessTheSiteAllowsIt) {
  EXPECT_THAT(capabilities(privs("= PV_FS_MOUNT")), Not(Contains("CAP_SYS_ADMIN")));
  EXPECT_THAT(capabilities(privs("= PV_ROOT")), Not(Contains("CAP_SYS_ADMIN")));
  const std::string_view profile = "capabilities: {allow: [CAP_SYS_ADMIN]}";
  EXPECT_THAT(capabilities(privs("= PV_FS_MOUNT"), profile), ElementsAre("CAP_SYS_ADMIN"));
  EXPECT_THAT(capabilities(privs("= PV_DEV_LOAD"), profile), Not(Contains("CAP_SYS_MODULE")));
  const Translation t = translated(privs("= PV_FS_MOUNT"));
  EXPECT_THAT(entry_of(t, "security.privs").reason, HasSubstr("PV_FS_MOUNT (CAP_SYS_ADMIN)"));
}

TEST(Privileges, WithoutANetworkOfItsOwnNetworkPowersAreWithheld) {
  EXPECT_THAT(capabilities(application_with("security:\n privs = PV_NET_CNTL\n")),
              Not(Contains("CAP_NET_ADMIN")));
  EXPECT_THAT(capabilities(application_with("network:\n address = 192.0.2.7\n"
                                            "security:\n privs = PV_NET_CNTL\n")),
              Contains("CAP_NET_ADMIN"));
}

TEST(Privileges, UnknownOnesAreReportedAndMalformedOnesRefused) {
  const Translation t = translated(privs("= PV_NET_PORTS"));
  EXPECT_EQ(entry_of(t, "security.privs").fidelity, Fidelity::kNeedsAction);
  EXPECT_THAT(entry_of(t, "security.privs").action, HasSubstr("PV_NET_PORT"));
  EXPECT_THROW(translated(privs("= CAP_CHOWN")), Error);
}

}  // namespace
}  // namespace wpar::translate
