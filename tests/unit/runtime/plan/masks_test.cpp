// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/masks.h"

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

TEST(PlanMasks, KeepsCleanPathsOnceAndInOrder) {
  oci::Config config = good_config();
  config.linux_.masked_paths = {"/proc/kcore", "/proc//acpi/", "/proc/kcore"};
  config.linux_.readonly_paths = {"/proc/sys"};
  const Plan plan = build(config);
  EXPECT_EQ(plan.masked_paths, (Texts{"/proc/kcore", "/proc/acpi"}));
  EXPECT_EQ(plan.readonly_paths, Texts{"/proc/sys"});
}

TEST(PlanMasks, RefusesRelativePathsAndTheRoot) {
  oci::Config config = good_config();
  config.linux_.masked_paths = {"proc/kcore", "/..", with_nul()};
  config.linux_.readonly_paths = {""};
  EXPECT_EQ(findings_of(config),
            (Texts{"/linux/maskedPaths/0: expected an absolute path, not \"proc/kcore\"",
                   "/linux/maskedPaths/1: the root directory cannot be in this list",
                   "/linux/maskedPaths/2: contains a NUL character",
                   "/linux/readonlyPaths/0: expected an absolute path, not \"\""}));
}

}  // namespace wpar::plan
