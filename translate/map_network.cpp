// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "network";
constexpr unsigned kAssumedBits = 24;
constexpr unsigned kAssumedBits6 = 64;

// The stanza's interface; without one the only one of the site profile, else AIX's first.
std::string interface_of(const Context& c, const spec::Network& network) {
  if (network.interface) {
    return network.interface->value;
  }
  return c.profile.interfaces.size() == 1 ? c.profile.interfaces.begin()->first : "en0";
}

std::string default_bridge(const std::string& interface) {
  std::string bridge = "br-" + interface;
  bridge.resize(std::min(bridge.size(), spec::kMaxInterfaceName));
  return bridge;
}

spec::InterfaceEntry& entry_of(Context& c, const std::string& name) {
  auto& interfaces = c.network.interfaces;
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  if (found != interfaces.end()) {
    return *found;
  }
  spec::InterfaceEntry entry{
      .name = name, .mode = "bridge", .parent = default_bridge(name), .addresses = {}};
  if (const auto known = c.profile.interfaces.find(name); known != c.profile.interfaces.end()) {
    entry.mode = known->second.mode;
    entry.parent = known->second.parent;
  }
  return interfaces.emplace_back(std::move(entry));
}

void report_interface(Context& c, const spec::Network& network, const spec::InterfaceEntry& entry) {
  const bool known = c.profile.interfaces.contains(entry.name);
  const Fidelity fidelity = known ? Fidelity::kEquivalent : Fidelity::kNeedsAction;
  const std::string reason =
      entry.mode == "routed"
          ? "an interface of its own, routed by the host"
          : fmt::format("an interface of its own, mode {} on {}", entry.mode, entry.parent);
  const std::string action =
      known ? ""
            : fmt::format("make the bridge {} on the host, or say in the site profile what {} is",
                          entry.parent, entry.name);
  if (network.interface) {
    c.note(kStanza, "interface", network.interface, fidelity, reason, action);
  } else {
    c.remark(kStanza, known ? Fidelity::kApproximate : Fidelity::kNeedsAction,
             fmt::format("line {}: no interface is named, {} is taken: {}", network.at.line,
                         entry.name, reason),
             action);
  }
}

void add_ipv4(Context& c, const spec::Network& network, spec::InterfaceEntry& entry) {
  const std::string& address = network.address->value;
  const unsigned bits =
      network.netmask ? spec::find_netmask_bits(network.netmask->value).value_or(32) : kAssumedBits;
  std::string broadcast;
  if (network.broadcast) {
    broadcast = network.broadcast->value;
  } else if (bits < 31) {
    broadcast = spec::broadcast_address(address, bits);
  }
  entry.addresses.push_back({.address = address, .prefix = bits, .broadcast = broadcast});
  if (network.netmask) {
    c.note(kStanza, "address", network.address, Fidelity::kEquivalent,
           "an address of the WPAR's own interface instead of an alias");
  } else {
    c.note(kStanza, "address", network.address, Fidelity::kNeedsAction,
           fmt::format("without a netmask AIX takes the interface's; /{} is assumed", bits),
           "write the netmask");
  }
  c.note(kStanza, "netmask", network.netmask, Fidelity::kExact, fmt::format("/{}", bits));
  c.note(kStanza, "broadcast", network.broadcast, Fidelity::kExact, "broadcast address");
}

void add_ipv6(Context& c, const spec::Network& network, spec::InterfaceEntry& entry) {
  const unsigned bits =
      network.prefixlen ? static_cast<unsigned>(network.prefixlen->value) : kAssumedBits6;
  entry.addresses.push_back({.address = network.address6->value, .prefix = bits, .broadcast = {}});
  c.note(kStanza, "address6", network.address6, Fidelity::kEquivalent,
         network.prefixlen
             ? "an address of the WPAR's own interface instead of an alias"
             : fmt::format("an address of the WPAR's own interface; /{}, the usual prefix", bits));
  c.note(kStanza, "prefixlen", network.prefixlen, Fidelity::kExact, "prefix length");
}

}  // namespace

void map_network(Context& c) {
  if (c.wpar.networks.empty()) {
    c.remark(kStanza, c.application ? Fidelity::kExact : Fidelity::kApproximate,
             c.application ? "no network stanza: the host's network, as on AIX"
                           : "no network stanza: a network namespace with the loopback only, where "
                             "AIX looks the WPAR's name up or leaves it without a network");
  }
  for (const spec::Network& network : c.wpar.networks) {
    const std::string name = interface_of(c, network);
    if (!spec::is_interface_name(name) || name == "lo") {
      c.problems.add(
          network.interface->at,
          fmt::format("network: interface: \"{}\" cannot be the name of an interface: at "
                      "most {} printable characters without / : % \" \\",
                      name, spec::kMaxInterfaceName));
      continue;
    }
    spec::InterfaceEntry& entry = entry_of(c, name);
    report_interface(c, network, entry);
    if (network.address) {
      add_ipv4(c, network, entry);
    } else {
      add_ipv6(c, network, entry);
    }
  }
}

}  // namespace wpar::translate
