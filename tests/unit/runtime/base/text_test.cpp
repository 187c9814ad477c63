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

TEST(Text, Utf8IsWhatUnicodeCallsWellFormed) {
  for (const char* good : {"", "a", "\x7f", "\xc3\xa4", "\xed\x9f\xbf",
                           "\xef\xbb\xbf"
                           "a",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  const std::vector<std::pair<const char*, std::size_t>> kBad = {
      {"\x80", 0},         {"a\xe9t", 1},           {"\xc3", 0},
      {"\xc0\x80", 0},     {"ab\xed\xa0\x80", 2},   {"\xc3\xa4\xf4\x90\x80\x80", 2},
      {"\xe0\x9f\xbf", 0}, {"\xf0\x8f\xbf\xbf", 0}, {"\xff", 0}};
  for (const auto& [bad, at] : kBad) {
    EXPECT_EQ(find_bad_utf8(bad), at) << bad;
  }
}

TEST(Text, TrimsBothEnds) {
  EXPECT_EQ(trim("  a b \r\n"), "a b");
  EXPECT_EQ(trim(" \t"), "");
}

}  // namespace
}  // namespace wpar
