// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/base/text.h"
#include "translate/targets/kube_plan.h"

namespace wpar::translate {
namespace {

// Full of the image's files, which an empty volume would hide.
constexpr std::array<std::string_view, 3> kOfTheImage = {"/usr", "/opt", "/var"};

// "512Mi"
std::string quantity(std::uint64_t bytes) {
  constexpr std::uint64_t kMebi = std::uint64_t{1} << 20;
  return bytes % kMebi == 0 ? fmt::format("{}Mi", bytes / kMebi) : fmt::format("{}", bytes);
}

class VolumePlanner {
 public:
  explicit VolumePlanner(KubePlan& plan) : plan_(plan), workload_(plan.translation.workload) {}

  void plan() {
    for (const WorkloadMount& entry : workload_.mounts) {
      if (entry.kind != WorkloadMount::Kind::kNameFile) {
        plan_mount(entry);
      }
    }
    for (const WorkloadFileSystem& entry : workload_.file_systems) {
      plan_file_system(entry);
    }
    plan_names();
  }

 private:
  void plan_mount(const WorkloadMount& entry) {
    const oci::Mount& mount = entry.mount;
    const bool made = entry.kind == WorkloadMount::Kind::kVolumeGroup && entry.size;
    const std::string name = next_name();
    if (made) {
      add_claim(name, *entry.size);
      report_claim(entry.places, fmt::format("the claim {}", claim_name(name)));
    } else {
      YAML::Node volume;
      volume["name"] = name;
      if (entry.kind == WorkloadMount::Kind::kDisk) {
        volume["persistentVolumeClaim"]["claimName"] = plan_.name + "-" + name;
        plan_.lose("mount", Fidelity::kNeedsAction,
                   fmt::format("{} is the claim {}-{}", mount.destination, plan_.name, name),
                   fmt::format("make the claim, with {} behind it", mount.source.value_or("")));
      } else if (entry.kind == WorkloadMount::Kind::kNfs) {
        const std::string source = mount.source.value_or("");
        const std::size_t colon = source.rfind(":/");
        volume["nfs"]["server"] = quoted(source.substr(0, colon));
        volume["nfs"]["path"] = quoted(colon == std::string::npos ? "/" : source.substr(colon + 1));
      } else {
        volume["hostPath"]["path"] = quoted(mount.source.value_or(""));
      }
      plan_.spec["volumes"].push_back(volume);
    }
    add_volume_mount(name, mount.destination, mount.options);
  }

  // A file system that AIX would make, and that is part of the root in a bundle. What a Pod writes
  // into its image's files is gone with it.
  void plan_file_system(const WorkloadFileSystem& entry) {
    const std::string& directory = entry.directory;
    if (!entry.size) {
      return plan_.lose("mount", Fidelity::kApproximate,
                        fmt::format("{} is a part of the Pod and ends with it", directory),
                        "give it a size in the specification, and it becomes a claim");
    }
    if (std::find(kOfTheImage.begin(), kOfTheImage.end(), directory) != kOfTheImage.end()) {
      return plan_.lose(
          "mount", Fidelity::kApproximate,
          fmt::format("{} stays a part of the image: an empty claim would hide its files; what is "
                      "written there ends with the Pod",
                      directory));
    }
    const std::string name = next_name();
    add_claim(name, *entry.size);
    report_claim(entry.places, fmt::format("the claim {}, empty at first", claim_name(name)));
    add_volume_mount(name, directory, {});
  }

  void report_claim(const MountPlaces& places, const std::string& claim) {
    Report& report = plan_.translation.report;
    revise_at(report, places.directory, Fidelity::kEquivalent, claim);
    revise_at(report, places.size, Fidelity::kEquivalent, "what the claim requests");
  }

  std::string next_name() { return fmt::format("fs{}", count_++); }

  // What the cluster calls it: a claim made of a template has the Pod's name behind its own.
  std::string claim_name(const std::string& name) const {
    return plan_.stateful ? fmt::format("{}-{}-0", name, plan_.name) : plan_.name + "-" + name;
  }

  void add_claim(const std::string& name, std::uint64_t bytes) {
    YAML::Node claim;
    if (!plan_.stateful) {
      claim["apiVersion"] = "v1";
      claim["kind"] = "PersistentVolumeClaim";
      YAML::Node volume;
      volume["name"] = name;
      volume["persistentVolumeClaim"]["claimName"] = claim_name(name);
      plan_.spec["volumes"].push_back(volume);
    }
    claim["metadata"]["name"] = plan_.stateful ? name : claim_name(name);
    claim["spec"]["accessModes"].push_back("ReadWriteOnce");
    claim["spec"]["resources"]["requests"]["storage"] = quantity(bytes);
    plan_.claims.push_back(claim);
  }

  void add_volume_mount(const std::string& name, const std::string& directory,
                        const std::vector<std::string>& options) {
    YAML::Node entry;
    entry["name"] = name;
    entry["mountPath"] = quoted(directory);
    std::vector<std::string> lost;
    for (const std::string& option : options) {
      if (option == "ro") {
        entry["readOnly"] = true;
      } else if (option != "rw" && option != "bind" && option != "rbind" &&
                 !option.starts_with("addr=")) {
        lost.push_back(option);
      }
    }
    if (!lost.empty()) {
      plan_.lose("mount", Fidelity::kIgnored,
                 fmt::format("{}: a Pod sets no mount options: {}", directory, join(lost, ", ")));
    }
    if (directory.find(':') != std::string::npos) {
      plan_.lose("mount", Fidelity::kNeedsAction,
                 fmt::format("{}: Kubernetes refuses a colon in a mount path", directory),
                 "choose another directory");
    }
    plan_.container["volumeMounts"].push_back(entry);
  }

  // copynameres: the settings of the site profile, else the node's. The kubelet writes resolv.conf
  // and hosts of every Pod.
  void plan_names() {
    const Names& names = workload_.names;
    if (workload_.application) {
      plan_.spec["dnsPolicy"] = "Default";  // the node's, as the word does not say
      return;
    }
    if (!workload_.copies_names) {
      return plan_.lose("general", Fidelity::kApproximate,
                        "the Pod's resolv.conf and hosts are the cluster's (dnsPolicy), not the "
                        "image's");
    }
    for (const auto& [host, address] : names.hosts) {
      YAML::Node alias;
      alias["ip"] = quoted(address);
      alias["hostnames"].push_back(quoted(host));
      plan_.spec["hostAliases"].push_back(alias);
    }
    if (names.nameservers.empty()) {
      plan_.spec["dnsPolicy"] = "Default";
    } else {
      plan_.spec["dnsPolicy"] = "None";
      for (const std::string& server : names.nameservers) {
        plan_.spec["dnsConfig"]["nameservers"].push_back(quoted(server));
      }
    }
    for (const std::string& domain : names.search) {
      plan_.spec["dnsConfig"]["searches"].push_back(quoted(domain));
    }
    const bool known = !names.nameservers.empty() && !names.hosts.empty();
    revise(plan_.translation.report, "general", "copynameres",
           known ? Fidelity::kEquivalent : Fidelity::kApproximate,
           fmt::format("name servers {}, hosts {}",
                       names.nameservers.empty() ? "of the node" : "of the site profile",
                       names.hosts.empty() ? "of the cluster only" : "of the site profile"),
           known ? "" : "write them into the site profile (names: {nameservers, search, hosts})");
  }

  KubePlan& plan_;
  const Workload& workload_;
  std::size_t count_ = 0;
};

}  // namespace

void plan_kube_volumes(KubePlan& plan) {
  VolumePlanner(plan).plan();
}

}  // namespace wpar::translate
