// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/path.h"

#include <gtest/gtest.h>

namespace wpar {
namespace {

TEST(Path, CleansDotsAndSlashes) {
  EXPECT_EQ(clean_path("/a//b/./../c/"), "/a/c");
  EXPECT_EQ(clean_path("a/.."), ".");
  EXPECT_EQ(clean_path(""), ".");
  EXPECT_EQ(clean_path("/"), "/");
}

TEST(Path, NeverLeavesTheRootOfAnAbsolutePath) {
  EXPECT_EQ(clean_path("/../../etc"), "/etc");
  EXPECT_EQ(clean_path("../etc"), "../etc");
}

TEST(Path, AnAbsolutePathReplacesTheBase) {
  EXPECT_EQ(join_path("/bundle", "rootfs"), "/bundle/rootfs");
  EXPECT_EQ(join_path("/bundle", "/other"), "/other");
}

TEST(Path, ComparesComponentsNotPrefixes) {
  EXPECT_TRUE(is_same_or_below("/proc/sys", "/proc"));
  EXPECT_TRUE(is_same_or_below("/proc", "/proc"));
  EXPECT_FALSE(is_same_or_below("/process", "/proc"));
  EXPECT_FALSE(is_same_or_below("/proc/../etc", "/proc"));
  EXPECT_TRUE(is_same_or_below("/anything", "/"));
}

TEST(Path, KnowsParentAndName) {
  EXPECT_EQ(base_name("/a/b"), "b");
  EXPECT_EQ(parent_path("/a/b"), "/a");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(parent_path("a"), ".");
}

}  // namespace
}  // namespace wpar
