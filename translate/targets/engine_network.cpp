// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "specs/wpar/annotation_text.h"
#include "translate/targets/engine.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "network";

// What stands between the commas and colons of --network.
bool is_plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
  });
}

std::string subnet_of(const spec::AddressEntry& entry) {
  return fmt::format("{}/{}", spec::network_address(entry.address, entry.prefix), entry.prefix);
}

bool holds(const std::string& subnet, const std::string& gateway) {
  const std::size_t slash = subnet.find('/');
  const std::string network = subnet.substr(0, slash);
  const unsigned prefix = static_cast<unsigned>(std::stoul(subnet.substr(slash + 1)));
  return spec::is_ipv4(network) == spec::is_ipv4(gateway) &&
         spec::network_address(gateway, prefix) == network;
}

class NetworkPlanner {
 public:
  NetworkPlanner(const Workload& workload, Report& report, EnginePlan& plan)
      : workload_(workload), report_(report), plan_(plan) {}

  void plan() {
    if (!workload_.own_network) {
      plan_.add("Network", "--network", "host");
      plan_.add("DNS", "--dns", "none");
      return;
    }
    for (const WorkloadInterface& interface : workload_.interfaces) {
      plan_interface(interface);
    }
    if (!attached_) {
      plan_.add("Network", "--network", "none");
    } else {
      plan_.add("DNS", "--dns", "none");  // the root's resolv.conf stays; not allowed with "none"
    }
    for (const spec::RouteEntry& route : workload_.routes) {
      plan_route(route);
    }
    for (EngineNetwork& network : plan_.networks) {
      report_gateways(network);
      // Podman pairs subnets and gateways by their order.
      std::stable_partition(network.subnets.begin(), network.subnets.end(),
                            [](const EngineSubnet& subnet) { return !subnet.gateway.empty(); });
    }
  }

  // Something of the specification is not in the plan as it stands there.
  bool is_lossy() const { return lossy_; }

 private:
  void lose(std::string_view stanza, Fidelity fidelity, std::string reason,
            std::string action = {}) {
    lossy_ = true;
    add_remark(report_, stanza, fidelity, std::move(reason), std::move(action));
  }

  void plan_interface(const WorkloadInterface& interface) {
    if (interface.mode == "engine") {
      return attach(interface, interface.network, "");
    }
    if (interface.mode != "bridge" && interface.mode != "macvlan") {
      lose(kStanza, Fidelity::kNeedsAction,
           fmt::format("{}: Podman has no interfaces of mode {}; it is left out", interface.name,
                       interface.mode),
           "give it mode bridge, macvlan or engine in the site profile");
      return;
    }
    EngineNetwork network{
        .name = plan_.name + "-" +
                (is_plain(interface.name) ? interface.name
                                          : fmt::format("net{}", plan_.networks.size())),
        .driver = interface.mode,
        .parent = interface.parent,
        .subnets = {},
        .routes = {}};
    if (interface.mode == "bridge") {
      lossy_ = true;  // no version does it everywhere
      add_remark(report_, kStanza, Fidelity::kNeedsAction,
                 fmt::format("{}: the network {} on the host's bridge {}: Podman before version 5 "
                             "cannot, and no version if the host has an address of the subnet",
                             interface.name, network.name, interface.parent),
                 "leave out podman: {networks: engine} in the site profile: the hook can");
    }
    const std::string unit = network.name + ".network";
    plan_.networks.push_back(std::move(network));
    of_.push_back(interface.name);
    attach(interface, plan_.networks.back().name, unit);
  }

  // "NAME:ip=192.0.2.7,interface_name=en0". Podman gives one address of each subnet.
  void attach(const WorkloadInterface& interface, const std::string& network,
              const std::string& unit) {
    std::vector<std::string> seen;
    std::string words;
    for (const spec::AddressEntry& entry : interface.addresses) {
      const std::string subnet = subnet_of(entry);
      if (std::find(seen.begin(), seen.end(), subnet) != seen.end()) {
        lose(kStanza, Fidelity::kNeedsAction,
             fmt::format("{}: Podman gives one address of each subnet: {} is left out",
                         interface.name, entry.address),
             "give the address an interface of its own, or set it from within");
        continue;
      }
      seen.push_back(subnet);
      if (!unit.empty()) {
        plan_.networks.back().subnets.push_back({.subnet = subnet, .gateway = {}});
      }
      words += fmt::format("{}={},", spec::is_ipv4(entry.address) ? "ip" : "ip6", entry.address);
      if (!entry.broadcast.empty() &&
          entry.broadcast != spec::broadcast_address(entry.address, entry.prefix)) {
        lose(kStanza, Fidelity::kIgnored,
             fmt::format("{}: Podman sets no broadcast address: not {}", interface.name,
                         entry.broadcast));
      }
    }
    if (is_plain(interface.name)) {
      words += "interface_name=" + interface.name;
    } else {
      lose(kStanza, Fidelity::kIgnored,
           fmt::format("{}: not a name that Podman can give an interface", interface.name));
      words.resize(words.empty() ? 0 : words.size() - 1);
    }
    const std::string tail = words.empty() ? "" : ":" + words;
    plan_.options.push_back(
        {"Network", "--network", network + tail, unit.empty() ? std::string() : unit + tail});
    attached_ = true;
  }

