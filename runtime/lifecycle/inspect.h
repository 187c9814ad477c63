// SPDX-License-Identifier: Apache-2.0
#pragma once
// Looking at a bundle without doing anything: what is wrong with it, and what create would do.
// Called by cli. Needs no state and no privileges.

#include <string>
#include <vector>

#include "runtime/lifecycle/lifecycle.h"

namespace wpar::lifecycle {

struct LintFinding {
  bool is_error = true;  // create would refuse it; otherwise a warning
  std::string pointer;
  std::string text;
  std::string section;   // of the OCI runtime specification: "config.md#configMounts"
  std::string sentence;  // its words
};

struct LintReport {
  std::string file;
  std::vector<LintFinding> findings;  // errors first
};

// `path`: a bundle, a file, or "-" for stdin; "" is the current directory.
LintReport lint(const std::string& path);

// One thing that create or start would do, in order.
struct ExplainedStep {
  std::string who;   // "runtime" or "init"
  std::string what;  // for init: the name in init/steps.cpp
  std::string why;
  std::vector<std::string> details;
};

struct Explanation {
  std::string file;
  std::vector<ExplainedStep> steps;
  std::vector<std::string> warnings;
};

// Throws what create would throw for the document. `id` stands where a container's id would.
Explanation explain(const Context& context, const std::string& path, const std::string& id);

}  // namespace wpar::lifecycle
