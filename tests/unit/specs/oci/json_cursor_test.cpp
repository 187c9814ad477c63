// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/specs/oci/error_text.h"

namespace wpar::oci {
namespace {

using test::error_text;
using testing::ElementsAre;

template <typename Int>
std::string integer_error(std::string_view number) {
  const JsonValue document = parse_json(number);
  return error_text([&] { JsonCursor(document).integer<Int>(); });
}

template <typename Int>
Int integer_of(std::string_view number) {
  const JsonValue document = parse_json(number);
  return JsonCursor(document).integer<Int>();
}

TEST(JsonCursor, KnowsItsPointer) {
  const JsonValue document = parse_json(R"({"a": [{"x": 1}, {"b/c": {"d~e": 2}}], "": 3})");
  const JsonCursor root(document);
  EXPECT_EQ(root.path(), "");
  EXPECT_EQ(root.at("a").path(), "/a");
  EXPECT_EQ(root.at("").path(), "/");
  EXPECT_EQ(root.at("a").elements()[1].at("b/c").at("d~e").path(), "/a/1/b~1c/d~0e");
}

TEST(JsonCursor, FailsWithThePointer) {
  const JsonValue document = parse_json(R"({"process": {"user": {"uid": -1}}})");
  const JsonCursor root(document);
  const JsonCursor uid = root.at("process").at("user").at("uid");
  EXPECT_EQ(error_text([&] { uid.integer<std::uint32_t>(); }),
            "/process/user/uid: expected an integer from 0 to 4294967295");
  EXPECT_EQ(error_text([&] { root.fail("is odd"); }), "/: is odd");
  EXPECT_EQ(error_text([&] { root.at("process").at("user").at("gid"); }),
            "/process/user/gid: required, but missing");
}

TEST(JsonCursor, PointersInMessagesAreOneLine) {
  const JsonValue document = parse_json(R"({"a\nb": 1})");
  EXPECT_EQ(error_text([&] { JsonCursor(document).at("a\nb").fail("no"); }), "/a\\u000ab: no");
}

TEST(JsonCursor, TakesNullForAbsent) {
  const JsonValue document = parse_json(R"({"a": null, "b": 1})");
  const JsonCursor root(document);
  EXPECT_FALSE(root.find("a").has_value());
  EXPECT_FALSE(root.find("c").has_value());
  EXPECT_TRUE(root.find("b").has_value());
  EXPECT_NE(error_text([&] { root.at("a"); }), "");
  ASSERT_EQ(root.members().size(), 1U);
  EXPECT_EQ(root.members()[0].first, "b");
}

TEST(JsonCursor, RefusesEveryWrongType) {
  const JsonValue document = parse_json(R"({"n": 1, "s": "x", "b": true, "l": [], "o": {}})");
  const JsonCursor root(document);
  EXPECT_EQ(error_text([&] { root.at("n").string(); }), "/n: expected a string");
  EXPECT_EQ(error_text([&] { root.at("n").boolean(); }), "/n: expected true or false");
  EXPECT_EQ(error_text([&] { root.at("o").elements(); }), "/o: expected an array");
  EXPECT_EQ(error_text([&] { root.at("o").strings(); }), "/o: expected an array");
  EXPECT_EQ(error_text([&] { root.at("l").members(); }), "/l: expected an object");
  EXPECT_EQ(error_text([&] { root.at("l").find("x"); }), "/l: expected an object");
  EXPECT_EQ(error_text([&] { root.at("s").integer<std::int8_t>(); }),
            "/s: expected an integer from -128 to 127");
  EXPECT_EQ(root.at("s").string(), "x");
  EXPECT_TRUE(root.at("b").boolean());
}

TEST(JsonCursor, NamesTheElementThatIsNotAString) {
  const JsonValue document = parse_json(R"({"good": ["a", "b"], "bad": ["a", 1], "null": [null]})");
  const JsonCursor root(document);
  EXPECT_THAT(root.at("good").strings(), ElementsAre("a", "b"));
  EXPECT_EQ(error_text([&] { root.at("bad").strings(); }), "/bad/1: expected a string");
  EXPECT_EQ(error_text([&] { root.at("null").strings(); }), "/null/0: expected a string");
}

TEST(JsonCursor, ReadsIntegersExactlyToTheEdges) {
  EXPECT_EQ(integer_of<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(integer_of<std::int64_t>("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(integer_of<std::int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(integer_of<std::int64_t>("-0"), 0);
  EXPECT_EQ(integer_of<std::uint64_t>("-0"), 0U);
  EXPECT_EQ(integer_of<std::uint64_t>("9007199254740993"), 9007199254740993U);  // 2^53 + 1
}

TEST(JsonCursor, RefusesIntegersBeyondTheType) {
  EXPECT_NE(integer_error<std::uint64_t>("18446744073709551616"), "");
  EXPECT_NE(integer_error<std::int64_t>("9223372036854775808"), "");
  EXPECT_NE(integer_error<std::int64_t>("-9223372036854775809"), "");
  EXPECT_NE(integer_error<std::uint64_t>("-1"), "");
  EXPECT_NE(integer_error<std::uint16_t>("65536"), "");
  EXPECT_EQ(integer_error<std::uint16_t>("65535"), "");
  EXPECT_NE(integer_error<std::int8_t>("-129"), "");
  EXPECT_EQ(integer_error<std::int8_t>("-128"), "");
}

TEST(JsonCursor, TakesIntegralRealsExactly) {
  EXPECT_EQ(integer_of<std::uint64_t>("1e18"), 1'000'000'000'000'000'000U);
  EXPECT_EQ(integer_of<std::uint32_t>("2.0"), 2U);
  EXPECT_EQ(integer_of<std::int32_t>("-12.50e1"), -125);
  EXPECT_EQ(integer_of<std::uint64_t>("1.8446744073709551615E+19"), UINT64_MAX);
  EXPECT_EQ(integer_of<std::int64_t>("-9.223372036854775808e18"), INT64_MIN);
  EXPECT_EQ(integer_of<std::uint64_t>("1000e-3"), 1U);
  EXPECT_EQ(integer_of<std::uint64_t>("9223372036854772000.0"), 9223372036854772000U);
  EXPECT_EQ(integer_of<std::uint64_t>("0e300"), 0U);
  EXPECT_EQ(integer_of<std::uint64_t>("-0.0"), 0U);
  EXPECT_EQ(integer_of<std::uint64_t>("0.00"), 0U);
}

TEST(JsonCursor, RefusesRealsThatAreNoInteger) {
  for (const char* number : {"1.5", "1e-1", "1.8446744073709551616e19", "1e20", "1e300", "-1e1",
                             "1e-99999", "0.1e0", "1e-999999999999"}) {
    EXPECT_NE(integer_error<std::uint64_t>(number), "") << number;
  }
  EXPECT_NE(integer_error<std::uint64_t>("\"1\""), "");
  EXPECT_NE(integer_error<std::uint64_t>("true"), "");
}

TEST(JsonCursor, ChecksAGivenRange) {
  const JsonValue document = parse_json("[0, 7, 8]");
  const auto numbers = JsonCursor(document).elements();
  EXPECT_EQ(numbers[1].integer<std::uint8_t>(1, 7), 7);
  EXPECT_EQ(error_text([&] { numbers[0].integer<std::uint8_t>(1, 7); }),
            "/0: expected an integer from 1 to 7");
  EXPECT_NE(error_text([&] { numbers[2].integer<std::int32_t>(-7, 7); }), "");
}

TEST(JsonCursor, MayOutliveTheCursorItCameFrom) {
  const JsonValue document = parse_json(R"({"a": {"b": [1]}})");
  std::optional<JsonCursor> deep;
  {
    const JsonCursor root(document);
    const JsonCursor middle = root.at("a");
    deep = middle.at("b").elements()[0];
  }
  EXPECT_EQ(deep->path(), "/a/b/0");
}

}  // namespace
}  // namespace wpar::oci
