// SPDX-License-Identifier: Apache-2.0
#pragma once
// A translation as a Pod for Kubernetes, NAME.pod.yaml. Pure. Called by wpar2oci.

#include <string>

#include "translate/targets/files.h"
#include "translate/translate.h"

namespace wpar::translate {

// What a Pod cannot say goes into the report. An empty runtime class: the cluster's default.
TargetFile kube_pod(Translation& translation, const std::string& runtime_class);

}  // namespace wpar::translate
