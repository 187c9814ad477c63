// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"
#include "specs/oci/json_document.h"
#include "specs/oci/json_writer.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 1> kLintOptions = {{
    {"format", 'f', "text|json", "form of the report (default: text)"},
}};

struct Count {
  std::size_t errors = 0;
  std::size_t warnings = 0;
};

Count count(const lifecycle::LintReport& report) {
  const auto errors = std::count_if(report.findings.begin(), report.findings.end(),
                                    [](const auto& finding) { return finding.is_error; });
  return {.errors = static_cast<std::size_t>(errors),
          .warnings = report.findings.size() - static_cast<std::size_t>(errors)};
}

int lint(const Globals& globals, const Parsed& parsed) {
  static_cast<void>(globals);
  const bool json = wants_json(parsed);
  const lifecycle::LintReport report = lifecycle::lint(optional_argument(parsed));
  print(json ? lint_json(report) : lint_text(report));
  return count(report).errors == 0 ? 0 : 1;
}

}  // namespace

std::string lint_text(const lifecycle::LintReport& report) {
  const std::string file = oci::printable(report.file);
  std::string text;
  for (const lifecycle::LintFinding& finding : report.findings) {
    const std::string place =
        finding.pointer.empty() ? std::string() : oci::printable(finding.pointer) + ": ";
    text +=
        fmt::format("{}: {}: {}{}\n    {}: \"{}\"\n", file, finding.is_error ? "error" : "warning",
                    place, oci::printable(finding.text), finding.section, finding.sentence);
  }
  const auto [errors, warnings] = count(report);
  return text + fmt::format("{}: {} error{}, {} warning{}\n", file, errors, errors == 1 ? "" : "s",
                            warnings, warnings == 1 ? "" : "s");
}

std::string lint_json(const lifecycle::LintReport& report) {
  const Count total = count(report);
  oci::JsonWriter json(oci::Indent::kTwoSpaces, oci::BadText::kReplace);
  json.object([&] {
    json.member("file", report.file);
    json.member("errors", total.errors);
    json.member("warnings", total.warnings);
    json.key("findings");
    json.list(report.findings, [&](const lifecycle::LintFinding& finding) {
      json.object([&] {
        json.member("severity", finding.is_error ? "error" : "warning");
        json.member("pointer", finding.pointer);
        json.member("text", finding.text);
        json.member("section", finding.section);
        json.member("sentence", finding.sentence);
      });
    });
  });
  return json.take() + "\n";
}

constinit const Command kLint = {
    .name = "lint",
    .arguments = "[BUNDLE|FILE]",
    .summary = "check a config.json: all findings with the specification's sentence",
    .options = kLintOptions,
    .arity = {.min = 0, .max = 1},
    .run = lint,
    .placement = Placement::kAnywhere,
    .uses_state = false};

}  // namespace wpar::cli
