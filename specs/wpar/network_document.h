// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a container's network shall look like: the value of the OCI annotation
// "org.openwpar.network", a JSON text (hooks/README.md shows one). translate/ writes it,
// hooks/network does it. Both directions refuse what the hook could not do, with
// Error(kInvalidConfig) that begins with the JSON pointer.

#include <string>
#include <string_view>
#include <vector>

namespace wpar::spec {

inline constexpr const char* kNetworkAnnotation = "org.openwpar.network";

struct AddressEntry {
  std::string address;    // "192.0.2.7" or "2001:db8::7"
  unsigned prefix = 0;    // bits: 0 to 32, 0 to 128
  std::string broadcast;  // IPv4 only; empty: none
  bool operator==(const AddressEntry&) const = default;
};

struct InterfaceEntry {
  std::string name;    // inside, "en0"
  std::string mode;    // "bridge" "macvlan" "routed" "device"
  std::string parent;  // host bridge, lower device, device to move; empty for "routed"
  std::vector<AddressEntry> addresses;
  bool operator==(const InterfaceEntry&) const = default;
};

struct RouteEntry {
  std::string destination;  // "default", or CIDR without host bits
  std::string gateway;    // empty: on the link of `interface`; for a routed interface: by the host
  std::string interface;  // a name from `interfaces`; empty: the kernel finds it by the gateway
  std::string family;     // "inet" "inet6"; never empty
  bool operator==(const RouteEntry&) const = default;
};

struct NetworkDocument {
  int version = 1;
  std::vector<InterfaceEntry> interfaces;
  std::vector<RouteEntry> routes;
  bool operator==(const NetworkDocument&) const = default;
};

// One line of JSON; empty members are left out. parse(write(d)) == d.
std::string write_network_document(const NetworkDocument& document);
// Unknown members are refused: the document is ours, and a word nobody acts on is a mistake. The
// text may be one of encode_annotation().
NetworkDocument parse_network_document(std::string_view text);

}  // namespace wpar::spec
