// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace wpar {
namespace {

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Text, WordsHaveNoEmptyOnes) {
  EXPECT_EQ(split_words("  a \t b\n"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_TRUE(split_words(" \n").empty());
}

TEST(Text, AnIntegerIsTheWholeText) {
  EXPECT_EQ(parse_integer<std::uint32_t>("4294967295"), 4294967295U);
  for (const char* wrong : {"4294967296", "-1", "+1", " 1", "1 ", "0x1", "", "1e3"}) {
    EXPECT_FALSE(parse_integer<std::uint32_t>(wrong)) << wrong;
  }
}

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trim("  a b \r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

}  // namespace
}  // namespace wpar
