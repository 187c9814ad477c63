// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the parts of the Kubernetes target (kube*.cpp) fill together. Private to translate/targets.

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

#include "translate/targets/engine.h"

namespace wpar::translate {

// A node with this tag is a string, whatever it looks like: "no", "16000".
inline constexpr const char* kString = "!";

struct KubePlan {
  Translation& translation;
  std::string name;           // a label of RFC 1123
  bool stateful = false;      // a StatefulSet of one: it is started by itself and never runs twice
  YAML::Node metadata = {};   // of the Pod: labels and annotations
  YAML::Node spec = {};       // of the Pod
  YAML::Node container = {};  // the only one
  std::vector<YAML::Node> claims = {};  // PersistentVolumeClaims, or templates of them

  void lose(std::string_view stanza, Fidelity fidelity, std::string reason,
            std::string action = {}) {
    add_remark(translation.report, stanza, fidelity, std::move(reason), std::move(action));
  }
};

inline YAML::Node quoted(const std::string& text) {
  YAML::Node node(text);
  node.SetTag(kString);
  return node;
}

// resources, and what a Pod cannot limit (kube_limits.cpp).
void plan_kube_limits(KubePlan& plan);
// volumes, claims and their mounts, the names of hosts (kube_volumes.cpp).
void plan_kube_volumes(KubePlan& plan);

}  // namespace wpar::translate
