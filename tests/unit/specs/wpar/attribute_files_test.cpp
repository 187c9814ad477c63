// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/attribute_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::spec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

DevExports exports_of(std::string_view text, std::string_view complaint = "") {
  Problems problems("devexports");
  DevExports exports = read_devexports(text, problems);
  EXPECT_THAT(problems.message(), HasSubstr(std::string(complaint)));
  EXPECT_EQ(problems.empty(), complaint.empty()) << problems.message();
  return exports;
}

TEST(DevExports, AreDevicesAndPatterns) {
  const DevExports exports = exports_of(
      "* AIX's file\nname:\n        value = \"/dev/null\"\n        auto = \"yes\"\n\n"
      "name:\n\tvalue = /dev/*random\n\tauto = no\nname:\n value = \"/dev/zero\"\n auto = \"\"\n");
  ASSERT_EQ(exports.entries.size(), 3u);
  EXPECT_EQ(exports.filename, "devexports");
  EXPECT_EQ(exports.entries[0].at, (Position{3, 9}));
  EXPECT_TRUE(exports.entries[0].auto_export);
  EXPECT_FALSE(exports.entries[1].auto_export);
  EXPECT_TRUE(exports.entries[2].auto_export);  // absent is yes
}

TEST(DevExports, ThePathWinsOverThePattern) {
  const DevExports exports =
      exports_of("name:\n value = /dev/*\n auto = no\nname:\n value = /dev/null\n");
  EXPECT_EQ(find_export(exports, "/dev/null")->value, "/dev/null");
  EXPECT_EQ(find_export(exports, "/dev/zero")->value, "/dev/*");
  EXPECT_EQ(find_export(exports, "/dev/xti/tcp"), nullptr);  // a star stops at a slash
  EXPECT_EQ(find_export(exports, "hdisk1"), nullptr);
}

TEST(DevExports, NameWhatIsWrong) {
  exports_of("nam:\n value = /dev/null\n", "devexports:1: unknown stanza \"nam\"");
  exports_of("name:\n valu = /dev/null\n", "devexports:2: name: unknown attribute \"valu\"");
  exports_of("name:\n value = null\n", "devexports:2: name: value: expected the path of a device");
  exports_of("name:\n auto = no\n", "devexports:1: name: value is missing");
  exports_of("name:\n value = /dev/a\n auto = maybe\n", "auto: expected yes or no");
  exports_of("name:\n value += /dev/a\n", "value: only = has a meaning here");
}

TEST(Patterns, AreTheShells) {
  EXPECT_TRUE(is_pattern("/dev/*random"));
  EXPECT_TRUE(is_pattern("hdisk[0-3]"));
  EXPECT_FALSE(is_pattern("/dev/null"));
  EXPECT_TRUE(matches("/dev/*random", "/dev/urandom"));
  EXPECT_TRUE(matches("hdisk?", "hdisk1"));
  EXPECT_FALSE(matches("hdisk?", "hdisk10"));
}

TEST(SecAttrs, AreTheDefaultPrivileges) {
  Problems problems("secattrs");
  const SecAttrs attributes = read_secattrs(
      "privs:\n value = \"PV_A, \\\n  PV_B\"\n value += PV_C\n privs -= PV_A\n", problems);
  EXPECT_EQ(problems.message(), "");
  ASSERT_EQ(attributes.privs.size(), 3u);
  EXPECT_THAT(attributes.privs[0].value.names, ElementsAre("PV_A", "PV_B"));
  EXPECT_EQ(attributes.privs[1].value.assign, Assign::kAdd);
  EXPECT_EQ(attributes.privs[2].value.assign, Assign::kRemove);
}

TEST(SecAttrs, NameWhatIsWrong) {
  const auto complaint = [](std::string_view text) {
    Problems problems("secattrs");
    read_secattrs(text, problems);
    return problems.message();
  };
  EXPECT_THAT(complaint(""), HasSubstr("no privs stanza"));
  EXPECT_THAT(complaint("security:\n privs = PV_A\n"), HasSubstr("unknown stanza \"security\""));
  EXPECT_THAT(complaint("privs:\n val = PV_A\n"), HasSubstr("the nearest known one is \"value\""));
  EXPECT_THAT(complaint("privs:\n value = PV_A,,\n"), HasSubstr("an empty name"));
}

}  // namespace
}  // namespace wpar::spec
