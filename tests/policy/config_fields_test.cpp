// SPDX-License-Identifier: Apache-2.0
// docs/config-fields.md says something of every member of config.json, and says it with a test that
// exists; what it calls read is read, and nothing else is.
#include "tests/policy/config_fields.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/policy/config_members.h"
#include "tests/policy/tree.h"

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kTable = "docs/config-fields.md";

const std::vector<ConfigField>& table() {
  static const std::vector<ConfigField> fields = [] {
    const Tree& tree = repository();
    const auto file = std::ranges::find(tree, kTable, &SourceFile::path);
    return file == tree.end() ? std::vector<ConfigField>{} : parse_config_fields(file->text);
  }();
  return fields;
}

// Every member of the specification once, nothing else, and a known word about it.
Findings check_members(const std::vector<ConfigField>& fields) {
  Findings findings;
  std::map<std::string, int> lines;
  for (const ConfigField& field : fields) {
    const auto [seen, is_new] = lines.emplace(field.pointer, field.line);
    if (!is_new) {
      findings.push_back(fmt::format("{}:{}: {} stands in line {} already", kTable, field.line,
                                     field.pointer, seen->second));
    }
    if (std::ranges::find(kConfigMembers, field.pointer) == kConfigMembers.end()) {
      findings.push_back(fmt::format("{}:{}: {} is no member of config.json in version 1.3.0",
                                     kTable, field.line, field.pointer));
    }
    if (field.status != "enforced" && field.status != "refused" && field.status != "ignored") {
      findings.push_back(fmt::format("{}:{}: the status of {} is enforced, refused or ignored",
                                     kTable, field.line, field.pointer));
    }
    if (field.status == "ignored" && field.how.find(".md") == std::string::npos) {
      findings.push_back(
          fmt::format("{}:{}: {} is ignored: say which sentence of the "
                      "specification allows it",
                      kTable, field.line, field.pointer));
    }
  }
  for (const std::string_view member : kConfigMembers) {
    if (!lines.contains(std::string(member))) {
      findings.push_back(
          fmt::format("{}: {} is missing: what does runwpar do with it?", kTable, member));
    }
  }
  return findings;
}

// "Suite.Name" of every test macro in the tree.
std::set<std::string> tests_of(const Tree& tree) {
  std::set<std::string> names;
  for (const SourceFile& file : tree) {
    if (!is_cpp(file) || !is_below(file.path, "tests")) {
      continue;
    }
    for (const std::string& line : file.code) {
      if (!line.starts_with("TEST")) {
        continue;
      }
      const std::size_t open = line.find('(');
      const std::size_t comma = line.find(", ", open);
      const std::size_t close = line.find(')', comma);
      if (close != std::string::npos) {
        names.insert(line.substr(open + 1, comma - open - 1) + "." +
                     line.substr(comma + 2, close - comma - 2));
      }
    }
  }
  return names;
}

Findings check_tests(const std::vector<ConfigField>& fields, const std::set<std::string>& tests) {
  Findings findings;
  for (const ConfigField& field : fields) {
    if (!tests.contains(field.test)) {
      findings.push_back(fmt::format("{}:{}: {}: there is no test {}", kTable, field.line,
                                     field.pointer, field.test.empty() ? "named" : field.test));
    }
  }
  return findings;
}

std::string_view last_part(std::string_view pointer) {
  return pointer.substr(pointer.rfind('/') + 1);
}

// The member names that specs/oci/parse_*.cpp ask a cursor for: at("x"), find("x"), find_…(at,
// "x").
std::set<std::string> names_read(const Tree& tree) {
  std::set<std::string> names;
  for (const SourceFile& file : tree) {
    const std::string_view name = std::string_view(file.path).substr(file.path.rfind('/') + 1);
    if (folder_of(file) != "specs/oci" || !name.starts_with("parse_") || !is_cpp(file)) {
      continue;
    }
    const std::vector<std::string> lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (std::size_t at = lines[i].find('"'); at != std::string::npos;) {
        const std::size_t end = lines[i].find('"', at + 1);
        if (end == std::string::npos) {
          break;
        }
        const std::string_view before = std::string_view(lines[i]).substr(0, at);
        const bool asked = before.ends_with(".at(") || before.ends_with(".find(") ||
                           (before.ends_with(", ") && before.find("find_") != std::string::npos);
        const bool in_code =
            i < file.code.size() && file.code[i].size() > at && file.code[i][at] != ' ';
        if (asked && in_code) {
          names.insert(lines[i].substr(at + 1, end - at - 1));
        }
        at = lines[i].find('"', end + 1);
      }
    }
  }
  return names;
}

