// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "network";
constexpr unsigned kAssumedBits = 24;
constexpr unsigned kAssumedBits6 = 64;

// The interface of the site profile that an address belongs to, and the subnet that says so.
struct Home {
  std::string interface;
  unsigned prefix = 0;
};

std::optional<Home> find_home(const Context& c, const std::string& address,
                              const std::string& wanted_interface) {
  const bool ipv4 = spec::is_ipv4(address);
  std::optional<Home> best;
  for (const auto& [name, interface] : c.profile.interfaces) {
    if (!wanted_interface.empty() && wanted_interface != name) {
      continue;
    }
    for (const Subnet& subnet : interface.subnets) {
      const bool closer = !best || subnet.prefix > best->prefix;
      if (spec::is_ipv4(subnet.network) == ipv4 && closer &&
          spec::network_address(address, subnet.prefix) == subnet.network) {
        best = Home{.interface = name, .prefix = subnet.prefix};
      }
    }
  }
  return best;
}

std::optional<Home> find_home(const Context& c, const spec::Network& network) {
  return find_home(c, network.address ? network.address->value : network.address6->value,
                   network.interface ? c.interface_behind(network.interface->value) : "");
}

// The stanza's interface; without one that of the subnet, the only one of the site profile, or
// AIX's first.
std::string interface_of(const Context& c, const spec::Network& network) {
  if (network.interface) {
    return c.interface_behind(network.interface->value);
  }
  if (const std::optional<Home> home = find_home(c, network)) {
    return home->interface;
  }
  return c.profile.interfaces.size() == 1 ? c.profile.interfaces.begin()->first : "en0";
}

std::string default_bridge(const std::string& interface) {
  std::string bridge = "br-" + interface;
  bridge.resize(std::min(bridge.size(), spec::kMaxInterfaceName));
  return bridge;
}

WorkloadInterface& interface_named(Context& c, const std::string& name) {
  auto& interfaces = c.workload.interfaces;
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const auto& interface) { return interface.name == name; });
  if (found != interfaces.end()) {
    return *found;
  }
  WorkloadInterface interface {
    .name = name, .mode = "bridge", .parent = default_bridge(name), .network = {}, .addresses = {}
  };
  if (const auto known = c.profile.interfaces.find(name); known != c.profile.interfaces.end()) {
    interface.mode = known->second.mode;
    interface.parent = known->second.parent;
    interface.network = known->second.network;
    interface.in_profile = true;
  }
  return interfaces.emplace_back(std::move(interface));
}

struct Verdict {
  Fidelity fidelity;
  std::string reason;
  std::string action;
};

bool is_left_out(const Context& c, const WorkloadInterface& interface) {
  return interface.mode == "engine" && !c.options.engine_networks;
}

Verdict judge_interface(const Context& c, const WorkloadInterface& interface) {
  if (interface.mode == "engine" && c.options.engine_networks) {
    return {Fidelity::kEquivalent, fmt::format("the engine's network {}", interface.network), ""};
  }
  if (is_left_out(c, interface)) {
    return {
        Fidelity::kNeedsAction,
        fmt::format("the engine's network {}, which only an engine can attach; a bundle has no "
                    "such interface",
                    interface.network),
        "translate for the engine, or give the interface a mode of its own in the site profile"};
  }
  const std::string reason =
      interface.mode == "routed"
          ? "an interface of its own, routed by the host"
          : fmt::format("an interface of its own, mode {} on {}", interface.mode, interface.parent);
  if (!interface.in_profile) {
    return {Fidelity::kNeedsAction, reason,
            fmt::format("make the bridge {} on the host, or say in the site profile what {} is",
                        interface.parent, interface.name)};
  }
  return {Fidelity::kEquivalent, reason, ""};
}

void report_interface(Context& c, const spec::Network& network,
                      const WorkloadInterface& interface) {
  const Verdict verdict = judge_interface(c, interface);
  if (network.interface) {
    const bool symbolic = network.interface->value != interface.name;
    c.note(kStanza, "interface", network.interface, verdict.fidelity,
           symbolic ? fmt::format("{} by the site profile: {}", interface.name, verdict.reason)
                    : verdict.reason,
           verdict.action);
  } else {
    // AIX looks for the subnet too; only without one it is a guess.
    const Fidelity guess = find_home(c, network) ? Fidelity::kEquivalent : Fidelity::kApproximate;
    c.remark(kStanza, std::max(verdict.fidelity, guess),
             fmt::format("{}: no interface is named, {} is taken: {}", c.place(network.at),
                         interface.name, verdict.reason),
             verdict.action);
  }
}

// The netmask or prefix that a stanza leaves open: the subnet's, as on AIX, or the usual one.
struct Assumption {
  unsigned bits;
  Fidelity fidelity;
  std::string reason;
  std::string action;
};

Assumption assume_bits(const Context& c, const spec::Network& network, unsigned usual) {
  constexpr std::string_view kOwn = "an address of the WPAR's own interface instead of an alias";
  if (const std::optional<Home> home = find_home(c, network)) {
    return {home->prefix, Fidelity::kEquivalent,
            fmt::format("{}; /{} by the subnet in the site profile", kOwn, home->prefix), ""};
  }
  return {
      usual, Fidelity::kNeedsAction,
      fmt::format("{}; where AIX takes the prefix of the interface, /{} is assumed", kOwn, usual),
      "write the netmask or prefixlen, or the subnet into the site profile"};
}

