// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/read_wpar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "specs/wpar/schema.h"
#include "tests/unit/specs/wpar/random_stanzas.h"

namespace wpar::spec {
namespace {

using testing::HasSubstr;

std::string complaints(std::string_view text) {
  Problems problems("x.spec");
  read_wpar(parse_stanzas(text, problems), problems);
  return problems.message();
}

TEST(Wpar, KeepsEveryAttributeWithTextAndPlace) {
  const Wpar wpar = parse_wpar(
      "general:\n name = web1\n auto = yes\nnetwork:\n interface = en0\n address = 192.0.2.7\n"
      "resources:\n CPU = 10%-20%,50%\n",
      "x.spec");
  EXPECT_EQ(wpar.general.name->value, "web1");
  EXPECT_EQ(wpar.general.name->at, (Position{2, 2}));
  EXPECT_TRUE(wpar.general.auto_start->value);
  EXPECT_FALSE(wpar.general.hostname.has_value());
  ASSERT_EQ(wpar.networks.size(), 1u);
  EXPECT_EQ(wpar.networks[0].address->text, "192.0.2.7");
  EXPECT_EQ(wpar.resources.cpu->value.hard.hundredths, 5000);
  EXPECT_EQ(wpar.attribute_lines, 5u);
  EXPECT_FALSE(wpar.is_application());
}

TEST(Wpar, NamesUnknownStanzasAndAttributesWithTheNearestKnownOne) {
  EXPECT_EQ(complaints("ressources:\n a = b\n"),
            "x.spec:1: unknown stanza \"ressources\", the nearest known one is \"resources\" "
            "(column 1)");
  EXPECT_EQ(complaints("general:\n hostnme = b\n"),
            "x.spec:2: general: unknown attribute \"hostnme\", the nearest known one is "
            "\"hostname\" (column 2)");
  EXPECT_EQ(complaints("security:\n priv = PV_ROOT\n"),
            "x.spec:2: security: unknown attribute \"priv\", the nearest known one is \"privs\" "
            "(column 2)");
  EXPECT_EQ(complaints("general:\n hostname = b\n"), "");
}

TEST(Wpar, TheLastOfTwoCounts) {
  const Wpar wpar = parse_wpar(
      "general:\n name = a\ngeneral:\n name = b\n auto = yes\n auto = no\n hostname = \"\"\n", "x");
  EXPECT_EQ(wpar.general.name->value, "b");
  EXPECT_FALSE(wpar.general.auto_start->value);
  EXPECT_FALSE(wpar.general.hostname.has_value());
  ASSERT_EQ(wpar.idle_lines.size(), 3u);
  EXPECT_EQ(wpar.idle_lines[0].why, IdleLine::Why::kStanzaAgain);
  EXPECT_EQ(wpar.idle_lines[0].other.line, 3);
  EXPECT_EQ(wpar.idle_lines[1].why, IdleLine::Why::kSetAgain);
  EXPECT_EQ(wpar.idle_lines[1].other.line, 6);
  EXPECT_EQ(wpar.idle_lines[2].why, IdleLine::Why::kEmpty);
  EXPECT_EQ(wpar.attribute_lines, 5u);
}

TEST(Wpar, KeepsReservedStanzasAsIdleLines) {
  const Wpar wpar = parse_wpar("options:\n what = ever\n", "x");
  ASSERT_EQ(wpar.idle_lines.size(), 1u);
  EXPECT_EQ(wpar.idle_lines[0].why, IdleLine::Why::kReservedStanza);
}

TEST(Wpar, RefusesValuesOfTheWrongType) {
  const std::vector<std::pair<const char*, const char*>> kCases = {
      {"general:\n auto = maybe\n", "general: auto: expected yes or no"},
      {"general:\n name = web.1\n", "general: name: a WPAR name must not contain \".\""},
      {"general:\n directory = x/y\n", "general: directory: expected an absolute path"},
      {"general:\n hostname = \"a b\"\n", "general: hostname:"},
      {"general:\n uuid = 12\n", "general: uuid:"},
      {"general:\n version = 2\n", "general: version: \"2\" is not known"},
      {"general:\n ostype = 7\n", "general: ostype:"},
      {"network:\n address = 1.2.3\n", "network: address: expected an IPv4 address"},
      {"network:\n address = 1.2.3.4\n netmask = 255.0.255.0\n", "network: netmask:"},
      {"network:\n address6 = x\n", "network: address6: expected an IPv6 address"},
      {"network:\n address6 = ::1\n prefixlen = 129\n", "network: prefixlen:"},
      {"mount:\n directory = /a\n vfs = zfs\n", "mount: vfs: \"zfs\" is not known"},
      {"mount:\n directory = a\n", "mount: directory: expected an absolute path"},
      {"resources:\n totalThreads = many\n", "resources: totalThreads:"},
      {"resources:\n CPU += 1%-2%,3%\n", "resources: CPU: only privs knows += and -="},
      {"route:\n rtdest = a\n rtgateway = b\n rttype = x\n", "route: rttype:"},
      {"kext:\n kext = foo\n", "kext: kext: expected an absolute path"},
      {"device:\n devname = x\n devtype = y\n", "device: devtype:"}};
  for (const auto& [text, expected] : kCases) {
    EXPECT_THAT(complaints(text), HasSubstr(expected)) << text;
  }
}

TEST(Wpar, RefusesAttributesThatMissEachOther) {
  const std::vector<std::pair<const char*, const char*>> kCases = {
      {"network:\n interface = en0\n", "x.spec:1: network: neither address nor address6"},
      {"network:\n address = 1.2.3.4\n address6 = ::1\n", "belong into stanzas of their own"},
      {"network:\n address6 = ::1\n netmask = 255.0.0.0\n", "x.spec:3: network: netmask needs"},
      {"network:\n address = 1.2.3.4\n prefixlen = 64\n", "prefixlen needs address6"},
      {"mount:\n vfs = jfs2\n", "mount: directory is missing"},
      {"mount:\n directory = /a\n vfs = nfs\n", "nfs needs host and dev"},
      {"mount:\n directory = /a\n vfs = namefs\n", "namefs needs dev"},
      {"mount:\n directory = /a\n vfs = jfs2\n host = h\n", "host is for vfs nfs only"},
      {"mount:\n directory = /a\nmount:\n directory = /a\n", "given in line 2 already"},
      {"network:\n address = 1.2.3.4\nnetwork:\n address = 1.2.3.4\n", "given in line 2 already"},
      {"resources:\n totalProcesses = 1\n", "must be at least 2"},
      {"resources:\n totalProcesses = 9\n totalThreads = 8\n", "not be less than totalProcesses"},
      {"resources:\n shares_CPU = 65536\n", "from 1 to 65535"},
      {"resources:\n pct_pinMem = 0%\n", "pct_pinMem: must be at least 1%"},
      {"device:\n rootvg = yes\n", "neither devname nor devid"},
      {"device:\n devname = a\n devid = b\n", "exclude each other"},
      {"route:\n rtdest = default\n", "rtgateway is missing"},
      {"kext:\n local = yes\n", "kext is missing"},
      {"general:\n xwparipc = yes\n", "only application WPARs"},
      {"general:\n application = /bin/true\n privateusr = yes\n", "an application WPAR"},
      {"general:\n application = /bin/true\nmount:\n directory = /a\n vfs = jfs2\n size = 1G\n",
       "cannot create a local file system"}};
  for (const auto& [text, expected] : kCases) {
    EXPECT_THAT(complaints(text), HasSubstr(expected)) << text;
  }
}

TEST(Wpar, AWrongValueIsNotAlsoAMissingOne) {
  EXPECT_EQ(complaints("mount:\n directory = a\n vfs = directory\n"),
            "x.spec:2: mount: directory: expected an absolute path, not \"a\" (column 14)");
}

TEST(Wpar, TheBrokenExampleHasAnErrorOfEveryKind) {
  Problems problems("broken.spec");
  const std::string text = read_file(WPAR_SOURCE_DIR "/specs/examples/broken.spec");
  read_wpar(parse_stanzas(text, problems), problems);
  EXPECT_GE(problems.all().size(), 25u);
  EXPECT_THROW(problems.throw_if_any(), Error);
  for (const Problem& problem : problems.all()) {
    EXPECT_GT(problem.at.line, 0) << problem.text;
  }
}

std::string canonical(const Wpar& wpar) {
  return write_stanzas(stanzas_of(wpar));
}

TEST(Wpar, ExamplesReadBackAsTheyWereWritten) {
  for (const char* name : {"web1", "db2", "report", "tiny", "hello"}) {
    const std::string path = std::string(WPAR_SOURCE_DIR "/specs/examples/") + name + ".spec";
    const Wpar wpar = parse_wpar(read_file(path), path);
    const std::string text = canonical(wpar);
    const Wpar again = parse_wpar(text, "again");
    EXPECT_EQ(canonical(again), text) << name;
    EXPECT_EQ(again.attribute_lines + wpar.idle_lines.size(), wpar.attribute_lines) << name;
  }
}

TEST(Wpar, GeneratedSpecificationsReadBackAsTheyWereWritten) {
  std::mt19937 random(11);
  for (int round = 0; round < 10000; ++round) {
    const std::string text = write_stanzas(random_stanzas(random));
    // Attributes may contradict each other here; only the reading of each is the matter.
    Problems problems("generated");
    const Wpar wpar = read_wpar(parse_stanzas(text, problems), problems);
    ASSERT_EQ(canonical(wpar), text);
    ASSERT_TRUE(wpar.idle_lines.empty());
  }
}

TEST(Schema, HasEveryKeyOnce) {
  std::set<std::string_view> keys;
  for (const Row<General>& row : rows<General>()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
  }
  EXPECT_EQ(keys.size(), 23u);
}

}  // namespace
}  // namespace wpar::spec
