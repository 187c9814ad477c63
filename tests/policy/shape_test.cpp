// SPDX-License-Identifier: Apache-2.0
// The shape of files: size, first lines, TODO, paths of a machine, and a test beside every plan.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "tests/policy/tree.h"

namespace wpar::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kMaxLines = 400;
constexpr std::string_view kSpdx = "SPDX-License-Identifier: Apache-2.0";

const std::vector<AllowedSite> kLongFiles = {};

Findings check_size(const SourceFile& file) {
  const std::size_t lines = lines_of(file.text).size();
  if (lines <= kMaxLines || file.path.ends_with(".md") || is_allowed(kLongFiles, file.path)) {
    return {};
  }
  return {fmt::format("{}: {} lines, more than {}: it has two subjects; split it by noun",
                      file.path, lines, kMaxLines)};
}

Findings check_first_lines(const SourceFile& file) {
  if (!is_cpp(file)) {
    return {};
  }
  Findings findings;
  const std::vector<std::string> lines = lines_of(file.text);
  if (lines.empty() || lines[0] != fmt::format("// {}", kSpdx)) {
    findings.push_back(fmt::format("{}:1: the first line is: // {}", file.path, kSpdx));
  }
  if (!is_header(file)) {
    return findings;
  }
  if (lines.size() < 2 || lines[1] != "#pragma once") {
    findings.push_back(
        fmt::format("{}:2: the second line of a header is: #pragma once", file.path));
  }
  if (lines.size() < 3 || !lines[2].starts_with("// ") || lines[2].size() < 20) {
    findings.push_back(fmt::format(
        "{}:3: say in a comment under #pragma once what the header is for and who calls it",
        file.path));
  }
  return findings;
}

Findings check_script_licence(const SourceFile& file) {
  if (is_cpp(file) || file.path.ends_with(".md")) {
    return {};
  }
  const std::vector<std::string> lines = lines_of(file.text);
  const bool found =
      std::any_of(lines.begin(), lines.begin() + std::min<std::ptrdiff_t>(3, std::ssize(lines)),
                  [](const std::string& line) { return line.find(kSpdx) != std::string::npos; });
  return found ? Findings{}
               : Findings{fmt::format("{}: say {} in the first lines", file.path, kSpdx)};
}

Findings check_todo(const SourceFile& file) {
  if (is_below(file.path, "tests/policy")) {
    return {};
  }
  Findings findings;
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t at = lines[i].find("TODO");
    const bool has_number = at != std::string::npos && lines[i].compare(at, 6, "TODO(#") == 0 &&
                            at + 6 < lines[i].size() &&
                            std::isdigit(static_cast<unsigned char>(lines[i][at + 6])) != 0;
    if ((at != std::string::npos && !has_number && has_word(lines[i], "TODO")) ||
        has_word(lines[i], "FIXME") || has_word(lines[i], "XXX")) {
      findings.push_back(fmt::format("{}:{}: do it now, or open an issue and write TODO(#number)",
                                     file.path, i + 1));
    }
  }
  return findings;
}

// Searched in the whole text: a comment is where such words stand.
Findings check_machine_paths(const SourceFile& file) {
  Findings findings;
  const std::vector<std::string> lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size() && !is_below(file.path, "tests/policy"); ++i) {
    for (const std::string_view path : {WPAR_SOURCE_DIR "/", "/home/user"}) {
      const std::size_t at = lines[i].find(path);
      // "/proc/self/root/.." is no path of a machine: the word begins at the slash.
      if (at != std::string::npos &&
          (at == 0 || std::isalnum(static_cast<unsigned char>(lines[i][at - 1])) == 0)) {
        findings.push_back(
            fmt::format("{}:{}: {} is a path of one machine", file.path, i + 1, path));
      }
    }
  }
  return findings;
}

Findings check_plan_tests(const Tree& tree) {
  Findings findings;
  for (const SourceFile& file : tree) {
    if (folder_of(file) != "runtime/plan" || !file.path.ends_with(".cpp")) {
      continue;
    }
    const std::string test =
        fmt::format("tests/unit/{}_test.cpp", file.path.substr(0, file.path.size() - 4));
    const bool found = std::any_of(tree.begin(), tree.end(),
                                   [&](const SourceFile& other) { return other.path == test; });
    if (!found) {
      findings.push_back(fmt::format(
          "{}: has no {}: the plan is pure, so it is where tests are cheap", file.path, test));
    }
  }
  return findings;
}

TEST(Sizes, NoFileHasTwoSubjects) {
  const Findings findings = for_each_file(repository(), check_size);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(Sizes, TheAllowListIsAlive) {
  EXPECT_THAT(stale_sites(repository(), kLongFiles), IsEmpty());
}

TEST(Sizes, CountsLines) {
  std::string text;
  for (std::size_t i = 0; i < kMaxLines; ++i) {
    text += "int a;\n";
  }
  EXPECT_THAT(check_size(make_file("runtime/a.cpp", text)), IsEmpty());
  EXPECT_THAT(check_size(make_file("runtime/a.cpp", text + "int b;\n")),
              ElementsAre(HasSubstr("401 lines")));
}

TEST(FirstLines, NameTheLicenceAndTheHeadersPurpose) {
  Findings findings = for_each_file(repository(), check_first_lines);
  const Findings scripts = for_each_file(repository(), check_script_licence);
  findings.insert(findings.end(), scripts.begin(), scripts.end());
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(FirstLines, AreSeenWhenMissing) {
  EXPECT_THAT(check_first_lines(make_file("a.h", "int a;\n")), SizeIs(3));
  EXPECT_THAT(check_first_lines(make_file("a.h",
                                          "// SPDX-License-Identifier: Apache-2.0\n"
                                          "#pragma once\n"
                                          "// What it is for. Called by the tests.\n")),
              IsEmpty());
  EXPECT_THAT(check_script_licence(make_file("check", "#!/bin/bash\n")), SizeIs(1));
}

TEST(Todo, HasAnIssueNumber) {
  const Findings findings = for_each_file(repository(), check_todo);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(Todo, IsSeenWithoutANumber) {
  EXPECT_THAT(check_todo(make_file("a.cpp", "// TODO later\n")), SizeIs(1));
  EXPECT_THAT(check_todo(make_file("a.cpp", "// TODO(#12) later\n")), IsEmpty());
}

TEST(MachinePaths, StayOutOfTheTree) {
  const Findings findings = for_each_file(repository(), check_machine_paths);
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(MachinePaths, AreSeen) {
  EXPECT_THAT(check_machine_paths(make_file("a.cpp", "// see " WPAR_SOURCE_DIR "/b\n")), SizeIs(1));
  EXPECT_THAT(
      check_machine_paths(make_file("a.cpp", "// docs" WPAR_SOURCE_DIR "/b, /proc/self/root/..\n")),
      IsEmpty());
}

TEST(PlanTests, EveryPlanFileHasATestBesideIt) {
  const Findings findings = check_plan_tests(repository());
  EXPECT_TRUE(findings.empty()) << as_text(findings);
}

TEST(PlanTests, AMissingTestIsSeen) {
  const SourceFile plan = make_file("runtime/plan/mounts.cpp", "");
  EXPECT_THAT(check_plan_tests({plan}),
              ElementsAre(HasSubstr("tests/unit/runtime/plan/mounts_test.cpp")));
  EXPECT_THAT(check_plan_tests({plan, make_file("tests/unit/runtime/plan/mounts_test.cpp", "")}),
              IsEmpty());
}

}  // namespace
}  // namespace wpar::policy