  void plan_route(const spec::RouteEntry& route) {
    for (std::size_t i = 0; i < plan_.networks.size(); ++i) {
      EngineNetwork& network = plan_.networks[i];
      if (!route.interface.empty() && of_[i] != route.interface) {
        continue;
      }
      for (EngineSubnet& subnet : network.subnets) {
        if (route.gateway.empty() || !holds(subnet.subnet, route.gateway)) {
          continue;
        }
        if (route.destination != "default") {
          network.routes.push_back(route.destination + "," + route.gateway);
          return;
        }
        if (subnet.gateway.empty()) {
          subnet.gateway = route.gateway;
          return;
        }
      }
    }
    lose("route", Fidelity::kNeedsAction,
         fmt::format("the route {}{}{}: Podman sets only routes by a gateway in a subnet of "
                     "a network that it makes; it is left out",
                     route.destination, route.gateway.empty() ? "" : " by ", route.gateway),
         "set it in the engine's network, or from within");
  }

  // Without a gateway Podman takes the first address of a subnet, and a default route by it.
  void report_gateways(const EngineNetwork& network) {
    const auto has = [](const EngineSubnet& subnet) { return !subnet.gateway.empty(); };
    if (!network.routes.empty()) {
      add_remark(report_, "route", Fidelity::kEquivalent,
                 fmt::format("{}: routes of the network (Podman 5 or later)", network.name));
    }
    if (std::any_of(network.subnets.begin(), network.subnets.end(), has) &&
        !std::all_of(network.subnets.begin(), network.subnets.end(), has)) {
      lose("route", Fidelity::kApproximate,
           fmt::format("{}: the subnet without a default route gets one by its first "
                       "address: Podman leaves them out for a whole network only",
                       network.name));
    }
  }

  const Workload& workload_;
  Report& report_;
  EnginePlan& plan_;
  std::vector<std::string> of_;  // the interface of each network of the plan
  bool attached_ = false;
  bool lossy_ = false;
};

bool is_of_engine(const WorkloadInterface& interface) {
  return interface.mode == "engine";
}

// The hook makes the interfaces, as in a bundle; Podman attaches its own networks beside them.
void plan_hook(Translation& translation, EnginePlan& plan) {
  const Workload& workload = translation.workload;
  Workload of_engine = workload;
  std::erase_if(of_engine.interfaces, [](const auto& entry) { return !is_of_engine(entry); });
  std::erase_if(of_engine.routes, [&](const auto& route) { return is_in_bundle(workload, route); });
  NetworkPlanner(of_engine, translation.report, plan).plan();
  std::vector<std::string> names;
  const spec::NetworkDocument document = network_document(workload);
  for (const spec::InterfaceEntry& entry : document.interfaces) {
    names.push_back(entry.name);
  }
  plan.add("Annotation", "--annotation",
           fmt::format("{}={}", spec::kNetworkAnnotation,
                       spec::encode_annotation(spec::write_network_document(document))));
  plan.hook_directories.push_back(workload.podman_hooks + "/network");
  add_remark(translation.report, kStanza, Fidelity::kEquivalent,
             fmt::format("{}: made by openwpar-hook-network, as in a bundle; Podman calls it only "
                         "with this --hooks-dir, or with hooks_dir in containers.conf",
                         join(names, ", ")));
}

}  // namespace

void plan_networks(Translation& translation, EnginePlan& plan) {
  const Workload& workload = translation.workload;
  const bool only_engine = std::all_of(workload.interfaces.begin(), workload.interfaces.end(),
                                       [](const auto& entry) { return is_of_engine(entry); });
  EnginePlan by_engine = plan;
  Report report = translation.report;
  NetworkPlanner planner(workload, report, by_engine);
  planner.plan();
  const bool hook = workload.podman_networks == PodmanNetworks::kHook ||
                    (workload.podman_networks == PodmanNetworks::kAsNeeded && planner.is_lossy());
  if (hook && !only_engine) {
    return plan_hook(translation, plan);
  }
  plan = std::move(by_engine);
  translation.report = std::move(report);
}

}  // namespace wpar::translate
