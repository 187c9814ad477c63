// SPDX-License-Identifier: Apache-2.0
#include "runtime/cli/command.h"
#include "runtime/cli/output.h"
#include "runtime/cli/requests.h"
#include "runtime/cli/values.h"
#include "specs/oci/json_document.h"
#include "specs/oci/json_writer.h"

namespace wpar::cli {
namespace {

constexpr std::array<Option, 2> kExplainOptions = {{
    {"format", 'f', "text|json", "form of the explanation (default: text)"},
    {"id", '\0', "ID", "the container's id to assume (default: ID)"},
}};

int explain(const Globals& globals, const Parsed& parsed) {
  const bool json = wants_json(parsed);
  const lifecycle::Explanation explanation = lifecycle::explain(
      globals.context, optional_argument(parsed), parsed.has("id") ? parsed.text("id") : "ID");
  for (const std::string& warning : explanation.warnings) {
    log::warn(warning);
  }
  print(json ? explain_json(explanation) : explain_text(explanation));
  return 0;
}

}  // namespace

std::string explain_text(const lifecycle::Explanation& explanation) {
  std::string text;
  std::size_t number = 0;
  for (const lifecycle::ExplainedStep& step : explanation.steps) {
    text += fmt::format("{:>2}. {}: {}\n    ({})\n", ++number, step.who, step.what, step.why);
    for (const std::string& detail : step.details) {
      text += "      " + oci::printable(detail) + "\n";
    }
  }
  return text;
}

std::string explain_json(const lifecycle::Explanation& explanation) {
  oci::JsonWriter json(oci::Indent::kTwoSpaces, oci::BadText::kReplace);
  json.object([&] {
    json.member("file", explanation.file);
    json.member("warnings", explanation.warnings);
    json.key("steps");
    json.list(explanation.steps, [&](const lifecycle::ExplainedStep& step) {
      json.object([&] {
        json.member("who", step.who);
        json.member("what", step.what);
        json.member("why", step.why);
        json.member("details", step.details);
      });
    });
  });
  return json.take() + "\n";
}

constinit const Command kExplain = {
    .name = "explain",
    .arguments = "[BUNDLE|FILE]",
    .summary = "say what create and start would do, in order, without doing it",
    .options = kExplainOptions,
    .arity = {.min = 0, .max = 1},
    .run = explain,
    .placement = Placement::kAnywhere,
    .uses_state = false};

}  // namespace wpar::cli
