// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything there is to say about a config.json, at once: what create would refuse, and what it
// would take although it is probably not what was meant. Pure. Called by lifecycle for `lint`.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/host.h"
#include "specs/oci/citations.h"
#include "specs/oci/config.h"

namespace wpar::plan {

enum class Severity { kError, kWarning };

struct LintFinding {
  Severity severity = Severity::kError;
  std::string pointer;  // JSON pointer; "" when the text is no JSON document
  std::string text;
  oci::Citation citation;  // the sentence of the specification that the place answers to
};

// Errors first, each kind in the order of the document's parts.
std::vector<LintFinding> lint(std::string_view config_text, const HostFacts& host);

// lint_advice.cpp: what is allowed, and deprecated or a known trap. "<pointer>: <message>".
std::vector<std::string> advice(const oci::Config& config);

}  // namespace wpar::plan
