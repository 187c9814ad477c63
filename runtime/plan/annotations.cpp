// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/annotations.h"

#include <csignal>

#include "runtime/base/signal_names.h"

namespace wpar::plan {

void check_annotations(const std::map<std::string, std::string>& annotations, Findings& findings) {
  for (const auto& [key, value] : annotations) {
    const std::string pointer = "/annotations/" + pointer_part(key);
    if (key.empty()) {
      findings.invalid({pointer}, "an annotation needs a name");
    }
    if (findings.accept_text({"/annotations"}, key)) {
      findings.accept_text({pointer}, value);
    }
  }
}

int plan_stop_signal(const std::map<std::string, std::string>& annotations, Findings& findings) {
  const auto annotation = annotations.find("org.opencontainers.image.stopSignal");
  if (annotation == annotations.end() || annotation->second.empty()) {
    return SIGTERM;
  }
  const auto signal = find_signal(annotation->second);
  if (!signal || *signal == 0) {
    findings.warn({"/annotations/org.opencontainers.image.stopSignal"},
                  "unknown signal, SIGTERM is used");
    return SIGTERM;
  }
  return *signal;
}

}  // namespace wpar::plan
