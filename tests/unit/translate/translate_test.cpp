// SPDX-License-Identifier: Apache-2.0
// Whatever the readers accept is translated: every line is answered for once (translate() itself
// throws otherwise), and the document is one that the runtime reads.
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"
#include "tests/unit/specs/wpar/random_stanzas.h"
#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

constexpr std::string_view kSite =
    "interfaces:\n  word: {mode: routed, subnet: 192.0.0.0/8}\n  en0: {mode: bridge, parent: br0}\n"
    "disks: {word: {path: /dev/sdb, major: 8, minor: 16}, \"1\": /dev/sdc}\n"
    "volume_groups: {word: /srv/vg}\nrsets: {word: {cpus: 0-1}}\n"
    "roots: {private: /srv/%n}\nimages: {\"0\": a, \"1\": b}\n";

// A general stanza and few others, so that many are free of contradictions.
std::vector<spec::Stanza> few_stanzas(std::mt19937& random) {
  std::vector<spec::Stanza> wanted;
  for (spec::Stanza& stanza : spec::random_stanzas(random)) {
    if (stanza.name == "general") {
      std::erase_if(stanza.attributes, [&](const spec::Attribute& attribute) {
        return attribute.key == "name" || random() % 2 == 0;
      });
      stanza.attributes.push_back(
          {.key = "name", .value = "w", .assign = spec::Assign::kSet, .at = {}, .value_at = {}});
      wanted.push_back(std::move(stanza));
    } else if (random() % 3 == 0) {
      std::erase_if(stanza.attributes, [&](const spec::Attribute&) { return random() % 3 == 0; });
      wanted.push_back(std::move(stanza));
    }
  }
  return wanted;
}

TEST(Translate, WhateverIsReadIsTranslatedAndAnsweredFor) {
  std::mt19937 random(13);
  const Profile site = parse_profile(kSite, "site.yaml");
  const Machine machine{.cpus = 4, .memory = 16 * kGiB, .source = "a test"};
  std::size_t translated = 0;
  for (int round = 0; round < 10000; ++round) {
    const std::string text = write_stanzas(few_stanzas(random));
    spec::Problems problems("x.spec");
    const spec::Wpar wpar = read_wpar(spec::parse_stanzas(text, problems), problems);
    if (!problems.empty()) {
      continue;
    }
    try {
      const Translation t = translate(wpar, round % 2 == 0 ? site : Profile{}, machine, {});
      const std::string document = oci::write_config(t.config, oci::Indent::kNone);
      ASSERT_EQ(oci::parse_config(document), t.config) << text;
      ++translated;
    } catch (const Error& error) {
      // What only the translation can find wrong has its place; anything else is our mistake.
      ASSERT_EQ(error.kind(), ErrorKind::kInvalidConfig) << error.what() << "\n" << text;
      ASSERT_TRUE(std::string_view(error.what()).starts_with("x.spec:")) << error.what();
    }
  }
  EXPECT_GT(translated, 500u);
}

}  // namespace
}  // namespace wpar::translate
