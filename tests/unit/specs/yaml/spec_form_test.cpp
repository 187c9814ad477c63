// SPDX-License-Identifier: Apache-2.0
#include "specs/yaml/spec_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/file.h"
#include "specs/wpar/read_wpar.h"
#include "tests/unit/specs/wpar/random_stanzas.h"

namespace wpar::yaml {
namespace {

using spec::Assign;
using spec::Position;
using spec::Problems;
using spec::Stanza;
using spec::Wpar;
using testing::HasSubstr;

std::vector<Stanza> parsed(std::string_view text) {
  Problems problems("x.yaml");
  std::vector<Stanza> stanzas = parse_yaml_stanzas(text, problems);
  EXPECT_EQ(problems.message(), "") << text;
  return stanzas;
}

std::string complaints(std::string_view text) {
  Problems problems("x.yaml");
  read_wpar(parse_yaml_stanzas(text, problems), problems);
  return problems.message();
}

std::string canonical(const Wpar& wpar) {
  return write_stanzas(stanzas_of(wpar));
}

TEST(SpecForm, IsTheSameStanzasWithTheirPlaces) {
  const std::vector<Stanza> stanzas = parsed(
      "general:\n  name: web1\n  auto: true\nnetwork:\n  - address: 192.0.2.7\n"
      "    netmask: 255.0.0.0\n  - {address6: '2001::1'}\nmount: {directory: /a}\n");
  ASSERT_EQ(stanzas.size(), 4u);
  EXPECT_EQ(stanzas[0].at, (Position{1, 1}));
  EXPECT_EQ(stanzas[0].attributes[0].value, "web1");
  EXPECT_EQ(stanzas[0].attributes[0].at, (Position{2, 3}));
  EXPECT_EQ(stanzas[0].attributes[0].value_at, (Position{2, 9}));
  EXPECT_EQ(stanzas[0].attributes[1].value, "yes");
  EXPECT_EQ(stanzas[1].at.line, 5);
  EXPECT_EQ(stanzas[1].attributes[1].key, "netmask");
  EXPECT_EQ(stanzas[2].attributes[0].value, "2001::1");
  EXPECT_EQ(stanzas[3].name, "mount");
}

TEST(SpecForm, EmptyValuesListsAndQuotedWords) {
  const std::vector<Stanza> stanzas = parsed(
      "general: {hostname: , script: ~, owner: 'true'}\nmount: [{mountopts: [ro, bg]}]\nkext:\n");
  ASSERT_EQ(stanzas.size(), 2u);
  EXPECT_EQ(stanzas[0].attributes[0].value, "");
  EXPECT_EQ(stanzas[0].attributes[1].value, "");
  EXPECT_EQ(stanzas[0].attributes[2].value, "true");
  EXPECT_EQ(stanzas[1].attributes[0].value, "ro,bg");
  EXPECT_TRUE(parsed("").empty());
  EXPECT_TRUE(parsed("# nothing\n").empty());
}

TEST(SpecForm, PrivilegesAreAListOrChanges) {
  const auto stanzas =
      parsed("security:\n  privs:\n    - add: [PV_A_, PV_B]\n    - remove: PV_C\n    - set: x\n");
  ASSERT_EQ(stanzas[0].attributes.size(), 3u);
  EXPECT_EQ(stanzas[0].attributes[0].value, "PV_A_,PV_B");
  EXPECT_EQ(stanzas[0].attributes[0].assign, Assign::kAdd);
  EXPECT_EQ(stanzas[0].attributes[1].assign, Assign::kRemove);
  EXPECT_EQ(stanzas[0].attributes[2].assign, Assign::kSet);
  EXPECT_EQ(parsed("security: {privs: [PV_A, PV_B]}")[0].attributes[0].value, "PV_A,PV_B");
}

TEST(SpecForm, NamesWhatIsWrongAndWhere) {
  const std::vector<std::pair<const char*, const char*>> kCases = {
      {"general:\n  hostnme: a\n",
       "x.yaml:2: general: unknown attribute \"hostnme\", the nearest "
       "known one is \"hostname\" (column 3)"},
      {"ressources: {a: b}\n", "x.yaml:1: unknown stanza \"ressources\""},
      {"network:\n  - address: 1.2.3\n", "x.yaml:2: network: address: expected an IPv4 address"},
      {"general:\n  name: a\n  name: b\n", "x.yaml:3: \"name\" is given twice (column 3)"},
      {"general: [a]\n", "x.yaml:1: general: expected a mapping"},
      {"general: {name: {a: b}}\n", "general: name: expected a word or a list of words"},
      {"general: {name: [[a]]}\n", "general: name: expected a word without a comma"},
      {"general: {owner: [\"a,b\"]}\n", "general: owner: expected a word without a comma"},
      {"security: {privs: [{grow: x}]}\n", "\"grow\" is none of set, add, remove"},
      {"security: {privs: [{add: x}, y]}\n", "privs: expected set, add or remove, as before"},
      {"a: &b c\n", "x.yaml:1: an anchor (&) is not allowed"},
      {"a: *b\n", "x.yaml:1: the referenced anchor is not defined"},
      {"a: !!str c\n", "x.yaml:1: a tag (!) is not allowed"},
      {"a: b\n---\nc: d\n", "x.yaml:2: a second document"},
      {"[a]\n", "x.yaml:1: expected a mapping of stanzas"},
      {"{[a]: b}\n", "x.yaml:1: a key must be a plain word"},
      {"general: {\"a b\": c}\n", "the name of an attribute is a word"},
      {"\"a b\": c\n", "the name of a stanza is a word"},
      {"general: {owner: \"b\xc3\xa4h\"}\n", "general: owner: byte 0xc3 is not allowed"},
      {"general: {owner: \"a\\nb\"}\n", "general: owner: byte 0x0a is not allowed"},
      {"a: \xc3\xa4\nb: \xe9t\xe9\n", "x.yaml:2: byte 0xe9 is not UTF-8 text (column 4)"},
      {"a: b: c\n", "x.yaml:1: illegal map value"},
      {"general: {name: [a\n", "x.yaml:"}};
  for (const auto& [text, expected] : kCases) {
    EXPECT_THAT(complaints(text), HasSubstr(expected)) << text;
  }
  EXPECT_THAT(complaints(std::string_view("a: b\0", 5)), HasSubstr("a NUL byte"));
  std::string deep;
  for (int i = 0; i < 20; ++i) {
    deep += "- ";
  }
  EXPECT_THAT(complaints(deep + "a"), HasSubstr("more than 16 levels"));
}

TEST(SpecForm, ExamplesConvertBothWays) {
  for (const char* name : {"web1", "db2", "report", "tiny", "hello"}) {
    const std::string path = std::string(WPAR_SOURCE_DIR "/specs/examples/") + name + ".spec";
    const Wpar wpar = spec::parse_wpar(read_file(path), path);
    const std::string text = write_yaml(wpar);
    Problems problems("again");
    const Wpar again = read_wpar(parse_yaml_stanzas(text, problems), problems);
    EXPECT_EQ(problems.message(), "") << text;
    EXPECT_EQ(canonical(again), canonical(wpar)) << text;
    EXPECT_EQ(write_yaml(again), text);
  }
}

TEST(SpecForm, GeneratedSpecificationsReadBackAsTheyWereWritten) {
  std::mt19937 random(12);
  for (int round = 0; round < 10000; ++round) {
    const std::string stanzas = write_stanzas(spec::random_stanzas(random));
    Problems ignored("generated");  // of attributes that contradict each other
    const Wpar wpar = read_wpar(spec::parse_stanzas(stanzas, ignored), ignored);
    const std::string text = write_yaml(wpar);
    Problems problems("yaml");
    const std::vector<Stanza> read = parse_yaml_stanzas(text, problems);
    ASSERT_EQ(problems.message(), "") << text;
    Problems again("yaml");
    ASSERT_EQ(canonical(read_wpar(read, again)), stanzas) << text;
  }
}

}  // namespace
}  // namespace wpar::yaml