// Names that belong to other documents (the state) or are entries of a map.
const std::set<std::string> kOfTheState = {"id",     "status",  "pid",  "bundle",
                                           "rootfs", "created", "owner"};
const std::set<std::string> kMapEntries = {"monotonic", "boottime"};

Findings check_names(const std::vector<ConfigField>& fields, const std::set<std::string>& read) {
  Findings findings;
  std::set<std::string> in_table;
  for (const ConfigField& field : fields) {
    const std::string name(last_part(field.pointer));
    in_table.insert(name);
    if (field.status != "ignored" && !read.contains(name) && !kMapEntries.contains(name)) {
      findings.push_back(
          fmt::format("{}:{}: {} is called {}, and no specs/oci/parse_*.cpp reads "
                      "it",
                      kTable, field.line, field.pointer, field.status));
    }
  }
  for (const std::string& name : read) {
    if (!in_table.contains(name) && !kOfTheState.contains(name)) {
      findings.push_back(fmt::format("{}: specs/oci reads a member \"{}\" that is not in the table",
                                     kTable, name));
    }
  }
  return findings;
}

TEST(ConfigFields, TheTableHasEveryMemberOfTheSpecificationOnce) {
  const Findings findings = check_members(table());
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(ConfigFields, EveryLineNamesATestThatExists) {
  const Findings findings = check_tests(table(), tests_of(repository()));
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(ConfigFields, WhatIsReadIsInTheTableAndTheOtherWayRound) {
  const std::set<std::string> read = names_read(repository());
  EXPECT_GT(read.size(), 100U) << "the search has lost the parser";
  const Findings findings = check_names(table(), read);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(ConfigFields, SeesEachKindOfMistake) {
  const char* text =
      "| `/root/{path,readonly}` | enforced | x | `A.B` |\n"
      "| `/root/path` | done | x | `A.C` |\n"
      "| `/vm` | ignored | because | `A.B` |\n"
      "| `/nonsense` | refused | x | `A.B` |\n";
  const std::vector<ConfigField> fields = parse_config_fields(text);
  ASSERT_EQ(fields.size(), 5U);
  EXPECT_EQ(fields[1].pointer, "/root/readonly");
  const Findings findings = check_members(fields);
  EXPECT_THAT(findings, ::testing::Contains(HasSubstr("stands in line 1 already")));
  EXPECT_THAT(findings, ::testing::Contains(HasSubstr("the status of /root/path")));
  EXPECT_THAT(findings, ::testing::Contains(HasSubstr("/vm is ignored: say which sentence")));
  EXPECT_THAT(findings, ::testing::Contains(HasSubstr("/nonsense is no member")));
  EXPECT_THAT(findings, ::testing::Contains(HasSubstr("/process/cwd is missing")));
  EXPECT_THAT(check_tests(fields, {"A.B"}), ElementsAre(HasSubstr("there is no test A.C")));
  EXPECT_THAT(check_names({fields[0]}, {"path", "other", "pid"}),
              ElementsAre(HasSubstr("\"other\" that is not in the table")));
  EXPECT_THAT(check_names({fields[0]}, {}),
              ElementsAre(HasSubstr("/root/path is called enforced")));
}

TEST(ConfigFields, ReadsTestsAndMembersFromSources) {
  const Tree tree = {
      make_file("tests/a_test.cpp",
                "TEST_F(Suite, Name) {\n}\n// TEST(No, Test) {\nTEST(A, B) {}\n"),
      make_file("specs/oci/parse_a.cpp",
                "void f() { at.at(\"one\"); find_string(at, \"two\"); at.fail(\"three\"); }\n"
                "// at.at(\"four\")\n")};
  EXPECT_THAT(tests_of(tree), ElementsAre("A.B", "Suite.Name"));
  EXPECT_THAT(names_read(tree), ElementsAre("one", "two"));
  EXPECT_THAT(check_names(parse_config_fields("| `/one` | enforced | x | `A.B` |\n"
                                              "| `/two` | ignored | a.md | `A.B` |\n"),
                          names_read(tree)),
              IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
