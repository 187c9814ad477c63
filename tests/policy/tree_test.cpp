// SPDX-License-Identifier: Apache-2.0
// The instrument before the measurements: does the policy reader see code, and only code?
#include "tests/policy/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PolicyTree, HoldsThisRepository) {
  const Tree& tree = repository();
  EXPECT_GT(tree.size(), 30U);
  EXPECT_TRUE(is_allowed({{"runtime/base/error.h", ""}}, "runtime/base/error.h"));
  EXPECT_THAT(stale_sites(tree, {{"runtime/base/error.h", "a file that must be there"}}),
              IsEmpty());
}

TEST(PolicyTree, BlanksCommentsAndLiteralsButKeepsLines) {
  const SourceFile file = make_file("a.cpp",
                                    "int a; // dlopen\n"
                                    "/* dlopen\n dlopen */ int b = 1'000;\n"
                                    "auto c = \"dlopen \\\" dlopen\"; dlopen();\n"
                                    "auto d = R\"x(dlopen \")x\"; char e = '\"'; int f;\n");
  ASSERT_EQ(file.code.size(), 5U);
  const std::vector<BannedWord> words = {{"dlopen", "no"}};
  EXPECT_THAT(find_words(file, words), ElementsAre(HasSubstr("a.cpp:4:")));
  EXPECT_THAT(file.code[2], HasSubstr("int b"));
  EXPECT_THAT(file.code[4], HasSubstr("int f;"));
}

TEST(PolicyTree, FindsWordsOnlyAsWholeIdentifiers) {
  EXPECT_TRUE(has_word("x = system(y);", "system("));
  EXPECT_TRUE(has_word("::system(y)", "system("));
  EXPECT_FALSE(has_word("find_system(y)", "system("));
  EXPECT_FALSE(has_word("regexes", "regex"));
}

TEST(PolicyTree, ReadsBothKindsOfInclude) {
  const SourceFile file = make_file(
      "a.cpp", "#include <vector>\n  # include \"runtime/base/fd.h\"\n// #include <no>\n");
  const std::vector<Include> found = includes_of(file);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].target, "vector");
  EXPECT_FALSE(found[0].quoted);
  EXPECT_EQ(found[1].target, "runtime/base/fd.h");
  EXPECT_TRUE(found[1].quoted);
  EXPECT_EQ(found[1].line, 2);
}

TEST(PolicyTree, ReportsAllowListEntriesThatOutlivedTheirFile) {
  const Tree tree = {make_file("runtime/a.cpp", "")};
  EXPECT_THAT(stale_sites(tree, {{"runtime/gone.cpp", "a reason that is long enough"}}),
              ElementsAre(HasSubstr("not in the tree")));
  EXPECT_THAT(stale_sites(tree, {{"runtime/a.cpp", "short"}}),
              ElementsAre(HasSubstr("without a reason")));
  EXPECT_THAT(stale_sites(tree, {{"runtime/", "a folder with a good reason"}}), IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
