// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/problems.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::spec {

std::string Problems::message() const {
  std::vector<Problem> ordered = found_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Problem& a, const Problem& b) { return a.at.line < b.at.line; });
  std::vector<std::string> lines;
  for (const Problem& problem : ordered) {
    std::string line = fmt::format("{}:{}: {}", filename_, problem.at.line, problem.text);
    if (problem.at.column > 0) {
      line += fmt::format(" (column {})", problem.at.column);
    }
    lines.push_back(std::move(line));
  }
  return join(lines, "\n");
}

void Problems::throw_if_any() const {
  if (!found_.empty()) {
    throw Error(ErrorKind::kInvalidConfig, message());
  }
}

}  // namespace wpar::spec