void add_ipv4(Context& c, const spec::Network& network, WorkloadInterface& entry) {
  const std::string& address = network.address->value;
  Assumption assumed = assume_bits(c, network, kAssumedBits);
  if (network.netmask) {
    assumed = {spec::find_netmask_bits(network.netmask->value).value_or(32), Fidelity::kEquivalent,
               "an address of the WPAR's own interface instead of an alias", ""};
  }
  if (is_left_out(c, entry)) {
    assumed.fidelity = Fidelity::kNeedsAction;
    assumed.reason = "an address in the engine's network, which a bundle does not have";
  }
  const unsigned bits = assumed.bits;
  std::string broadcast;
  if (network.broadcast) {
    broadcast = network.broadcast->value;
  } else if (bits < 31) {
    broadcast = spec::broadcast_address(address, bits);
  }
  entry.addresses.push_back({.address = address, .prefix = bits, .broadcast = broadcast});
  c.note(kStanza, "address", network.address, assumed.fidelity, assumed.reason, assumed.action);
  c.note(kStanza, "netmask", network.netmask, Fidelity::kExact, fmt::format("/{}", bits));
  c.note(kStanza, "broadcast", network.broadcast, Fidelity::kExact, "broadcast address");
}

void add_ipv6(Context& c, const spec::Network& network, WorkloadInterface& entry) {
  Assumption assumed = assume_bits(c, network, kAssumedBits6);
  if (network.prefixlen) {
    assumed = {static_cast<unsigned>(network.prefixlen->value), Fidelity::kEquivalent,
               "an address of the WPAR's own interface instead of an alias", ""};
  } else if (assumed.fidelity == Fidelity::kNeedsAction) {
    assumed.fidelity = Fidelity::kEquivalent;  // every IPv6 subnet with hosts has 64 bits
    assumed.reason =
        fmt::format("an address of the WPAR's own interface; /{}, the usual prefix", assumed.bits);
    assumed.action.clear();
  }
  if (is_left_out(c, entry)) {
    assumed.fidelity = Fidelity::kNeedsAction;
    assumed.reason = "an address in the engine's network, which a bundle does not have";
  }
  entry.addresses.push_back(
      {.address = network.address6->value, .prefix = assumed.bits, .broadcast = {}});
  c.note(kStanza, "address6", network.address6, assumed.fidelity, assumed.reason, assumed.action);
  c.note(kStanza, "prefixlen", network.prefixlen, Fidelity::kExact, "prefix length");
}

// AIX lists the loopback of a WPAR with routes of its own among its networks.
bool map_loopback(Context& c, const spec::Network& network) {
  const std::string interface = network.interface ? network.interface->value : "";
  if (interface != "lo0" && interface != "lo") {
    return false;
  }
  const bool usual = network.address ? network.address->value.starts_with("127.")
                                     : network.address6->value == "::1";
  const Verdict verdict =
      usual ? Verdict{Fidelity::kExact, "every network namespace has it", ""}
            : Verdict{Fidelity::kNeedsAction, "an address of the loopback is not made",
                      "give it to another interface, or set it from within"};
  const auto note = [&](std::string_view key, const auto& field) {
    c.note(kStanza, key, field, verdict.fidelity, verdict.reason);
  };
  note("interface", network.interface);
  c.note(kStanza, "address", network.address, verdict.fidelity, verdict.reason, verdict.action);
  note("netmask", network.netmask);
  note("broadcast", network.broadcast);
  c.note(kStanza, "address6", network.address6, verdict.fidelity, verdict.reason, verdict.action);
  note("prefixlen", network.prefixlen);
  return true;
}

// Without a network stanza AIX looks the WPAR's name up, and takes the address if it is on the
// network of an interface.
void map_without_networks(Context& c) {
  if (c.application) {
    return c.remark(kStanza, Fidelity::kExact, "no network stanza: the host's network, as on AIX");
  }
  for (const std::string& name : {c.name, c.config.hostname.value_or(c.name)}) {
    const std::string& address = c.address_of(name);
    if (address == name && !spec::is_ipv4(name)) {
      continue;
    }
    if (const std::optional<Home> home = find_home(c, address, "")) {
      WorkloadInterface& entry = interface_named(c, home->interface);
      entry.addresses.push_back({.address = address,
                                 .prefix = home->prefix,
                                 .broadcast = spec::is_ipv4(address) && home->prefix < 31
                                                  ? spec::broadcast_address(address, home->prefix)
                                                  : ""});
      const Verdict verdict = judge_interface(c, entry);
      return c.remark(kStanza, verdict.fidelity,
                      fmt::format("no network stanza: {} is {}/{} by the site profile, on {}: {}",
                                  name, address, home->prefix, home->interface, verdict.reason),
                      verdict.action);
    }
  }
  c.remark(kStanza, Fidelity::kApproximate,
           "no network stanza: a network namespace with the loopback only, where AIX looks the "
           "WPAR's name up or leaves it without a network",
           "write its address into the site profile (names: {hosts: ...}) and the subnet of its "
           "interface, or a network stanza");
}

}  // namespace

void map_network(Context& c) {
  if (c.wpar.networks.empty()) {
    map_without_networks(c);
  }
  for (const spec::Network& network : c.wpar.networks) {
    if (map_loopback(c, network)) {
      continue;
    }
    const std::string name = interface_of(c, network);
    if (!spec::is_interface_name(name)) {
      c.problems.add(
          network.interface->at,
          fmt::format("network: interface: \"{}\" cannot be the name of an interface: at "
                      "most {} printable characters without / : % \" \\",
                      name, spec::kMaxInterfaceName));
      continue;
    }
    WorkloadInterface& entry = interface_named(c, name);
    report_interface(c, network, entry);
    if (network.address) {
      add_ipv4(c, network, entry);
    } else {
      add_ipv6(c, network, entry);
    }
  }
}

}  // namespace wpar::translate
