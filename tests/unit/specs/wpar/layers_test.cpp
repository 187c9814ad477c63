// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/wpar/read_wpar.h"

namespace wpar::spec {
namespace {

// The lowest layer first; the last one is the file that messages name first.
Wpar laid_over(const std::vector<std::string_view>& texts) {
  Problems problems("top");
  std::vector<Layer> layers = {parse_stanzas(texts.back(), problems)};
  for (std::size_t i = texts.size() - 1; i-- > 0;) {
    problems.begin_source("below" + std::to_string(i));
    layers.insert(layers.begin(), parse_stanzas(texts[i], problems));
  }
  Wpar wpar = read_layers(layers, problems);
  EXPECT_EQ(problems.message(), "");
  return wpar;
}

std::string text_of(const Wpar& wpar) {
  return write_stanzas(stanzas_of(wpar));
}

TEST(Layers, SingleStanzasAreMergedAttributeByAttribute) {
  const Wpar wpar = laid_over({"general:\n name = a\n auto = yes\nresources:\n CPU = 1%-2%,3%\n",
                               "general:\n name = b\n hostname = h\n"});
  EXPECT_EQ(wpar.general.name->value, "b");
  EXPECT_EQ(wpar.general.name->at, (Position{2, 2, 0}));
  EXPECT_TRUE(wpar.general.auto_start->value);
  EXPECT_EQ(wpar.source_of(wpar.general.auto_start->at), "below0");
  EXPECT_EQ(wpar.general.hostname->value, "h");
  EXPECT_TRUE(wpar.resources.cpu.has_value());
  EXPECT_EQ(wpar.attribute_lines, 5u);
  ASSERT_EQ(wpar.idle_lines.size(), 1u);
  EXPECT_EQ(wpar.idle_lines[0].why, IdleLine::Why::kSetAgain);
  EXPECT_EQ(wpar.idle_lines[0].at, (Position{2, 2, 1}));
  EXPECT_EQ(wpar.idle_lines[0].other, (Position{2, 2, 0}));
}

TEST(Layers, AnEmptyValueTakesTheDefaultBack) {
  const Wpar wpar =
      laid_over({"general:\n name = a\n hostname = h\n", "general:\n hostname = \"\"\n"});
  EXPECT_FALSE(wpar.general.hostname.has_value());
  EXPECT_EQ(wpar.idle_lines.size(), 2u);
}

TEST(Layers, TheSameObjectIsReplacedAsAWholeInItsPlace) {
  const Wpar wpar = laid_over(
      {"network:\n address = 192.0.2.1\n netmask = 255.0.0.0\nnetwork:\n address = 192.0.2.2\n"
       "mount:\n directory = /a/\n vfs = namefs\n dev = /x\ndevice:\n devname = d\n rootvg = yes\n"
       "device:\n devid = 7\nroute:\n rtdest = default\n rtgateway = 192.0.2.9\n rttype = net\n"
       "route:\n rtdest = default\n rtgateway = 192.0.2.8\nkext:\n kext = ALL\n local = yes\n",
       "network:\n address = 192.0.2.1\nnetwork:\n address = 192.0.2.3\n"
       "mount:\n directory = /a\n vfs = directory\ndevice:\n devname = d\ndevice:\n devid = 7\n"
       "route:\n rtdest = default\n rtgateway = 192.0.2.9\nkext:\n kext = ALL\n"});
  ASSERT_EQ(wpar.networks.size(), 3u);
  EXPECT_EQ(wpar.networks[0].address->value, "192.0.2.1");
  EXPECT_FALSE(wpar.networks[0].netmask.has_value());
  EXPECT_EQ(wpar.networks[1].address->value, "192.0.2.2");
  EXPECT_EQ(wpar.networks[2].address->value, "192.0.2.3");
  ASSERT_EQ(wpar.mounts.size(), 1u);
  EXPECT_EQ(wpar.mounts[0].vfs->value, "directory");
  ASSERT_EQ(wpar.devices.size(), 2u);
  EXPECT_FALSE(wpar.devices[0].rootvg.has_value());
  EXPECT_EQ(wpar.routes.size(), 2u);
  EXPECT_EQ(wpar.kexts.size(), 1u);
  for (const IdleLine& idle : wpar.idle_lines) {
    EXPECT_EQ(idle.why, IdleLine::Why::kReplaced);
    EXPECT_EQ(idle.at.source, 1);
    EXPECT_EQ(idle.other.source, 0);
  }
  EXPECT_EQ(wpar.idle_lines.size(), 2u + 3u + 2u + 1u + 3u + 2u);
}

TEST(Layers, OneTextNeverReplacesItself) {
  Problems problems("x");
  read_layers({{}, parse_stanzas("mount:\n directory = /a\nmount:\n directory = /a\n", problems)},
              problems);
  EXPECT_THAT(problems.message(), testing::HasSubstr("is given in line 2 already"));
}

TEST(Layers, PrivilegesChangeWhatIsBelow) {
  const Wpar added = laid_over({"security:\n privs = PV_A\n", "security:\n privs += PV_B\n"});
  EXPECT_EQ(text_of(added), "security:\n        privs = \"PV_A\"\n        privs += \"PV_B\"\n");
  const Wpar set = laid_over({"security:\n privs -= PV_A\n", "security:\n privs = PV_B\n"});
  EXPECT_EQ(text_of(set), "security:\n        privs = \"PV_B\"\n");
  EXPECT_EQ(set.idle_lines.size(), 1u);
}

TEST(Layers, MessagesNameTheTextTheyAreAbout) {
  Problems problems("top.spec");
  std::vector<Layer> layers = {parse_stanzas("general:\n auto = x\n", problems)};
  problems.begin_source("base.spec");
  layers.insert(layers.begin(), parse_stanzas("genral:\n", problems));
  read_layers(layers, problems);
  EXPECT_THAT(problems.message(), testing::StartsWith("top.spec:2: general: auto: expected"));
  EXPECT_THAT(problems.message(), testing::HasSubstr("\nbase.spec:1: unknown stanza \"genral\""));
}

}  // namespace
}  // namespace wpar::spec
