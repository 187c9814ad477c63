// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/number_list.h"

#include <gtest/gtest.h>

namespace wpar {

TEST(NumberList, ReadsNumbersAndRanges) {
  EXPECT_EQ(parse_number_list("0-3,7", 100), BitMask{0x8f});
  EXPECT_EQ(parse_number_list("5", 100), BitMask{0x20});
  EXPECT_EQ(parse_number_list("3-3", 100), BitMask{0x8});
  EXPECT_EQ(parse_number_list("1,1,0-1", 100), BitMask{0x3});
}

TEST(NumberList, GrowsByWords) {
  EXPECT_EQ(parse_number_list("63,64", 100), (BitMask{1UL << 63, 1}));
  const auto mask = parse_number_list("0,2000", 32766);
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->size(), 32U);
  EXPECT_EQ(mask->back(), 1UL << 2000 % 64);
  std::string long_list = "0-1023";
  for (int i = 0; i < 3000; ++i) {
    long_list += "," + std::to_string(1024 + i);
  }
  EXPECT_EQ(parse_number_list(long_list, 32766), parse_number_list("0-4023", 32766));
}

TEST(NumberList, TakesBlanksAndEmptyElements) {
  EXPECT_EQ(parse_number_list(" 1 - 2 , 4 ,,", 100), BitMask{0x16});
  EXPECT_EQ(parse_number_list("", 100), BitMask{});
  EXPECT_EQ(parse_number_list(" , ", 100), BitMask{});
}

TEST(NumberList, RefusesWhatIsNoList) {
  for (const char* text : {"a", "1-", "-1", "-", "3-1", "1-2-3", "+1", "0x1", "1.0", "101", "0-101",
                           "4294967296", "1;2"}) {
    EXPECT_FALSE(parse_number_list(text, 100)) << text;
  }
  EXPECT_TRUE(parse_number_list("100", 100));
}

}  // namespace wpar
