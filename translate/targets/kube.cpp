// SPDX-License-Identifier: Apache-2.0
#include "translate/targets/kube.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "runtime/base/text.h"
#include "translate/targets/engine.h"

namespace wpar::translate {
namespace {

constexpr std::int64_t kDefaultPeriod = 100000;
constexpr int kMilli = 1000;
constexpr int kSharesOfOneCpu = 1024;

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

// A node with this tag is a string, whatever it looks like: "no", "16000".
constexpr const char* kString = "!";

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
      : t_(translation), name_(label_of(translation.name)) {
    pod_["apiVersion"] = "v1";
    pod_["kind"] = "Pod";
    pod_["metadata"]["name"] = name_;
    if (!runtime_class.empty()) {
      pod_["spec"]["runtimeClassName"] = runtime_class;
    }
  }

  std::string text() {
    plan_names();
    plan_process();
    plan_security();
    plan_limits();
    plan_mounts();
    plan_network();
    report_rest();
    pod_["spec"]["containers"].push_back(container_);
    YAML::Emitter out;
    emit(out, pod_);
    return std::string(kWrittenBy) + out.c_str() + "\n";
  }

 private:
  void lose(std::string_view stanza, Fidelity fidelity, std::string reason,
            std::string action = {}) {
    add_remark(t_.report, stanza, fidelity, std::move(reason), std::move(action));
  }
  static YAML::Node quoted(const std::string& text) {
    YAML::Node node(text);
    node.SetTag(kString);
    return node;
  }

  void plan_names() {
    if (name_ != t_.name) {
      lose("general", Fidelity::kApproximate, fmt::format("the Pod is called {}", name_));
    }
    if (t_.config.hostname) {
      const std::string& wanted = *t_.config.hostname;
      const std::string host = label_of(wanted.substr(0, wanted.find('.')));
      pod_["spec"]["hostname"] = quoted(host);
      if (host != wanted) {
        revise(t_.report, "general", "hostname", Fidelity::kApproximate,
               fmt::format("a Pod's host name has no domain: {}", host));
      }
    }
    for (const auto& [key, value] : t_.config.annotations) {
      if (key != spec::kNetworkAnnotation && key != spec::kDevicesAnnotation) {
        pod_["metadata"]["annotations"][key] = quoted(value);
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
    container_["name"] = name_;
    container_["image"] = quoted(image);
    for (const std::string& word : process.args) {
      container_["command"].push_back(quoted(escaped(word)));
    }
    for (const std::string& variable : process.env) {
      const std::size_t equals = std::min(variable.find('='), variable.size());
      YAML::Node entry;
      entry["name"] = quoted(variable.substr(0, equals));
      entry["value"] = quoted(escaped(variable.substr(std::min(equals + 1, variable.size()))));
      container_["env"].push_back(entry);
    }
    container_["workingDir"] = process.cwd;
    pod_["spec"]["restartPolicy"] = application ? "Never" : "OnFailure";
    pod_["spec"]["terminationGracePeriodSeconds"] = application ? 60 : 600;
    pod_["spec"]["enableServiceLinks"] = false;
    pod_["spec"]["automountServiceAccountToken"] = false;
  }

  // Kubernetes expands $(NAME); "$$" stands for "$".
  static std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
      result += c == '$' ? std::string("$$") : std::string(1, c);
    }
    return result;
  }

  void plan_security() {
    YAML::Node capabilities = container_["securityContext"]["capabilities"];
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
      pod_["spec"]["securityContext"]["sysctls"].push_back(entry);
      lose("resources", Fidelity::kNeedsAction, fmt::format("sysctl {} of the Pod", key),
           "allow it on the nodes (kubelet --allowed-unsafe-sysctls)");
    }
  }

  void plan_limits() {
    const oci::Resources& resources = t_.config.linux_.resources;
    YAML::Node limits;
    YAML::Node requests;
    if (resources.cpu) {
      const oci::CpuResources& cpu = *resources.cpu;
      std::int64_t most = INT64_MAX;
      if (cpu.quota && *cpu.quota > 0) {
        const auto period = static_cast<std::int64_t>(cpu.period.value_or(kDefaultPeriod));
        most = std::max<std::int64_t>(*cpu.quota * kMilli / period, 1);
        limits["cpu"] = fmt::format("{}m", most);
      }
      if (cpu.shares) {
        const auto part = static_cast<std::int64_t>(*cpu.shares * kMilli / kSharesOfOneCpu);
        requests["cpu"] = fmt::format("{}m", std::min(part, most));
        lose("resources", Fidelity::kApproximate,
             "the weight of the CPU as a request, which the scheduler also reserves");
      }
      if (cpu.cpus || cpu.mems) {
        lose("resources", Fidelity::kIgnored, "a Pod names no processors: rset is left out");
      }
    }
    if (resources.memory) {
      const oci::MemoryResources& memory = *resources.memory;
      if (memory.limit && *memory.limit > 0) {
        limits["memory"] = quoted(fmt::format("{}", *memory.limit));
      }
      if (memory.reservation && *memory.reservation > 0) {
        requests["memory"] = quoted(fmt::format("{}", *memory.reservation));
      }
      if (memory.swap) {
        lose("resources", Fidelity::kIgnored, "a Pod has no limit of memory and swap together");
      }
    }
    if (limits.size() > 0) {
      container_["resources"]["limits"] = limits;
    }
    if (requests.size() > 0) {
      container_["resources"]["requests"] = requests;
    }
    report_limits(resources);
  }

