// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/stanza.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace wpar::spec {
namespace {

std::vector<Stanza> parsed(std::string_view text) {
  Problems problems("x.spec");
  std::vector<Stanza> stanzas = parse_stanzas(text, problems);
  EXPECT_EQ(problems.message(), "");
  return stanzas;
}

std::string complaints(std::string_view text) {
  Problems problems("x.spec");
  parse_stanzas(text, problems);
  return problems.message();
}

TEST(Stanzas, KeepPlacesOfNamesKeysAndValues) {
  const std::vector<Stanza> stanzas = parsed("general:\n        name = \"web1\"\n");
  ASSERT_EQ(stanzas.size(), 1u);
  EXPECT_EQ(stanzas[0].name, "general");
  EXPECT_EQ(stanzas[0].at, (Position{1, 1}));
  ASSERT_EQ(stanzas[0].attributes.size(), 1u);
  EXPECT_EQ(stanzas[0].attributes[0].key, "name");
  EXPECT_EQ(stanzas[0].attributes[0].value, "web1");
  EXPECT_EQ(stanzas[0].attributes[0].at, (Position{2, 9}));
  EXPECT_EQ(stanzas[0].attributes[0].value_at, (Position{2, 16}));
}

TEST(Stanzas, BearUntidyLines) {
  const std::vector<Stanza> stanzas = parsed(
      "* a comment\r\ngeneral: # here too\r\nname=tiny # trailing\r\n\tempty = \"\"\n\n bare =\n");
  ASSERT_EQ(stanzas.size(), 1u);
  ASSERT_EQ(stanzas[0].attributes.size(), 3u);
  EXPECT_EQ(stanzas[0].attributes[0].value, "tiny");
  EXPECT_EQ(stanzas[0].attributes[1].value, "");
  EXPECT_EQ(stanzas[0].attributes[2].value, "");
}

TEST(Stanzas, JoinContinuationLinesWithoutTheirIndentation) {
  const std::vector<Stanza> stanzas = parsed(
      "security:\n  privs = \"PV_A,\\\n          PV_B\"\n  secfile = \\\n    /etc/x\n  z = 1\n");
  ASSERT_EQ(stanzas[0].attributes.size(), 3u);
  EXPECT_EQ(stanzas[0].attributes[0].value, "PV_A,PV_B");
  EXPECT_EQ(stanzas[0].attributes[1].value, "/etc/x");
  EXPECT_EQ(stanzas[0].attributes[1].at.line, 4);
  EXPECT_EQ(stanzas[0].attributes[1].value_at, (Position{5, 5}));
  EXPECT_EQ(stanzas[0].attributes[2].at.line, 6);
}

TEST(Stanzas, TakeABackslashInACommentAsAComment) {
  const std::vector<Stanza> stanzas = parsed("general: # no continuation \\\n  name = a\n");
  ASSERT_EQ(stanzas[0].attributes.size(), 1u);
  EXPECT_EQ(stanzas[0].attributes[0].at.line, 2);
}

TEST(Stanzas, UnescapeQuotesAndBackslashesOnly) {
  const std::vector<Stanza> stanzas = parsed(R"(g:
  a = "say \"hi\" # not a comment"
  b = "c:\\dir\\"
  c = "one\two"
)");
  EXPECT_EQ(stanzas[0].attributes[0].value, "say \"hi\" # not a comment");
  EXPECT_EQ(stanzas[0].attributes[1].value, "c:\\dir\\");
  EXPECT_EQ(stanzas[0].attributes[2].value, "one\\two");
}

TEST(Stanzas, KnowAddingAndRemoving) {
  const std::vector<Stanza> stanzas = parsed("s:\n privs += a\n privs-=b\n some-key = c\n");
  EXPECT_EQ(stanzas[0].attributes[0].assign, Assign::kAdd);
  EXPECT_EQ(stanzas[0].attributes[1].key, "privs");
  EXPECT_EQ(stanzas[0].attributes[1].assign, Assign::kRemove);
  EXPECT_EQ(stanzas[0].attributes[2].key, "some-key");
}

TEST(Stanzas, NameEveryErrorWithItsPlace) {
  EXPECT_EQ(
      complaints("name = x\ng:\n a = \"open\n b \"v\"\n c = \"x\" y\n d = p q\n ???\n e = a\"b\n"),
      "x.spec:1: \"name\" stands before the first stanza header (column 1)\n"
      "x.spec:3: the double quote of \"a\" is not closed (column 6)\n"
      "x.spec:4: expected \"=\" after \"b\" (column 4)\n"
      "x.spec:5: unexpected text after the value of \"c\": a value with blanks stands in "
      "double quotes (column 10)\n"
      "x.spec:6: unexpected text after the value of \"d\": a value with blanks stands in "
      "double quotes (column 8)\n"
      "x.spec:7: expected a stanza header \"name:\" or an attribute \"key = value\" (column 2)\n"
      "x.spec:8: a double quote inside an unquoted value (column 7)");
}

TEST(Stanzas, WantHeadersInColumnOneAndAlone) {
  EXPECT_EQ(complaints(" g:\n"),
            "x.spec:1: the stanza header \"g:\" must begin in column 1 (column 2)");
  EXPECT_EQ(complaints("g: h\n"),
            "x.spec:1: unexpected text after the stanza header \"g:\" (column 4)");
  EXPECT_EQ(complaints("g:   \n"), "");
}

TEST(Stanzas, RefuseBytesThatAreNotAscii) {
  EXPECT_THAT(complaints("g:\n a = \"b\xc3\xa4h\"\n"), testing::StartsWith("x.spec:2: byte 0xc3"));
  EXPECT_THAT(complaints(std::string_view("g:\n a = \"\0\"\n", 12)),
              testing::StartsWith("x.spec:2: byte 0x00"));
  EXPECT_EQ(complaints("g: # b\xc3\xa4h\n"), "");
}

TEST(Stanzas, SurviveAnyBytes) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "ab:=\"\\#\n \t+-*\r\x01\xff,";
  std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      text += kAlphabet[pick(random)];
    }
    Problems problems("x");
    for (const Stanza& stanza : parse_stanzas(text, problems)) {
      EXPECT_FALSE(stanza.name.empty());
      EXPECT_GE(stanza.at.line, 1);
    }
  }
}

