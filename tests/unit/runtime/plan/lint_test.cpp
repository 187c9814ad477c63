// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wpar::plan {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const HostFacts kHost = [] {
  HostFacts host;
  host.bounding_set = ~std::uint64_t{0};
  host.apparmor_enabled = true;
  host.selinux_enabled = true;
  return host;
}();

std::vector<std::string> lines(std::string_view text, Severity severity) {
  std::vector<std::string> found;
  for (const LintFinding& finding : lint(text, kHost)) {
    if (finding.severity == severity) {
      found.push_back(finding.pointer + ": " + finding.text);
    }
  }
  return found;
}

constexpr const char* kMinimal = R"({"ociVersion": "1.3.0", "root": {"path": "rootfs"},
  "process": {"cwd": "/", "args": ["/bin/true"], "user": {"uid": 0, "gid": 0}},
  "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}})";

TEST(Lint, HasNoErrorWhereCreateHasNone) {
  EXPECT_THAT(lines(kMinimal, Severity::kError), IsEmpty());
}

TEST(Lint, TellsErrorsOfShapeAndOfMeaningTogether) {
  const auto errors = lines(R"({"ociVersion": "1.3.0", "root": {"path": "rootfs"},
    "hostname": "web1",
    "process": {"cwd": "relative", "args": ["/bin/true"], "user": {"uid": 0, "gid": 0},
                "rlimits": [{"type": "RLIMIT_X", "soft": 1, "hard": 1}]},
    "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}})",
                            Severity::kError);
  EXPECT_THAT(errors, Contains(HasSubstr("/process/cwd: expected an absolute path")));
  EXPECT_THAT(errors, Contains("/hostname: needs a uts namespace of the container's own"));
  EXPECT_THAT(errors, Contains(HasSubstr("/process/rlimits/0/type: ")));
}

TEST(Lint, PointsIntoTheDocumentAndNotIntoWhatIsLeftOfIt) {
  const auto errors = lines(R"({"ociVersion": "1.3.0", "root": {"path": "rootfs"},
    "mounts": [7, {"destination": "/x", "type": "tmpfs"},
               {"destination": "/y", "type": "bind", "options": ["bind"]}]})",
                            Severity::kError);
  EXPECT_THAT(errors, Contains(HasSubstr("/mounts/0: expected an object")));
  EXPECT_THAT(errors, Not(Contains(HasSubstr("/mounts/1: ")))) << "the third mount is meant";
}

TEST(Lint, CitesTheSentenceOfEachFinding) {
  for (const LintFinding& finding : lint(R"({"ociVersion": "1", "typo": 1})", kHost)) {
    EXPECT_FALSE(finding.citation.section.empty()) << finding.pointer;
    EXPECT_FALSE(finding.citation.sentence.empty()) << finding.pointer;
    if (finding.pointer == "/ociVersion") {
      EXPECT_EQ(finding.citation.section, "config.md#configSpecificationVersion");
    }
    if (finding.pointer == "/typo") {
      EXPECT_EQ(finding.citation.section, "config.md#configExtensibility");
    }
  }
}

TEST(Lint, WarnsOfMembersThatNobodyReads) {
  const auto warnings = lines(R"({"ociVersion": "1.3.0", "root": {"path": "r"}, "hostnme": "x",
    "windows": {}, "linux": {"intelRdt": {"enableCMT": true}}})",
                              Severity::kWarning);
  EXPECT_THAT(warnings, Contains("/hostnme: is not in the specification and ignored; did you mean "
                                 "\"hostname\"?"));
  EXPECT_THAT(warnings, Contains("/windows: is for another platform and ignored on Linux"));
  EXPECT_THAT(warnings, Contains("/linux/intelRdt/enableCMT: was removed from the specification in "
                                 "1.3.0 and is ignored"));
}

TEST(Lint, PutsErrorsFirst) {
  const auto findings = lint(R"({"typo": 1, "root": {"path": 5}})", kHost);
  ASSERT_GE(findings.size(), 3U);
  EXPECT_EQ(findings.front().severity, Severity::kError);
  EXPECT_EQ(findings.back().severity, Severity::kWarning);
}

TEST(Lint, AnswersForTextThatIsNoDocument) {
  const auto findings = lint("{", kHost);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].pointer, "");
  EXPECT_THAT(findings[0].text, HasSubstr("line 1, column 2"));
}

}  // namespace
}  // namespace wpar::plan
