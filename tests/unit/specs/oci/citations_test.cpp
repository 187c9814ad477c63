// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/citations.h"

#include <gtest/gtest.h>

#include <set>

namespace wpar::oci {
namespace {

TEST(Citations, TakeTheMostSpecificRow) {
  EXPECT_EQ(citation_for("/process/cwd").pattern, "/process/cwd");
  EXPECT_EQ(citation_for("/process/user/uid").pattern, "/process/user");
  EXPECT_EQ(citation_for("/process/rlimits/0/type").pattern, "/process/rlimits/*");
  EXPECT_EQ(citation_for("/mounts/12/options/3").pattern, "/mounts/*/options");
  EXPECT_EQ(citation_for("/hooks/poststop/0/path").pattern, "/hooks/*/*/path");
  EXPECT_EQ(citation_for("/hooks/prestart/0/env").pattern, "/hooks/prestart");
  EXPECT_EQ(citation_for("/linux/resources/cpu/shares").pattern, "/linux/resources/cpu");
}

TEST(Citations, CoverEverything) {
  for (const char* pointer : {"", "/", "/unheard/of", "line 3, column 1"}) {
    EXPECT_EQ(citation_for(pointer).pattern, "");
    EXPECT_FALSE(citation_for(pointer).sentence.empty());
  }
}

TEST(Citations, NameADocumentAndASectionEachAndNoPlaceTwice) {
  std::set<std::string_view> patterns;
  for (const Citation& row : citations()) {
    EXPECT_TRUE(patterns.insert(row.pattern).second) << row.pattern;
    EXPECT_TRUE(row.section.starts_with("config.md#config") ||
                row.section.starts_with("config-linux.md#config"))
        << row.pattern;
    EXPECT_GT(row.sentence.size(), 15U) << row.pattern;
    EXPECT_TRUE(row.pattern.empty() || row.pattern.front() == '/');
  }
}

}  // namespace
}  // namespace wpar::oci