  void report_limits(const oci::Resources& resources) {
    if (resources.pids_limit) {
      lose("resources", Fidelity::kNeedsAction, "a Pod has no limit of processes",
           fmt::format("set podPidsLimit of the kubelet ({})", *resources.pids_limit));
    }
    for (const oci::HugepageLimit& limit : resources.hugepage_limits) {
      lose("resources", Fidelity::kIgnored,
           fmt::format("huge pages of {} are reserved, not limited: left out", limit.page_size));
    }
    for (const auto& entry : resources.unified) {
      lose("resources", Fidelity::kIgnored, fmt::format("a Pod has no {}", entry.first));
    }
    for (const oci::Rlimit& limit : t_.config.process->rlimits) {
      lose("resources", Fidelity::kIgnored, fmt::format("a Pod has no {}", limit.type));
    }
    for (const oci::Mount& mount : t_.config.mounts) {
      for (const std::string& option : mount.options) {
        if (mount.type == "devpts" && option.starts_with("max=")) {
          lose("resources", Fidelity::kIgnored, "a Pod has no limit of terminals");
        }
      }
    }
  }

  void plan_mounts() {
    for (const WorkloadMount& entry : t_.workload.mounts) {
      const oci::Mount& mount = entry.mount;
      const std::string name = fmt::format("fs{}", pod_["spec"]["volumes"].size());
      YAML::Node volume;
      volume["name"] = name;
      if (entry.kind == WorkloadMount::Kind::kDisk) {
        volume["persistentVolumeClaim"]["claimName"] = name_ + "-" + name;
        lose("mount", Fidelity::kNeedsAction,
             fmt::format("{} is the claim {}-{}", mount.destination, name_, name),
             fmt::format("make the claim, with {} behind it", mount.source.value_or("")));
      } else if (entry.kind == WorkloadMount::Kind::kNfs) {
        const std::string source = mount.source.value_or("");
        const std::size_t colon = source.rfind(":/");
        volume["nfs"]["server"] = quoted(source.substr(0, colon));
        volume["nfs"]["path"] = quoted(colon == std::string::npos ? "/" : source.substr(colon + 1));
      } else {
        volume["hostPath"]["path"] = quoted(mount.source.value_or(""));
      }
      pod_["spec"]["volumes"].push_back(volume);
      add_volume_mount(name, mount);
    }
  }

  void add_volume_mount(const std::string& name, const oci::Mount& mount) {
    YAML::Node entry;
    entry["name"] = name;
    entry["mountPath"] = quoted(mount.destination);
    std::vector<std::string> lost;
    for (const std::string& option : mount.options) {
      if (option == "ro") {
        entry["readOnly"] = true;
      } else if (option != "rw" && option != "bind" && option != "rbind" &&
                 !option.starts_with("addr=")) {
        lost.push_back(option);
      }
    }
    if (!lost.empty()) {
      lose("mount", Fidelity::kIgnored,
           fmt::format("{}: a Pod sets no mount options: {}", mount.destination, join(lost, ", ")));
    }
    if (mount.destination.find(':') != std::string::npos) {
      lose("mount", Fidelity::kNeedsAction,
           fmt::format("{}: Kubernetes refuses a colon in a mount path", mount.destination),
           "choose another directory");
    }
    container_["volumeMounts"].push_back(entry);
  }

  void plan_network() {
    if (!t_.workload.own_network) {
      pod_["spec"]["hostNetwork"] = true;
    }
    if (t_.workload.shared_ipc) {
      pod_["spec"]["hostIPC"] = true;
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
      pod_["metadata"]["annotations"]["k8s.v1.cni.cncf.io/networks"] = quoted(networks.c_str());
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
    revise(t_.report, "general", "auto", Fidelity::kApproximate,
           "a Pod starts when it is applied, and again with its node");
  }

  Translation& t_;
  std::string name_;
  YAML::Node pod_;
  YAML::Node container_;
};

}  // namespace

TargetFile kube_pod(Translation& translation, const std::string& runtime_class) {
  std::string text = Pod(translation, runtime_class).text();
  return {.name = translation.name + ".pod.yaml", .text = std::move(text)};
}

}  // namespace wpar::translate
