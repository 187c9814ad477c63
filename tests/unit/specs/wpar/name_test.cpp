// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/name.h"

#include <gtest/gtest.h>

#include <array>

namespace wpar::spec {
namespace {

TEST(WparName, AcceptsWhatMkwparAccepts) {
  for (const char* name : {"web1", "wpar10", "a", "A_b-c", "%x", "abcdefghijklmnopqrstuvwxy"}) {
    EXPECT_EQ(complaint_about_name(name), "") << name;
  }
}

TEST(WparName, RefusesLengthBeginningsAndEverySymbol) {
  EXPECT_NE(complaint_about_name(""), "");
  EXPECT_NE(complaint_about_name("abcdefghijklmnopqrstuvwxyz"), "");
  EXPECT_NE(complaint_about_name("-web"), "");
  EXPECT_NE(complaint_about_name("0web"), "");
  EXPECT_NE(complaint_about_name("web\xc3\xa4"), "");
  for (const char symbol : std::string_view("=:/!;'\"<>~&()*+[],.^{}|\\` \t\n")) {
    EXPECT_NE(complaint_about_name(std::string("web") + symbol + "1"), "") << symbol;
  }
}

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  constexpr std::array<std::string_view, 4> kKnown = {"hostname", "directory", "CPU", "name"};
  EXPECT_EQ(nearest_name("hostnme", kKnown), "hostname");
  EXPECT_EQ(nearest_name("dirctory", kKnown), "directory");
  EXPECT_EQ(nearest_name("cpu", kKnown), "CPU");
  EXPECT_EQ(nearest_name("nmae", kKnown), "name");
  EXPECT_EQ(nearest_name("", kKnown), "CPU");
  EXPECT_EQ(nearest_name(std::string(100000, 'x'), kKnown), "hostname");  // all equal
}

}  // namespace
}  // namespace wpar::spec
