// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/host.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(Host, GrantsWhatIsBothPermittedAndInTheBoundingSet) {
  EXPECT_EQ(
      grantable_capabilities("Name:\tx\nCapInh:\t0000000000000000\nCapPrm:\t00000000000000ff\n"
                             "CapEff:\t0\nCapBnd:\t000001ffffffff0f\nCapAmb:\t0\n"),
      0x0fU);
}

TEST(Host, DoesNotGuessWhenTheLinesAreMissing) {
  EXPECT_THROW(grantable_capabilities("Name:\tCapBnd:\n"), Error);
  EXPECT_THROW(grantable_capabilities("\nCapPrm:\tzz\nCapBnd:\t0\n"), Error);
}

TEST(Host, ReadsTheLinesOfAnIdMap) {
  const auto map = parse_id_map("         0       1000          1\n         1     100000  65536\n");
  ASSERT_EQ(map.size(), 2U);
  EXPECT_EQ(map[1], (oci::IdMapping{.container_id = 1, .host_id = 100000, .size = 65536}));
  EXPECT_TRUE(parse_id_map("").empty());
  EXPECT_THROW(parse_id_map("0 0\n"), Error);
  EXPECT_THROW(parse_id_map("0 0 x\n"), Error);
}

TEST(Host, LooksAtThisMachine) {
  const HostFacts host = look_at_host("/run/x");
  EXPECT_EQ(host.euid, geteuid());
  EXPECT_EQ(host.cache_directory, "/run/x/.seccomp");
  for (unsigned int i = 0; i < kCapabilityNames.size(); ++i) {
    if ((host.bounding_set >> i & 1) != 0) {
      EXPECT_EQ(prctl(PR_CAPBSET_READ, i, 0, 0, 0), 1) << kCapabilityNames.at(i);
    }
  }
  EXPECT_EQ(look_at_host("").cache_directory, "");
}

}  // namespace wpar::plan
