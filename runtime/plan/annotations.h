// SPDX-License-Identifier: Apache-2.0
#pragma once
// annotations: what is legal, and those that the runtime itself reads (config.md, Annotations).
// Called by validate.cpp and build.cpp.

#include <map>
#include <string>

#include "runtime/plan/findings.h"

namespace wpar::plan {

void check_annotations(const std::map<std::string, std::string>& annotations, Findings& findings);

// org.opencontainers.image.stopSignal, "SIGQUIT" or "3", or else SIGTERM: an image's own word must
// not keep its container from being made.
int plan_stop_signal(const std::map<std::string, std::string>& annotations, Findings& findings);

}  // namespace wpar::plan
