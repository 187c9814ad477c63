// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.maskedPaths and linux.readonlyPaths → clean paths, each once, in order. Called by
// build.cpp. A path that does not exist in the container is no error (config-linux.md); init finds
// that out.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"

namespace wpar::plan {

std::vector<std::string> plan_masks(const std::vector<std::string>& paths, std::string_view pointer,
                                    Findings& findings);

}  // namespace wpar::plan