// What write_stanzas must preserve.
std::string essence(const std::vector<Stanza>& stanzas) {
  std::string text;
  for (const Stanza& stanza : stanzas) {
    text += "[" + stanza.name + "]";
    for (const Attribute& attribute : stanza.attributes) {
      text += "(" + attribute.key + "|" + std::to_string(static_cast<int>(attribute.assign)) + "|" +
              attribute.value + ")";
    }
  }
  return text;
}

class StanzaMaker {
 public:
  explicit StanzaMaker(unsigned seed) : random_(seed) {}

  std::vector<Stanza> make() {
    std::vector<Stanza> stanzas(below(5));
    for (Stanza& stanza : stanzas) {
      stanza.name = word();
      stanza.attributes.resize(below(6));
      for (Attribute& attribute : stanza.attributes) {
        attribute = {.key = word(),
                     .value = value(),
                     .assign = static_cast<Assign>(below(3)),
                     .at = {},
                     .value_at = {}};
      }
    }
    return stanzas;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  std::string word() {
    std::string text(1, static_cast<char>('a' + below(26)));
    for (std::size_t i = below(8); i > 0; --i) {
      text += "abXY_09"[below(7)];
    }
    return text;
  }
  std::string value() {
    std::string text;
    for (std::size_t i = below(20); i > 0; --i) {
      text += static_cast<char>(' ' + below(95));  // every printable character
    }
    return text;
  }

  std::mt19937 random_;
};

TEST(Stanzas, ReadBackWhatWasWritten) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const std::vector<Stanza> stanzas = StanzaMaker(seed).make();
    const std::string text = write_stanzas(stanzas);
    EXPECT_EQ(essence(parsed(text)), essence(stanzas)) << text;
  }
}

}  // namespace
}  // namespace wpar::spec
