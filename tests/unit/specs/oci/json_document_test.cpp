// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/json_document.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/specs/oci/error_text.h"

namespace wpar::oci {
namespace {

using test::error_text;

std::string refusal(std::string_view text) {
  return error_text([&] { parse_json(text); });
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(JsonDocument, ReadsEveryKindOfValue) {
  const JsonValue document = parse_json(R"([null, true, -3, 7, 1.5, "text", [], {"a": 1}])");
  const auto* array = document.get_if<JsonArray>();
  ASSERT_NE(array, nullptr);
  ASSERT_EQ(array->size(), 8U);
  EXPECT_TRUE((*array)[0].is_null());
  EXPECT_EQ(*(*array)[1].get_if<bool>(), true);
  EXPECT_EQ(*(*array)[2].get_if<std::int64_t>(), -3);
  EXPECT_EQ(*(*array)[3].get_if<std::uint64_t>(), 7U);
  EXPECT_EQ((*array)[4].get_if<JsonReal>()->text, "1.5");
  EXPECT_EQ(*(*array)[5].get_if<std::string>(), "text");
  EXPECT_TRUE((*array)[6].get_if<JsonArray>()->empty());
  EXPECT_EQ((*array)[7].get_if<JsonObject>()->front().first, "a");
}

TEST(JsonDocument, KeepsMembersInDocumentOrder) {
  const JsonValue document = parse_json(R"({"z": 1, "a": {"y": 2, "b": 3}, "m": 4})");
  const auto* object = document.get_if<JsonObject>();
  ASSERT_EQ(object->size(), 3U);
  EXPECT_EQ((*object)[0].first, "z");
  EXPECT_EQ((*object)[1].first, "a");
  EXPECT_EQ((*object)[2].first, "m");
  EXPECT_EQ((*(*object)[1].second.get_if<JsonObject>())[1].first, "b");
}

TEST(JsonDocument, KeepsStringsOfAnyLengthAndScript) {
  const std::string text = fmt::format("Zürich 東京 🐧 {:x>5000}", "");
  const JsonValue document =
      parse_json(fmt::format(R"(["{}", "\u00fc\ud83d\udc27\n\"\\\/"])", text));
  EXPECT_EQ(*(*document.get_if<JsonArray>())[0].get_if<std::string>(), text);
  EXPECT_EQ(*(*document.get_if<JsonArray>())[1].get_if<std::string>(), "ü🐧\n\"\\/");
}

TEST(JsonDocument, TellsLineAndColumnOfASyntaxError) {
  EXPECT_EQ(refusal("{\n  \"a\": 1,\n  \"b\": nope\n}").substr(0, 19), "line 3, column 9: s");
  EXPECT_EQ(refusal("{]").substr(0, 18), "line 1, column 2: ");
}

TEST(JsonDocument, RefusesADocumentThatEndsEarly) {
  for (const char* text : {"", " ", "{", "[1,", "{\"a\"", "{\"a\":", "\"abc", "tru", "-"}) {
    EXPECT_TRUE(refusal(text).starts_with("line 1, column ")) << text;
  }
  EXPECT_EQ(refusal("[1]"), "");
}

TEST(JsonDocument, SyntaxErrorsStayOneShortLine) {
  const std::string message = refusal(fmt::format("[\"{}\nrest\"]", std::string(1 << 20, 'x')));
  EXPECT_LT(message.size(), 200U);
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_NE(message.find("control character"), std::string::npos) << message;
}

TEST(JsonDocument, RefusesTrailingData) {
  EXPECT_NE(refusal("{} {}"), "");
  EXPECT_NE(refusal("{},"), "");
  EXPECT_EQ(refusal("{} \n\t\r"), "");
}

TEST(JsonDocument, RefusesExtensionsOfJson) {
  for (const char* text :
       {"[1,]", "{\"a\":1,}", "[01]", "[+1]", "[.5]", "[1.]", "[NaN]", "['a']", "{a:1}", "[0x1]",
        "// c\n[]", "/* c */ []", "[Infinity]", "[\"\\x41\"]"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(JsonDocument, RefusesANulByteThatWouldHideWhatFollows) {
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(refusal("{}\0{\"hidden\": 1}"sv), "line 1, column 3: NUL byte");
  EXPECT_EQ(refusal("[\"a\0b\"]"sv), "line 1, column 4: NUL byte");
}

TEST(JsonDocument, RefusesAnEscapedNulInAString) {
  EXPECT_EQ(refusal(R"({"process": {"args": ["sh", "a\u0000b"]}})"),
            "/process/args/1: a string must not contain NUL");
  EXPECT_EQ(refusal(R"({"process": {"args": ["sh", "a\u0001b"]}})"), "");
}

TEST(JsonDocument, RefusesAnEscapedNulInAMemberName) {
  EXPECT_EQ(refusal(R"({"annotations": {"x": "y", "a\u0000b": "c"}})"),
            "/annotations: a member name must not contain NUL");
  EXPECT_EQ(refusal(R"({"a\u0000b": "c"})"), "/: a member name must not contain NUL");
}

TEST(JsonDocument, RefusesInvalidUtf8) {
  for (const char* bytes :
       {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC3", "\x80"}) {
    EXPECT_NE(refusal(fmt::format("[\"{}\"]", bytes)), "");
  }
  EXPECT_NE(refusal(R"(["\ud800"])"), "");
  EXPECT_NE(refusal(R"(["\udc00\ud800"])"), "");
  EXPECT_EQ(refusal("[\"\xC3\xBC\xF4\x8F\xBF\xBF\"]"), "");
}

TEST(JsonDocument, RefusesAByteOrderMark) {
  EXPECT_EQ(refusal("\xEF\xBB\xBF{}"), "line 1, column 1: a byte order mark is not allowed");
}

TEST(JsonDocument, RefusesADuplicateMemberAndNamesItsObject) {
  EXPECT_EQ(refusal(R"({"linux": {"namespaces": [{"type": "pid", "x": 1, "type": "user"}]}})"),
            "/linux/namespaces/0: duplicate member \"type\"");
  EXPECT_EQ(refusal(R"({"a": 1, "b": 2, "a": 1})"), "/: duplicate member \"a\"");
  EXPECT_EQ(refusal(R"({"a": 1, "\u0061": 2})"), "/: duplicate member \"a\"");
  EXPECT_EQ(refusal(R"({"a": {"x": 1}, "b": {"x": 1}, "A": 1})"), "");
}

std::string object_with(std::size_t members, std::string_view last) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i) {
    text += fmt::format("\"key{}\": {}, ", i, i);
  }
  return text + fmt::format("\"{}\": 0}}", last);
}

TEST(JsonDocument, FindsADuplicateInABigObject) {
  EXPECT_EQ(refusal(object_with(100'000, "key4711")), "/: duplicate member \"key4711\"");
  EXPECT_EQ(refusal(object_with(100'000, "other")), "");
}

TEST(JsonDocument, LimitsDepthWhileReading) {
  EXPECT_EQ(refusal(nested(64)), "");
  EXPECT_NE(refusal(nested(65)).find("more than 64 objects and arrays inside each other"),
            std::string::npos);
  // Never closed: the limit is what is hit, not the end of the text, and the stack survives.
  EXPECT_NE(refusal(std::string(5'000'000, '[')).find("more than 64"), std::string::npos);
}

TEST(JsonDocument, LimitsSize) {
  const std::string quoted = fmt::format("\"{:x>100}\"", "");
  EXPECT_EQ(error_text([&] { parse_json(quoted, {.bytes = 102}); }), "");
  EXPECT_EQ(error_text([&] { parse_json(quoted, {.bytes = 101}); }),
            "document of 102 bytes is longer than 101 bytes");
  EXPECT_NE(refusal(std::string((16U << 20) + 1, ' ')), "");
}

TEST(JsonDocument, RefusesANumberBeyondAnyType) {
  EXPECT_EQ(refusal("[1e999]"), "line 1, column 6: number out of range");
  EXPECT_EQ(refusal("[1e300]"), "");
}

TEST(JsonPointer, EscapesTildeAndSlash) {
  std::string pointer = "/a";
  append_pointer_step(pointer, "b/c~d");
  EXPECT_EQ(pointer, "/a/b~1c~0d");
}

TEST(Printable, IsOneLineAndCutAtACharacter) {
  EXPECT_EQ(printable("a\nb\x7F"), "a\\u000ab\\u007f");
  EXPECT_EQ(printable("plain ü"), "plain ü");
  std::string umlauts = "x";
  for (int i = 0; i < 1000; ++i) {
    umlauts += "ü";
  }
  EXPECT_EQ(printable(umlauts), umlauts.substr(0, 399) + "…");
}

}  // namespace
}  // namespace wpar::oci
