// SPDX-License-Identifier: Apache-2.0
#include "translate/command_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "translate/command_line.h"

namespace wpar::translate {
namespace {

using testing::ElementsAre;

TEST(CommandWords, SplitLikeAShell) {
  EXPECT_THAT(*find_command_words(" /bin/echo  a\tb "), ElementsAre("/bin/echo", "a", "b"));
  EXPECT_THAT(*find_command_words(R"(/bin/sh -c 'echo "$x" \n' "a \"b\" \x" c\ d '')"),
              ElementsAre("/bin/sh", "-c", R"(echo "$x" \n)", R"(a "b" \x)", "c d", ""));
  EXPECT_THAT(*find_command_words("a'b'\"c\"d"), ElementsAre("abcd"));
  EXPECT_TRUE(find_command_words("")->empty());
}

TEST(CommandWords, RefuseOpenQuotes) {
  EXPECT_EQ(find_command_words("'a"), std::nullopt);
  EXPECT_EQ(find_command_words("\"a'"), std::nullopt);
  EXPECT_EQ(find_command_words("a\\"), std::nullopt);
}

TEST(CommandWords, LeadingAssignmentsAreTheEnvironment) {
  const Command command = split_command({"A=1", "_b=x=y", "/bin/x", "C=2"});
  EXPECT_THAT(command.environment, ElementsAre("A=1", "_b=x=y"));
  EXPECT_THAT(command.args, ElementsAre("/bin/x", "C=2"));
  EXPECT_THAT(split_command({"=1", "x"}).args, ElementsAre("=1", "x"));
  EXPECT_TRUE(split_command({"A=1"}).args.empty());
}

TEST(CommandLine, ReadsBothFormsOfAnOption) {
  const CommandLine line =
      parse_command_line({"--bundle", "b", "--rootfs=/r", "--report=json", "--strict", "a.spec"});
  EXPECT_EQ(line.bundle, "b");
  EXPECT_EQ(line.rootfs, "/r");
  EXPECT_TRUE(line.json_report);
  EXPECT_TRUE(line.strict);
  EXPECT_THAT(line.specs, ElementsAre("a.spec"));
  EXPECT_THAT(parse_command_line({"--", "--strict", "-"}).specs, ElementsAre("--strict", "-"));
  EXPECT_TRUE(parse_command_line({"--help"}).help);
}

TEST(CommandLine, RefusesWhatItCannotMean) {
  const std::vector<std::vector<std::string>> kCases = {{},
                                                        {"--bundel", "x", "a"},
                                                        {"--bundle"},
                                                        {"--bundle=", "a"},
                                                        {"--strict=yes", "a"},
                                                        {"--report", "xml", "a"},
                                                        {"--name", "x", "a", "b"},
                                                        {"--rootfs", "/x", "a", "b"},
                                                        {"--check", "--bundle", "b", "a"},
                                                        {"-", "-"}};
  for (const auto& words : kCases) {
    EXPECT_THROW(parse_command_line(words), Error);
  }
}

}  // namespace
}  // namespace wpar::translate
