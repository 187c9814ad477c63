// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/masks.h"

#include <algorithm>

#include "runtime/base/path.h"

namespace wpar::plan {

std::vector<std::string> plan_masks(const std::vector<std::string>& paths, std::string_view pointer,
                                    Findings& findings) {
  std::vector<std::string> plan;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Pointer at{pointer, i};
    if (!findings.accept_absolute_path(at, paths[i])) {
      continue;
    }
    std::string path = clean_path(paths[i]);
    if (path == "/") {
      findings.invalid(at, "the root directory cannot be in this list");
    } else if (std::ranges::find(plan, path) == plan.end()) {
      plan.push_back(std::move(path));
    }
  }
  return plan;
}

}  // namespace wpar::plan
