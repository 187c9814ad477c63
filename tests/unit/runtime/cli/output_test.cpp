// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/output.h"

#include <gtest/gtest.h>

namespace wpar::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(Columns, AreTwelveWideAtLeast) {
  EXPECT_EQ(align_columns(Rows{{"ID", "PID", "STATUS"}, {"a", "12", "running"}}),
            "ID          PID         STATUS\n"
            "a           12          running\n");
}

TEST(Columns, AreThreeBlanksApartWhenTheyAreWider) {
  EXPECT_EQ(align_columns(Rows{{"ID", "X"}, {"a-name-of-twenty-abc", "y"}}),
            "ID                     X\n"
            "a-name-of-twenty-abc   y\n");
  // Nine characters and the gap still fit into twelve, ten do not.
  EXPECT_EQ(align_columns(Rows{{"123456789", "x"}}), "123456789   x\n");
  EXPECT_EQ(align_columns(Rows{{"1234567890", "x"}}), "1234567890   x\n");
}

TEST(Columns, CountCharactersNotBytes) {
  EXPECT_EQ(align_columns(Rows{{"ü", "x"}, {"u", "y"}}), "ü           x\nu           y\n");
}

TEST(Columns, DoNotLetTextMoveTheTerminal) {
  EXPECT_EQ(align_columns(Rows{{"a\nb\tc\x1b[2J", "x"}}), "a?b?c?[2J   x\n");
}

TEST(JsonText, IndentsByFour) {
  JsonText json;
  json.open("");
  json.string("a", "b");
  json.boolean("yes", true);
  json.strings("none", {});
  json.strings("two", std::vector<std::string>{"x", "y"});
  json.open("inner");
  json.boolean("no", false);
  json.close();
  json.open("empty");
  json.close();
  json.close();
  EXPECT_EQ(json.text(), R"({
    "a": "b",
    "yes": true,
    "none": [],
    "two": [
        "x",
        "y"
    ],
    "inner": {
        "no": false
    },
    "empty": {}
}
)");
}

TEST(JsonText, EscapesWhatAStringMayNotHold) {
  JsonText json;
  json.open("");
  json.string("a\"b", "c\\d\n");
  json.close();
  EXPECT_EQ(json.text(), "{\n    \"a\\\"b\": \"c\\\\d\\u000a\"\n}\n");
}

TEST(Print, WritesToStdoutAtOnce) {
  ::testing::internal::CaptureStdout();
  print("one");
  print("two\n");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "onetwo\n");
}

}  // namespace
}  // namespace wpar::cli
