// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace wpar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::array<Option, 6> kTable = {{
    {"bundle", 'b', "DIR", "the bundle"},
    {"pid-file", '\0', "FILE", "the pid file"},
    {"env", 'e', "NAME=VALUE", "the environment"},
    {"detach", 'd', "", "do not wait"},
    {"count", '\0', "N", "a number"},
    {"secret", '\0', "", "not shown", true},
}};

Parsed parse(const Words& words, Placement placement = Placement::kBeforeArguments) {
  return parse_options(kTable, words, placement);
}

std::string failure_of(const Words& words, Placement placement = Placement::kBeforeArguments) {
  try {
    parse(words, placement);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "";
}

class GoForms : public ::testing::TestWithParam<Words> {};

TEST_P(GoForms, AllMeanTheSame) {
  const Parsed parsed = parse(GetParam());
  EXPECT_EQ(parsed.text("bundle"), "/b");
  EXPECT_THAT(parsed.arguments(), ElementsAre("web1"));
}

INSTANTIATE_TEST_SUITE_P(Options, GoForms,
                         ::testing::Values(Words{"--bundle", "/b", "web1"},
                                           Words{"--bundle=/b", "web1"},
                                           Words{"-bundle", "/b", "web1"},
                                           Words{"-bundle=/b", "web1"}, Words{"-b", "/b", "web1"},
                                           Words{"-b=/b", "web1"}, Words{"--b=/b", "web1"},
                                           Words{"--bundle=/b", "--", "web1"}));

TEST(Options, AreAbsentUntilGiven) {
  const Parsed parsed = parse({"web1"});
  EXPECT_FALSE(parsed.has("bundle"));
  EXPECT_EQ(parsed.text("bundle"), "");
  EXPECT_FALSE(parsed.flag("detach"));
  EXPECT_THAT(parsed.texts("env"), IsEmpty());
  EXPECT_EQ(parsed.number<unsigned>("count"), 0U);
  EXPECT_FALSE(parsed.help_wanted());
}

TEST(Options, TakeAnEmptyValue) {
  const Parsed parsed = parse({"--bundle=", "--pid-file", "", "web1"});
  EXPECT_TRUE(parsed.has("bundle"));
  EXPECT_TRUE(parsed.has("pid-file"));
  EXPECT_EQ(parsed.text("pid-file"), "");
  EXPECT_THAT(parsed.arguments(), ElementsAre("web1"));
}

TEST(Options, TakeTheNextWordWhateverItLooksLike) {
  EXPECT_EQ(parse({"--bundle", "--detach"}).text("bundle"), "--detach");
  EXPECT_FALSE(parse({"--bundle", "--detach"}).flag("detach"));
  EXPECT_EQ(parse({"--bundle", "--"}).text("bundle"), "--");
  EXPECT_EQ(parse({"--bundle", "--help"}).text("bundle"), "--help");
  EXPECT_FALSE(parse({"--bundle", "--help"}).help_wanted());
}

TEST(Options, KeepEverythingAfterTheFirstEqualsSign) {
  EXPECT_EQ(parse({"--env=A=b=c"}).text("env"), "A=b=c");
}

TEST(Options, AreCollectedInOrderWhenRepeated) {
  EXPECT_THAT(parse({"-e", "A=1", "--env=B=2,3", "-env", "C="}).texts("env"),
              ElementsAre("A=1", "B=2,3", "C="));
}

TEST(Options, LetTheLastOfSeveralValuesWin) {
  EXPECT_EQ(parse({"-b", "/one", "--bundle=/two"}).text("bundle"), "/two");
  EXPECT_FALSE(parse({"--detach", "--detach=false"}).flag("detach"));
  EXPECT_TRUE(parse({"--detach=false", "-d"}).flag("detach"));
}

TEST(Options, EndAtTheFirstArgument) {
  const Parsed parsed = parse({"-d", "web1", "ls", "-l", "--bundle", "--"});
  EXPECT_TRUE(parsed.flag("detach"));
  EXPECT_FALSE(parsed.has("bundle"));
  EXPECT_THAT(parsed.arguments(), ElementsAre("web1", "ls", "-l", "--bundle", "--"));
}

TEST(Options, EndAtTwoDashes) {
  const Parsed parsed = parse({"-d", "--", "--bundle", "x"});
  EXPECT_FALSE(parsed.has("bundle"));
  EXPECT_THAT(parsed.arguments(), ElementsAre("--bundle", "x"));
}

TEST(Options, TakeASingleDashAndAnEmptyWordAsArguments) {
  EXPECT_THAT(parse({"-", "-d"}).arguments(), ElementsAre("-", "-d"));
  EXPECT_THAT(parse({"", "-d"}).arguments(), ElementsAre("", "-d"));
}

TEST(Options, MayStandBehindArgumentsWhereTheCommandAllowsIt) {
  const Parsed parsed = parse({"web1", "-d", "x", "--bundle", "/b"}, Placement::kAnywhere);
  EXPECT_TRUE(parsed.flag("detach"));
  EXPECT_EQ(parsed.text("bundle"), "/b");
  EXPECT_THAT(parsed.arguments(), ElementsAre("web1", "x"));
}

TEST(Options, LeaveOtherDashedWordsBehindAnArgumentAlone) {
  const Words words = {"web1", "-9", "--", "-d"};
  EXPECT_THAT(parse(words, Placement::kAnywhere).arguments(), ElementsAre("web1", "-9", "-d"));
  EXPECT_EQ(failure_of({"-9", "web1"}, Placement::kAnywhere), "flag provided but not defined: -9");
}

class GoBooleans : public ::testing::TestWithParam<std::pair<const char*, bool>> {};

TEST_P(GoBooleans, AreSpelledAsGoSpellsThem) {
  EXPECT_EQ(parse({fmt::format("--detach={}", GetParam().first)}).flag("detach"),
            GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Options, GoBooleans,
                         ::testing::Values(std::pair("1", true), std::pair("t", true),
                                           std::pair("T", true), std::pair("true", true),
                                           std::pair("TRUE", true), std::pair("True", true),
                                           std::pair("0", false), std::pair("f", false),
                                           std::pair("F", false), std::pair("false", false),
                                           std::pair("FALSE", false), std::pair("False", false)));

TEST(Options, RefuseOtherBooleans) {
  EXPECT_EQ(failure_of({"--detach=yes"}), "invalid boolean value \"yes\" for --detach");
  EXPECT_EQ(failure_of({"-d="}), "invalid boolean value \"\" for --d");
}

TEST(Options, NeverGiveASwitchTheNextWord) {
  EXPECT_THAT(parse({"--detach", "false"}).arguments(), ElementsAre("false"));
}

TEST(Options, SayWhenAValueIsMissing) {
  EXPECT_EQ(failure_of({"--pid-file"}), "flag needs an argument: --pid-file");
  EXPECT_EQ(failure_of({"-b"}), "flag needs an argument: -b");
}

TEST(Options, SayWhenTheyAreUnknown) {
  EXPECT_EQ(failure_of({"--nope"}), "flag provided but not defined: -nope");
  EXPECT_EQ(failure_of({"-nope=1", "web1"}), "flag provided but not defined: -nope");
  EXPECT_EQ(failure_of({"--bund", "x"}), "flag provided but not defined: -bund");
  EXPECT_EQ(failure_of({"-de"}), "flag provided but not defined: -de");
}

TEST(Options, RefuseBadSyntax) {
  for (const char* word : {"---bundle", "-=x", "--=x", "----"}) {
    EXPECT_EQ(failure_of({word}), fmt::format("bad flag syntax: {}", word));
  }
}

TEST(Options, ReadNumbersStrictly) {
  EXPECT_EQ(parse({"--count", "4294967295"}).number<std::uint32_t>("count"), 4294967295U);
  for (const char* text : {"4294967296", "-1", "+1", " 1", "1 ", "0x1", "", "three"}) {
    const Parsed parsed = parse({"--count", text});
    EXPECT_THROW(parsed.number<std::uint32_t>("count"), Error) << text;
  }
}

TEST(Options, KnowHelpEverywhere) {
  for (const char* word : {"--help", "-help", "-h", "--h", "--help=true"}) {
    EXPECT_TRUE(parse({word}).help_wanted()) << word;
  }
  EXPECT_FALSE(parse({"--help=false"}).help_wanted());
  EXPECT_FALSE(parse({"web1", "--help"}).help_wanted());
}

TEST(Options, AreABugWhenAskedForOutsideTheTable) {
  try {
    parse({}).text("nope");
    FAIL() << "an unknown name was answered";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInternal);
  }
}

TEST(Options, AreAllDescribedUnlessHidden) {
  const std::string text = describe_options(kTable);
  EXPECT_EQ(text,
            "  -b, --bundle DIR      the bundle\n"
            "      --pid-file FILE   the pid file\n"
            "  -e, --env NAME=VALUE  the environment\n"
            "  -d, --detach          do not wait\n"
            "      --count N         a number\n"
            "  -h, --help            show this help\n");
  EXPECT_THAT(text, Not(HasSubstr("secret")));
  EXPECT_TRUE(parse({"--secret"}).flag("secret"));
}

TEST(Options, OfTwoTablesFollowEachOther) {
  constexpr std::array<Option, 1> kMore = {{{"more", '\0', "", "more"}}};
  constexpr auto kBoth = concat(kTable, kMore);
  static_assert(kBoth.size() == 7);
  EXPECT_EQ(kBoth.front().name, "bundle");
  EXPECT_EQ(kBoth.back().name, "more");
}

}  // namespace
}  // namespace wpar::cli
