// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/cli/cli.h"
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {
namespace {

using wpar::testing::fake_lifecycle;

int run_as_root(const Words& words) {
  wpar::testing::reset_fake_lifecycle();
  return execute(
      interpret(
          words, +[] { return Caller{.is_root = true, .runtime_dir = "", .directory = "/"}; }),
      nullptr);
}

TEST(MountsCommand, AddsOrRemoves) {
  EXPECT_EQ(run_as_root({"mounts", "add", "web1", "list.json"}), 0);
  EXPECT_EQ(fake_lifecycle().called, "add_mounts");
  EXPECT_EQ(fake_lifecycle().id, "web1 list.json");
  EXPECT_EQ(run_as_root({"mounts", "remove", "web1", "list.json"}), 0);
  EXPECT_EQ(fake_lifecycle().called, "remove_mounts");
}

TEST(MountsCommand, RefusesAnotherVerb) {
  try {
    run_as_root({"mounts", "list", "web1", "x"});
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "\"mounts\" wants add or remove, not \"list\"");
  }
}

}  // namespace
}  // namespace wpar::cli
