// SPDX-License-Identifier: Apache-2.0
#include "translate/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "runtime/base/file.h"
#include "specs/oci/json_cursor.h"
#include "specs/oci/parse_config.h"
#include "specs/oci/write_config.h"
#include "tests/unit/translate/support.h"

namespace wpar::translate {
namespace {

using testing::HasSubstr;

const char* const kExamples[] = {"web1", "db2", "report", "tiny", "hello"};

std::string example(const std::string& name) {
  return read_file(WPAR_SOURCE_DIR "/specs/examples/" + name);
}

// specs/examples and tests/translate/specs, but the one whose every line is wrong.
std::vector<std::string> all_specifications() {
  std::vector<std::string> paths;
  for (const char* folder : {"/specs/examples", "/tests/translate/specs"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(WPAR_SOURCE_DIR) + folder)) {
      const std::string path = entry.path().string();
      if (path.ends_with(".spec") && !path.ends_with("broken.spec")) {
        paths.push_back(path);
      }
    }
  }
  return paths;
}

TEST(Report, HasEveryAttributeLineOfEveryExampleOnce) {
  EXPECT_GT(all_specifications().size(), 45u);
  for (const std::string& name : all_specifications()) {
    const std::string text = read_file(name);
    spec::Problems problems("x");
    std::multiset<std::pair<int, std::string>> wanted;
    for (const spec::Stanza& stanza : spec::parse_stanzas(text, problems)) {
      for (const spec::Attribute& attribute : stanza.attributes) {
        wanted.emplace(attribute.at.line, stanza.name + "." + attribute.key);
      }
    }
    for (const std::string& profile : {std::string(), example("site.yaml")}) {
      std::multiset<std::pair<int, std::string>> reported;
      for (const Entry& entry : translated(text, profile).report.entries) {
        if (entry.line > 0) {
          reported.emplace(entry.line, entry.stanza + "." + entry.attribute);
        }
      }
      EXPECT_EQ(reported, wanted) << name;
    }
  }
}

TEST(Report, ExamplesAreConfigurationsThatTheRuntimeReads) {
  for (const char* name : kExamples) {
    const oci::Config config =
        translated(example(std::string(name) + ".spec"), example("site.yaml")).config;
    EXPECT_EQ(oci::parse_config(oci::write_config(config, oci::Indent::kTwoSpaces)), config)
        << name;
  }
}

TEST(Report, IsFaithfulOnlyWithoutAnythingBelowEquivalent) {
  Report report;
  report.entries.resize(2);
  report.entries[0].fidelity = Fidelity::kExact;
  report.entries[1].fidelity = Fidelity::kEquivalent;
  EXPECT_TRUE(report.is_faithful());
  for (const Fidelity fidelity :
       {Fidelity::kApproximate, Fidelity::kIgnored, Fidelity::kNeedsAction}) {
    report.entries[1].fidelity = fidelity;
    EXPECT_FALSE(report.is_faithful()) << name_of(fidelity);
  }
}

TEST(Report, TextNamesLineValueReasonAndAction) {
  const std::string text = write_text({translated(system_with(" auto = yes\n")).report});
  EXPECT_THAT(text, HasSubstr("x.spec: system WPAR w"));
  EXPECT_THAT(text, HasSubstr("   3  needs-action  general.auto"));
  EXPECT_THAT(text, HasSubstr("do: start it at boot"));
  EXPECT_THAT(text, HasSubstr("1 needs-action"));
}

TEST(Report, JsonIsADocumentWithTheSameEntries) {
  const Report report =
      translated("general:\n name = w\n application = \"/bin/sh -c 'a\\\\b \\\"c\\\"'\"\n").report;
  const std::string text = write_json({report, report});
  const oci::JsonValue document = oci::parse_json(text);
  const oci::JsonCursor root(document);
  const auto wpars = root.at("wpars").elements();
  ASSERT_EQ(wpars.size(), 2u);
  EXPECT_EQ(wpars[1].at("name").string(), "w");
  const auto lines = wpars[1].at("lines").elements();
  ASSERT_EQ(lines.size(), report.entries.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].at("reason").string(), report.entries[i].reason);
    EXPECT_EQ(lines[i].at("fidelity").string(), name_of(report.entries[i].fidelity));
  }
  EXPECT_EQ(wpars[0].at("summary").at("exact").integer<int>(),
            static_cast<int>(report.counts()[0]));
}

}  // namespace
}  // namespace wpar::translate
