// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/lint.h"

#include <algorithm>
#include <utility>

#include "runtime/plan/build.h"
#include "runtime/plan/validate.h"
#include "specs/oci/inspect_config.h"

namespace wpar::plan {
namespace {

constexpr std::string_view kOtherPlatforms[] = {"/freebsd", "/solaris", "/vm", "/windows", "/zos"};
constexpr std::string_view kRemoved[] = {"/linux/intelRdt/enableCMT", "/linux/intelRdt/enableMBM"};

constexpr oci::Citation kExtensibility = {
    "", "config.md#configExtensibility",
    "Runtimes MAY log unknown properties but MUST otherwise ignore them."};

std::string unknown_text(const oci::UnknownMember& member) {
  if (std::ranges::find(kOtherPlatforms, member.pointer) != std::end(kOtherPlatforms)) {
    return "is for another platform and ignored on Linux";
  }
  if (std::ranges::find(kRemoved, member.pointer) != std::end(kRemoved)) {
    return "was removed from the specification in 1.3.0 and is ignored";
  }
  return member.nearest.empty()
             ? "is not in the specification and ignored"
             : fmt::format("is not in the specification and ignored; did you mean \"{}\"?",
                           member.nearest);
}

class Collector {
 public:
  void add_line(Severity severity, std::string_view line, const oci::Inspection* shape) {
    const std::size_t colon = line.starts_with('/') ? line.find(": ") : std::string_view::npos;
    std::string pointer(line.substr(0, colon == std::string_view::npos ? 0 : colon));
    const std::string_view text = colon == std::string_view::npos ? line : line.substr(colon + 2);
    if (shape != nullptr) {
      pointer = shape->place(pointer);
    }
    add(severity, std::move(pointer), std::string(text));
  }

  void add(Severity severity, std::string pointer, std::string text) {
    const oci::Citation citation = oci::citation_for(pointer);
    add({severity, std::move(pointer), std::move(text), citation});
  }

  void add(LintFinding finding) {
    const auto same = [&](const LintFinding& other) {
      return other.pointer == finding.pointer && other.text == finding.text;
    };
    if (std::ranges::none_of(findings_, same)) {
      findings_.push_back(std::move(finding));
    }
  }

  std::vector<LintFinding> take() {
    std::ranges::stable_sort(findings_, {}, &LintFinding::severity);
    return std::move(findings_);
  }

 private:
  std::vector<LintFinding> findings_;
};

}  // namespace

std::vector<LintFinding> lint(std::string_view config_text, const HostFacts& host) {
  const oci::Inspection shape = oci::inspect_config(config_text);
  Collector all;
  for (const std::string& line : shape.findings) {
    all.add_line(Severity::kError, line, nullptr);
  }
  for (const oci::UnknownMember& member : shape.unknown) {
    all.add({Severity::kWarning, member.pointer, unknown_text(member), kExtensibility});
  }
  if (shape.config) {
    Findings findings;
    draft_plan(*shape.config, host, {.id = "id", .bundle = "/"}, findings);
    for (const std::string& line : findings.take_errors()) {
      all.add_line(Severity::kError, line, &shape);
    }
    for (const std::string& line : findings.take_warnings()) {
      all.add_line(Severity::kWarning, line, &shape);
    }
    for (const std::string& line : advice(*shape.config)) {
      all.add_line(Severity::kWarning, line, &shape);
    }
  }
  return all.take();
}

}  // namespace wpar::plan
