// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/variant_text.h"

#include <gtest/gtest.h>

namespace wpar::plan {
namespace {

Variant read(std::string_view text) {
  std::string problem;
  const auto variant = parse_variant(text, problem);
  EXPECT_TRUE(variant) << text << ": " << problem;
  return variant.value_or(Variant{});
}

std::string problem_of(std::string_view text) {
  std::string problem;
  EXPECT_FALSE(parse_variant(text, problem)) << text;
  return problem;
}

Variant one(const char* signature, const char* value) {
  return {signature, {value}};
}

TEST(VariantText, ReadsSimpleValues) {
  EXPECT_EQ(read("true"), one("b", "true"));
  EXPECT_EQ(read(" false "), one("b", "false"));
  EXPECT_EQ(read("37"), one("i", "37"));
  EXPECT_EQ(read("-37"), one("i", "-37"));
  EXPECT_EQ(read("+37"), one("i", "37"));
  EXPECT_EQ(read("0x1F"), one("i", "31"));
  EXPECT_EQ(read("017"), one("i", "15"));
  EXPECT_EQ(read("0"), one("i", "0"));
  EXPECT_EQ(read("1.5"), one("d", "1.5"));
  EXPECT_EQ(read("'inactive-or-failed'"), one("s", "inactive-or-failed"));
  EXPECT_EQ(read(R"("it's")"), one("s", "it's"));
  EXPECT_EQ(read(R"('a\'b\\c\n')"), one("s", "a'b\\c\n"));
}

TEST(VariantText, ReadsNamedTypes) {
  EXPECT_EQ(read("uint64 10000000"), one("t", "10000000"));
  EXPECT_EQ(read("@t 5"), one("t", "5"));
  EXPECT_EQ(read("byte 255"), one("y", "255"));
  EXPECT_EQ(read("int16 -32768"), one("n", "-32768"));
  EXPECT_EQ(read("uint64 18446744073709551615"), one("t", "18446744073709551615"));
  EXPECT_EQ(read("int64 -9223372036854775808"), one("x", "-9223372036854775808"));
  EXPECT_EQ(read("double 2"), one("d", "2"));
  EXPECT_EQ(read("boolean true"), one("b", "true"));
}

TEST(VariantText, ReadsArrays) {
  EXPECT_EQ(read("['crio.service', \"b\"]"), (Variant{"as", {"crio.service", "b"}}));
  EXPECT_EQ(read("[ uint32 1,2 ]"), (Variant{"au", {"1", "2"}}));
  EXPECT_EQ(read("@as []"), (Variant{"as", {}}));
  EXPECT_EQ(read("@ay [1, 0xff]"), (Variant{"ay", {"1", "255"}}));
}

TEST(VariantText, SaysWhatIsWrong) {
  const char* kind = "expected a boolean, a number, a quoted text, or an array of these";
  for (const char* text : {"", "yes", "infinity", "{'a': 1}", "<5>", "('a', 'b')", "True"}) {
    EXPECT_EQ(problem_of(text), kind) << text;
  }
  EXPECT_EQ(problem_of("byte 256"), "the number does not fit the type y");
  EXPECT_EQ(problem_of("uint64 -1"), "the number does not fit the type t");
  EXPECT_EQ(problem_of("2147483648"), "the number does not fit the type i");
  EXPECT_EQ(problem_of("uint64 18446744073709551616"), "expected a number");
  EXPECT_EQ(problem_of("5 6"), "there is more behind the value");
  EXPECT_EQ(problem_of("'a"), "a text without its closing quote");
  EXPECT_EQ(problem_of("'a\\"), "a text without its closing quote");
  EXPECT_EQ(problem_of("'\\u0041'"), "the escape \\u is not known");
  EXPECT_EQ(problem_of("[]"), "an empty array needs its type: @as []");
  EXPECT_EQ(problem_of("[1, 'a']"), "a value of the type s where i is expected");
  EXPECT_EQ(problem_of("[1 2]"), "expected , or ] in an array");
  EXPECT_EQ(problem_of("[1,"), kind);
  EXPECT_EQ(problem_of("uint64 uint64 5"), "expected a value behind its type");
  EXPECT_EQ(problem_of("@z 5"), "expected a simple type or an array of one behind @");
  EXPECT_EQ(problem_of("@as 'a'"), "expected a value of the type as");
  EXPECT_EQ(problem_of("@s ['a']"), "expected a value of the type s");
  EXPECT_EQ(problem_of("@b 1"), "the number does not fit the type b");
  EXPECT_EQ(problem_of(std::string_view("'a\0'", 4)), "contains a NUL character");
}

}  // namespace
}  // namespace wpar::plan
