// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/flag_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::spec {
namespace {

using testing::HasSubstr;

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split_words(line)) {
    words.emplace_back(word);
  }
  return words;
}

// All flags of the line; the words that are none of theirs are left out.
std::vector<Stanza> read(std::string_view line) {
  FlagReader reader;
  const std::vector<std::string> words = words_of(line);
  for (std::size_t i = 0; i < words.size();) {
    i = is_flag_word(words[i]) ? reader.read(words, i) : i + 1;
  }
  return reader.stanzas();
}

std::string error_of(std::string_view line) {
  try {
    read(line);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalidArgument);
    return error.what();
  }
  return "no error";
}

TEST(FlagWords, AreStanzas) {
  EXPECT_EQ(
      write_stanzas(read(
          "-n web -h web.example.com -A -l -N interface=en0 address=192.0.2.7 x.spec -N "
          "address6=2001::1 prefixlen=64 -R CPU=10%-20%,50% totalProcesses=9 -S privs+=PV_A,PV_B")),
      R"(general:
        name = "web"
        hostname = "web.example.com"
        auto = "yes"
        privateusr = "yes"

network:
        interface = "en0"
        address = "192.0.2.7"

network:
        address6 = "2001::1"
        prefixlen = "64"

resources:
        CPU = "10%-20%,50%"
        totalProcesses = "9"

security:
        privs += "PV_A,PV_B"
)");
}

TEST(FlagWords, KnowEveryFlagOfASpecification) {
  EXPECT_EQ(write_stanzas(read("-d /w -g vg -H pwr7 -u /s -b /d -U u -c -i -x -r -t -C -p "
                               "-M directory=/a -D devname=d -X kext=ALL -T preserve_wpars=no")),
            R"(general:
        directory = "/w"
        vg = "vg"
        architecture = "pwr7"
        script = "/s"
        devexports = "/d"
        uuid = "u"
        checkpointable = "yes"
        routing = "yes"
        xwparipc = "yes"
        copynameres = "yes"
        system_copy = "yes"
        versioned = "yes"
        preserve = "yes"

mount:
        directory = "/a"

device:
        devname = "d"

kext:
        kext = "ALL"

copy_controls:
        preserve_wpars = "no"
)");
}

TEST(FlagWords, RememberTheNumberOfTheWord) {
  const std::vector<Stanza> stanzas =
      read("x -N interface=en0 address=192.0.2.7 -R active=no -S privs-=PV_A");
  EXPECT_EQ(stanzas[0].at.line, 2);
  EXPECT_EQ(stanzas[0].attributes[1].at.line, 4);
  EXPECT_EQ(stanzas[1].attributes[0].at.line, 6);
  EXPECT_EQ(stanzas[2].attributes[0].assign, Assign::kRemove);
}

TEST(FlagWords, ARouteWantsATableOfItsOwn) {
  const std::vector<Stanza> stanzas = read("-I rtdest=default rtgateway=192.0.2.1");
  ASSERT_EQ(stanzas.size(), 2u);
  EXPECT_EQ(stanzas[1].attributes[0].key, "routing");
}

TEST(FlagWords, RefuseWhatTheyCannotMean) {
  EXPECT_EQ(error_of("-R"), "-R needs attribute=value words");
  EXPECT_EQ(error_of("-N x.spec"), "-N needs attribute=value words");
  EXPECT_EQ(error_of("-n"), "-n needs a value");
  EXPECT_THAT(error_of("-n a.b"), HasSubstr("must not contain"));
  EXPECT_EQ(error_of("-z"), "unknown flag -z");
  EXPECT_THAT(error_of("-f file"), HasSubstr("name the file without a flag"));
  EXPECT_THAT(error_of("-e wpar"), HasSubstr("--base"));
  EXPECT_THAT(error_of("-s"), HasSubstr("creating or starting"));
  EXPECT_THAT(error_of("-B image"), HasSubstr("filled from"));
  EXPECT_THAT(error_of("-R CPU=\x01"), HasSubstr("byte 0x01"));
  EXPECT_FALSE(is_flag_word("--"));
  EXPECT_FALSE(is_flag_word("-"));
  EXPECT_TRUE(is_flag_word("-lA"));
}

TEST(FlagWords, LettersShareAWordAsForGetopt) {
  const std::string apart = write_stanzas(read("-l -A -n web -N address=192.0.2.7"));
  EXPECT_EQ(write_stanzas(read("-lA -n web -N address=192.0.2.7")), apart);
  EXPECT_EQ(write_stanzas(read("-lAn web -N address=192.0.2.7")), apart);
  EXPECT_EQ(write_stanzas(read("-lAnweb -N address=192.0.2.7")), apart);
  EXPECT_EQ(write_stanzas(read("-lN address=192.0.2.7")),
            write_stanzas(read("-l -N address=192.0.2.7")));
  EXPECT_THAT(error_of("-lAn"), HasSubstr("-n needs a value"));
  EXPECT_THAT(error_of("-lNaddress=192.0.2.7"), HasSubstr("words of their own"));
  EXPECT_THAT(error_of("-lN"), HasSubstr("-N needs attribute=value words"));
  EXPECT_THAT(error_of("-lAs"), HasSubstr("-s in -lAs is not taken here"));
  EXPECT_THAT(error_of("-lZ"), HasSubstr("unknown flag -Z in -lZ"));
}

TEST(FlagWords, LettersOfOneWordHavePlacesOfTheirOwn) {
  const std::vector<Stanza> stanzas = read("-lA -c");
  ASSERT_EQ(stanzas.size(), 1u);
  ASSERT_EQ(stanzas[0].attributes.size(), 3u);
  EXPECT_EQ(stanzas[0].attributes[0].at.column, 2);
  EXPECT_EQ(stanzas[0].attributes[1].at.column, 3);
  EXPECT_EQ(stanzas[0].attributes[2].at.line, 2);
  EXPECT_EQ(stanzas[0].attributes[2].at.column, 0);
}

}  // namespace
}  // namespace wpar::spec
