// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/value.h"

#include <gtest/gtest.h>

namespace wpar::spec {
namespace {

template <typename T>
bool reads(std::string_view text) {
  T value{};
  return read_into(value, text).empty();
}

TEST(Values, PercentagesCountHundredths) {
  Percent percent;
  EXPECT_EQ(read_into(percent, "12.5%"), "");
  EXPECT_EQ(percent.hundredths, 1250);
  EXPECT_EQ(read_into(percent, ".01%"), "");
  EXPECT_EQ(percent.hundredths, 1);
  EXPECT_EQ(read_into(percent, " 100 % "),
            "expected a percentage from 0% to 100%, not \" 100 % \"");
  EXPECT_TRUE(reads<Percent>("0"));
  EXPECT_TRUE(reads<Percent>("100%"));
  for (const char* bad :
       {"", "%", "101%", "100.01%", "-1%", "1e1", "1.234", ".", "1.", "0001", "+5"}) {
    EXPECT_FALSE(reads<Percent>(bad)) << bad;
  }
}

TEST(Values, LimitsMustNotDecrease) {
  PercentLimits limits;
  EXPECT_EQ(read_into(limits, "10%-40%,60%"), "");
  EXPECT_EQ(limits.minimum.hundredths, 1000);
  EXPECT_EQ(limits.soft.hundredths, 4000);
  EXPECT_EQ(limits.hard.hundredths, 6000);
  EXPECT_TRUE(reads<PercentLimits>("0-100,100"));
  EXPECT_TRUE(reads<PercentLimits>("5% - 5%, 5%"));
  for (const char* bad : {"", "10%", "10%-40%", "40%-10%,60%", "10%-70%,60%", "0%-0%,10%",
                          "10%,20%-30%", "a-b,c", "10%-40%,60%,80%"}) {
    EXPECT_FALSE(reads<PercentLimits>(bad)) << bad;
  }
}

TEST(Values, SizesKnowTheirBareUnit) {
  MemorySize memory;
  EXPECT_EQ(read_into(memory, "512"), "");
  EXPECT_EQ(memory.bytes, std::uint64_t{512} << 20);
  EXPECT_EQ(read_into(memory, "2GB"), "");
  EXPECT_EQ(memory.bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(read_into(memory, "unlimited"), "");
  EXPECT_EQ(memory.bytes, std::nullopt);
  EXPECT_TRUE(reads<MemorySize>("8796093022207M"));
  for (const char* bad : {"", "M", "0M", "-1", "1K", "1 G", "8796093022208M",
                          "99999999999999999999G", "18446744073709551615T", "1.5G", "1GG", "1B"}) {
    EXPECT_FALSE(reads<MemorySize>(bad)) << bad;
  }
  DiskSize disk;
  EXPECT_EQ(read_into(disk, "2048"), "");
  EXPECT_EQ(disk.bytes, std::uint64_t{1} << 20);
}

TEST(Values, WordsAreExact) {
  EXPECT_TRUE(reads<bool>("yes"));
  EXPECT_TRUE(reads<bool>("no"));
  EXPECT_FALSE(reads<bool>("Yes"));
  EXPECT_FALSE(reads<bool>("true"));
  EXPECT_TRUE(reads<Count>("unlimited"));
  EXPECT_TRUE(reads<Count>("4294967295"));
  EXPECT_FALSE(reads<Count>("4294967296"));
  EXPECT_FALSE(reads<Count>("-1"));
  EXPECT_FALSE(reads<std::int64_t>("x"));
  NameList list;
  EXPECT_EQ(read_into(list, "a, b ,c"), "");
  EXPECT_EQ(list.names, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_FALSE(reads<NameList>("a,,b"));
}

}  // namespace
}  // namespace wpar::spec
