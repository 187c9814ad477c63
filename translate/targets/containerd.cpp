// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/containerd.h"

#include <fmt/format.h>

#include "translate/targets/engine.h"
#include "translate/targets/podman.h"

namespace wpar::translate {

TargetFile containerd_script(Translation& translation, const std::string& runtime) {
  const std::string name = engine_name(translation.name);
  if (name != translation.name) {
    add_remark(translation.report, "general", Fidelity::kApproximate,
               fmt::format("containerd's container is called {}", name));
  }
  // The shim gives the document to the runtime as it is, hooks too: nothing of it is lost.
  std::string text = fmt::format("#!/bin/sh\n{}set -e\n", kWrittenBy);
  text += "directory=$(cd \"$(dirname \"$0\")\" && pwd)\nexec ctr run --rm";
  if (!runtime.empty()) {
    text += " \\\n  --runc-binary " + shell_word(runtime);
  }
  text += fmt::format(" \\\n  --config \"$directory/config.json\" \\\n  {}\n", name);
  if (!translation.workload.image.empty()) {
    add_remark(translation.report, "general", Fidelity::kNeedsAction,
               fmt::format("containerd takes the root {} as it is and unpacks no image for it",
                           translation.config.root->path),
               fmt::format("unpack {} there before the start", translation.workload.image));
  }
  return {.name = name + ".sh", .text = std::move(text), .mode = 0755};
}

}  // namespace wpar::translate
