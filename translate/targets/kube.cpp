// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/kube.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/text.h"
#include "translate/targets/kube_plan.h"

namespace wpar::translate {
namespace {

constexpr const char* kLabel = "org.openwpar.name";

// A label of RFC 1123: what Kubernetes takes as a name.
std::string label_of(std::string_view text) {
  constexpr std::size_t kMaxLabel = 63;
  std::string label = to_lower(text.substr(0, kMaxLabel));
  std::replace_if(
      label.begin(), label.end(),
      [](char c) { return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')); }, '-');
  const std::size_t first = label.find_first_not_of('-');
  const std::size_t last = label.find_last_not_of('-');
  return first == std::string::npos ? "wpar" : label.substr(first, last - first + 1);
}

void emit(YAML::Emitter& out, const YAML::Node& node) {
  if (node.IsMap()) {
    out << YAML::BeginMap;
    for (const auto& entry : node) {
      out << YAML::Key << entry.first.Scalar() << YAML::Value;
      emit(out, entry.second);
    }
    out << YAML::EndMap;
  } else if (node.IsSequence()) {
    out << YAML::BeginSeq;
    for (const auto& entry : node) {
      emit(out, entry);
    }
    out << YAML::EndSeq;
  } else if (node.Tag() == kString) {
    out << YAML::DoubleQuoted << node.Scalar();
  } else {
    out << node.Scalar();
  }
}

class Pod {
 public:
  Pod(Translation& translation, const std::string& runtime_class)
      : plan_{.translation = translation,
              .name = label_of(translation.name),
              .stateful = !translation.workload.application && translation.workload.auto_start},
        t_(translation),
        name_(plan_.name) {
    if (!runtime_class.empty()) {
      plan_.spec["runtimeClassName"] = runtime_class;
    }
  }

  std::string text() {
    plan_names();
    plan_process();
    plan_security();
    plan_kube_limits(plan_);
    plan_kube_volumes(plan_);
    plan_network();
    report_rest();
    plan_.spec["containers"].push_back(plan_.container);
    std::string text;
    for (const YAML::Node& document : documents()) {
      YAML::Emitter out;
      emit(out, document);
      text += (text.empty() ? kWrittenBy : "---\n") + std::string(out.c_str()) + "\n";
    }
    return text;
  }

 private:
  void lose(std::string_view stanza, Fidelity fidelity, std::string reason,
            std::string action = {}) {
    plan_.lose(stanza, fidelity, std::move(reason), std::move(action));
  }

  static YAML::Node document(const char* version, const char* kind, const std::string& name) {
    YAML::Node node;
    node["apiVersion"] = version;
    node["kind"] = kind;
    node["metadata"]["name"] = name;
    return node;
  }

  // What is needed first comes first.
  std::vector<YAML::Node> documents() {
    if (plan_.stateful) {
      return {service(), stateful_set()};
    }
    std::vector<YAML::Node> all = plan_.claims;
    YAML::Node pod = document("v1", "Pod", name_);
    for (const auto& entry : plan_.metadata) {
      pod["metadata"][entry.first.Scalar()] = entry.second;
    }
    pod["spec"] = plan_.spec;
    all.push_back(pod);
    return all;
  }

  // A StatefulSet names one; it has no address and no ports of its own.
  YAML::Node service() {
    YAML::Node service = document("v1", "Service", name_);
    service["spec"]["clusterIP"] = "None";
    service["spec"]["selector"][kLabel] = quoted(name_);
    return service;
  }

  YAML::Node stateful_set() {
    YAML::Node set = document("apps/v1", "StatefulSet", name_);
    set["spec"]["serviceName"] = name_;
    set["spec"]["replicas"] = 1;
    set["spec"]["selector"]["matchLabels"][kLabel] = quoted(name_);
    set["spec"]["template"]["metadata"] = plan_.metadata;
    set["spec"]["template"]["spec"] = plan_.spec;
    for (const YAML::Node& claim : plan_.claims) {
      set["spec"]["volumeClaimTemplates"].push_back(claim);
    }
    return set;
  }

  void plan_names() {
    if (name_ != t_.name) {
      lose("general", Fidelity::kApproximate, fmt::format("the Pod is called {}", name_));
    }
    if (t_.config.hostname) {
      const std::string& wanted = *t_.config.hostname;
      std::string host = label_of(wanted.substr(0, wanted.find('.')));
      std::string reason = fmt::format("a Pod's host name has no domain: {}", host);
      if (plan_.stateful) {
        host = name_ + "-0";
        reason = fmt::format("the Pod of a StatefulSet is called {}, and its host too", host);
      } else {
        plan_.spec["hostname"] = quoted(host);
      }
      if (host != wanted &&
          !revise(t_.report, "general", "hostname", Fidelity::kApproximate, reason)) {
        lose("general", Fidelity::kApproximate, reason);
      }
    }
    plan_.metadata["labels"][kLabel] = quoted(name_);
    for (const auto& [key, value] : t_.config.annotations) {
      if (key != spec::kNetworkAnnotation && key != spec::kDevicesAnnotation) {
        plan_.metadata["annotations"][key] = quoted(value);
      }
    }
  }

  void plan_process() {
    const oci::Process& process = *t_.config.process;
    const bool application = t_.workload.application;
    std::string image = t_.workload.image;
    if (image.empty()) {
      image = "localhost/" + name_ + ":latest";
      lose("general", Fidelity::kNeedsAction,
           fmt::format("a Pod has no root directory: the image {} stands for {}", image,
                       t_.config.root->path),
           "make that image of the root, or name one in the site profile (images)");
    }
    plan_.container["name"] = name_;
    plan_.container["image"] = quoted(image);
    for (const std::string& word : process.args) {
      plan_.container["command"].push_back(quoted(escaped(word)));
    }
    for (const std::string& variable : process.env) {
      const std::size_t equals = std::min(variable.find('='), variable.size());
      YAML::Node entry;
      entry["name"] = quoted(variable.substr(0, equals));
      entry["value"] = quoted(escaped(variable.substr(std::min(equals + 1, variable.size()))));
      plan_.container["env"].push_back(entry);
    }
    plan_.container["workingDir"] = process.cwd;
    plan_.spec["restartPolicy"] = application ? "Never" : plan_.stateful ? "Always" : "OnFailure";
    plan_.spec["terminationGracePeriodSeconds"] = application ? 60 : 600;
    plan_.spec["enableServiceLinks"] = false;
    plan_.spec["automountServiceAccountToken"] = false;
  }

  // Kubernetes expands $(NAME), and "$$" stands for "$"; any other "$" stands for itself.
  static std::string escaped(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char next = i + 1 < text.size() ? text[i + 1] : ' ';
      const bool special = text[i] == '$' && (next == '$' || next == '(');
      result += special ? "$$" : std::string(1, text[i]);
    }
    return result;
  }

  void plan_security() {
    YAML::Node capabilities = plan_.container["securityContext"]["capabilities"];
    capabilities["drop"].push_back("ALL");
    if (const auto& wanted = t_.config.process->capabilities) {
      for (const std::string& name : wanted->bounding) {
        capabilities["add"].push_back(name.starts_with("CAP_") ? name.substr(4) : name);
      }
    }
    lose(
        "security", Fidelity::kApproximate,
        "the cluster adds its seccomp and LSM profiles; its admission must allow the capabilities");
    for (const auto& [key, value] : t_.config.linux_.sysctl) {
      YAML::Node entry;
      entry["name"] = key;
      entry["value"] = quoted(value);
      plan_.spec["securityContext"]["sysctls"].push_back(entry);
      lose("resources", Fidelity::kNeedsAction, fmt::format("sysctl {} of the Pod", key),
           "allow it on the nodes (kubelet --allowed-unsafe-sysctls)");
    }
  }

  void plan_network() {
    if (!t_.workload.own_network) {
      plan_.spec["hostNetwork"] = true;
    }
    if (t_.workload.shared_ipc) {
      plan_.spec["hostIPC"] = true;
    }
    YAML::Emitter networks;
    networks << YAML::Flow << YAML::DoubleQuoted << YAML::BeginSeq;
    for (const WorkloadInterface& interface : t_.workload.interfaces) {
      const std::string attachment =
          label_of(interface.network.empty() ? name_ + "-" + interface.name : interface.network);
      networks << YAML::BeginMap << YAML::Key << "name" << YAML::Value << attachment << YAML::Key
               << "interface" << YAML::Value << interface.name << YAML::Key << "ips" << YAML::Value
               << YAML::BeginSeq;
      for (const spec::AddressEntry& entry : interface.addresses) {
        networks << fmt::format("{}/{}", entry.address, entry.prefix);
      }
      networks << YAML::EndSeq << YAML::EndMap;
      lose("network", Fidelity::kNeedsAction,
           fmt::format("{} is an attachment to the network {}, beside the cluster's eth0",
                       interface.name, attachment),
           fmt::format("make the NetworkAttachmentDefinition {} (Multus, static addresses; {} {})",
                       attachment, interface.mode, interface.parent));
    }
    networks << YAML::EndSeq;
    if (!t_.workload.interfaces.empty()) {
      plan_.metadata["annotations"]["k8s.v1.cni.cncf.io/networks"] = quoted(networks.c_str());
    } else if (t_.workload.own_network) {
      lose("network", Fidelity::kApproximate, "a Pod always has the cluster's network");
    }
  }

  void report_rest() {
    for (const spec::RouteEntry& route : t_.workload.routes) {
      lose("route", Fidelity::kNeedsAction,
           fmt::format("a Pod has no routes: {} is left out", route.destination),
           "set it in the NetworkAttachmentDefinition");
    }
    for (const WorkloadDevice& device : t_.workload.devices) {
      lose("device", Fidelity::kNeedsAction,
           fmt::format("a Pod gets no device node: {} is left out", device.path),
           "give it by a device plugin");
    }
    if (!t_.workload.script.empty()) {
      revise(t_.report, "general", "script", Fidelity::kNeedsAction,
             "a Pod runs no script on the host", "run it by other means, or inside");
    }
    if (plan_.stateful) {
      revise(t_.report, "general", "auto", Fidelity::kEquivalent,
             "a StatefulSet of one: the cluster starts it, again after an end, and never twice");
    } else {
      revise(t_.report, "general", "auto", Fidelity::kApproximate,
             "a Pod starts when it is applied, and is not moved to another node");
    }
  }

  KubePlan plan_;
  Translation& t_;
  const std::string& name_;
};

}  // namespace

TargetFile kube_pod(Translation& translation, const std::string& runtime_class) {
  std::string text = Pod(translation, runtime_class).text();
  return {.name = label_of(translation.name) + ".pod.yaml", .text = std::move(text)};
}

}  // namespace wpar::translate
