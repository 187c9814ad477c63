// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/sysctls.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(SysctlPath, TakesTheFirstSeparatorAsTheSeparator) {
  EXPECT_EQ(sysctl_path("net.ipv4.ip_forward"), "net/ipv4/ip_forward");
  EXPECT_EQ(sysctl_path("net/ipv4/ip_forward"), "net/ipv4/ip_forward");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/1.forwarding"), "net/ipv4/conf/eth0.1/forwarding");
  EXPECT_EQ(sysctl_path("net/ipv4/conf/eth0.1/forwarding"), "net/ipv4/conf/eth0.1/forwarding");
}

TEST(PlanSysctls, PassWhatBelongsToTheContainersNamespaces) {
  oci::Config config = mapped_config();
  config.linux_.sysctl = {{"fs.mqueue.msg_max", "5"},
                          {"kernel.domainname", "d"},
                          {"kernel.shmmax", "1"},
                          {"net.core.somaxconn", "9"},
                          {"user.max_user_namespaces", "0"}};
  const auto plan = build(config).sysctls;
  ASSERT_EQ(plan.size(), 5U);
  EXPECT_EQ(plan[0].path, "fs/mqueue/msg_max");
  EXPECT_EQ(plan[3].value, "9");
}

TEST(PlanSysctls, NeedTheNamespaceOfTheirOwn) {
  oci::Config config = good_config();
  config.linux_.namespaces = {{.type = "mount", .path = {}}};
  config.linux_.sysctl = {{"kernel.sem", "1"}, {"net.core.somaxconn", "9"}, {"user.x", "1"}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/sysctl/kernel.sem: needs a ipc namespace of the container's own",
                   "/linux/sysctl/net.core.somaxconn: needs a network namespace of the container's "
                   "own",
                   "/linux/sysctl/user.x: needs a user namespace of the container's own"}));
}

TEST(PlanSysctls, RefuseWhatWouldChangeTheHost) {
  oci::Config config = good_config();
  config.domainname = "d";
  config.linux_.sysctl = {{"kernel.core_pattern", "|/x"},
                          {"kernel.domainname", "e"},
                          {"kernel.hostname", "h"},
                          {"kernel.semx", "1"},
                          {"net/../kernel/panic", "1"},
                          {"net..ipv4", "1"},
                          {"network", "1"},
                          {"vm/swappiness", "1"}};
  const std::string host = ": does not belong to a namespace: it would change the host";
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/sysctl/kernel.core_pattern" + host,
                   "/linux/sysctl/kernel.domainname: conflicts with /domainname",
                   "/linux/sysctl/kernel.hostname: use /hostname instead",
                   "/linux/sysctl/kernel.semx" + host,
                   "/linux/sysctl/net..ipv4: is not the name of a kernel parameter",
                   "/linux/sysctl/net~1..~1kernel~1panic: is not the name of a kernel parameter",
                   "/linux/sysctl/network" + host, "/linux/sysctl/vm~1swappiness" + host}));
}

TEST(PlanSysctls, RefuseTwoSpellingsOfOneParameterAndNul) {
  oci::Config config = good_config();
  config.linux_.sysctl = {{"net.a.b", "1"}, {"net/a/b", "2"}, {"net.c", with_nul()}};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/sysctl/net.c: contains a NUL character",
                   "/linux/sysctl/net~1a~1b: is in the list twice, in two spellings"}));
}

}  // namespace wpar::plan
