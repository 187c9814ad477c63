// SPDX-License-Identifier: Apache-2.0
// What lint and explain print.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/cli/cli.h"
#include "runtime/cli/requests.h"
#include "tests/unit/runtime/cli/fake_lifecycle.h"

namespace wpar::cli {
namespace {

using ::testing::HasSubstr;
using wpar::testing::fake_lifecycle;

lifecycle::LintReport some_report() {
  return {.file = "config.json",
          .findings = {{.is_error = true,
                        .pointer = "/process/cwd",
                        .text = "required, but missing",
                        .section = "config.md#configProcess",
                        .sentence = "This value MUST be an absolute path."},
                       {.is_error = false,
                        .pointer = "",
                        .text = "odd\n\x1b[31m",
                        .section = "config.md#configuration",
                        .sentence = "Any."}}};
}

lifecycle::Explanation some_explanation() {
  return {.file = "config.json",
          .steps = {{.who = "runtime", .what = "clone init", .why = "a reason", .details = {"one"}},
                    {.who = "init", .what = "start a session", .why = "another", .details = {}}},
          .warnings = {}};
}

int run(const Words& words, std::string& out) {
  const Invocation call =
      interpret(words, [] { return Caller{.is_root = true, .runtime_dir = "", .directory = "/"}; });
  ::testing::internal::CaptureStdout();
  const int code = execute(call, nullptr);
  out = ::testing::internal::GetCapturedStdout();
  return code;
}

TEST(Lint, PrintsEachFindingWithItsCitation) {
  EXPECT_EQ(lint_text(some_report()),
            "config.json: error: /process/cwd: required, but missing\n"
            "    config.md#configProcess: \"This value MUST be an absolute path.\"\n"
            "config.json: warning: odd\\u000a\\u001b[31m\n"
            "    config.md#configuration: \"Any.\"\n"
            "config.json: 1 error, 1 warning\n");
  EXPECT_EQ(lint_text({.file = "-", .findings = {}}), "-: 0 errors, 0 warnings\n");
}

TEST(Lint, PrintsJson) {
  EXPECT_EQ(lint_json({.file = "c", .findings = {some_report().findings[0]}}),
            "{\n"
            "  \"file\": \"c\",\n"
            "  \"errors\": 1,\n"
            "  \"warnings\": 0,\n"
            "  \"findings\": [\n"
            "    {\n"
            "      \"severity\": \"error\",\n"
            "      \"pointer\": \"/process/cwd\",\n"
            "      \"text\": \"required, but missing\",\n"
            "      \"section\": \"config.md#configProcess\",\n"
            "      \"sentence\": \"This value MUST be an absolute path.\"\n"
            "    }\n"
            "  ]\n"
            "}\n");
}

TEST(Lint, FailsForErrorsOnly) {
  wpar::testing::reset_fake_lifecycle();
  std::string out;
  fake_lifecycle().report = some_report();
  EXPECT_EQ(run({"lint", "/b"}, out), 1);
  EXPECT_EQ(fake_lifecycle().id, "/b");
  fake_lifecycle().report.findings.erase(fake_lifecycle().report.findings.begin());
  EXPECT_EQ(run({"lint"}, out), 0);
  EXPECT_EQ(fake_lifecycle().id, "");
  EXPECT_EQ(run({"lint", "-", "--format=json"}, out), 0);
  EXPECT_EQ(out.front(), '{');
}

TEST(Explain, NumbersTheSteps) {
  EXPECT_EQ(explain_text(some_explanation()),
            " 1. runtime: clone init\n"
            "    (a reason)\n"
            "      one\n"
            " 2. init: start a session\n"
            "    (another)\n");
  EXPECT_THAT(explain_json(some_explanation()), HasSubstr("\"what\": \"clone init\""));
}

TEST(Explain, TakesAnId) {
  wpar::testing::reset_fake_lifecycle();
  std::string out;
  EXPECT_EQ(run({"explain", "--id", "web1", "/b"}, out), 0);
  EXPECT_EQ(fake_lifecycle().id, "/b as web1");
  EXPECT_EQ(run({"explain"}, out), 0);
  EXPECT_EQ(fake_lifecycle().id, " as ID");
}

}  // namespace
}  // namespace wpar::cli
