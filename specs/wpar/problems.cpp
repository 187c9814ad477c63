// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/problems.h"

#include <algorithm>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::spec {

int Problems::begin_source(std::string filename) {
  sources_.push_back(std::move(filename));
  return source();
}

std::string Problems::message() const {
  std::vector<Problem> ordered = found_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.at.source, a.at.line) < std::pair(b.at.source, b.at.line);
  });
  std::vector<std::string> lines;
  for (const Problem& problem : ordered) {
    const std::string& file = sources_.at(static_cast<std::size_t>(problem.at.source));
    std::string line = fmt::format("{}:{}: {}", file, problem.at.line, problem.text);
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
