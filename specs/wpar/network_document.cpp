// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/network_document.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "specs/oci/json_cursor.h"
#include "specs/wpar/annotation_text.h"

namespace wpar::spec {
namespace {

using AddressBytes = std::array<std::uint8_t, 16>;

template <typename... Args>
[[noreturn]] void refuse(const std::string& pointer, fmt::format_string<Args...> text,
                         Args&&... args) {
  throw_error(ErrorKind::kInvalidConfig, "{}: {}", pointer,
              fmt::format(text, std::forward<Args>(args)...));
}

int family_of(const std::string& address) {
  return address.find(':') == std::string::npos ? AF_INET : AF_INET6;
}

std::string_view family_name(int family) {
  return family == AF_INET ? "inet" : "inet6";
}

unsigned address_bits(int family) {
  return family == AF_INET ? 32 : 128;
}

std::optional<AddressBytes> find_bytes(const std::string& address) {
  AddressBytes bytes{};
  if (has_nul(address) || ::inet_pton(family_of(address), address.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  return bytes;
}

void check_address_text(const std::string& address, const std::string& pointer) {
  if (!find_bytes(address)) {
    refuse(pointer, "\"{}\" is not an IPv4 or IPv6 address", address);
  }
}

// What the kernel accepts, less '%', which it would expand, and less what a terminal would
// interpret.
void check_interface_name(const std::string& name, const std::string& pointer) {
  const bool printable = std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '%' && c != '"' && c != '\\';
  });
  if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == ".." || !printable) {
    refuse(pointer, "an interface name has 1 to {} printable characters other than / : % \" \\",
           IFNAMSIZ - 1);
  }
}

void check_address(const AddressEntry& entry, const std::string& pointer) {
  check_address_text(entry.address, pointer + "/address");
  const int family = family_of(entry.address);
  if (entry.prefix > address_bits(family)) {
    refuse(pointer + "/prefix", "{} is more than {}", entry.prefix, address_bits(family));
  }
  if (entry.broadcast.empty()) {
    return;
  }
  check_address_text(entry.broadcast, pointer + "/broadcast");
  if (family != AF_INET || family_of(entry.broadcast) != AF_INET) {
    refuse(pointer + "/broadcast", "IPv6 has no broadcast addresses");
  }
}

void check_interface(const InterfaceEntry& entry, const std::string& pointer) {
  check_interface_name(entry.name, pointer + "/name");
  if (entry.name == "lo") {
    refuse(pointer + "/name", "lo is the loopback interface, which every container has");
  }
  constexpr std::array kModes = {"bridge", "macvlan", "routed", "device"};
  if (std::find(kModes.begin(), kModes.end(), entry.mode) == kModes.end()) {
    refuse(pointer + "/mode", "\"{}\" is none of bridge, macvlan, routed, device", entry.mode);
  }
  if (entry.mode != "routed") {
    check_interface_name(entry.parent, pointer + "/parent");
  } else if (!entry.parent.empty()) {
    refuse(pointer + "/parent", "a routed interface has no parent: the host's routes decide");
  }
  if (entry.mode == "routed" && entry.addresses.empty()) {
    refuse(pointer + "/addresses", "a routed interface is reached by its addresses, and has none");
  }
  for (std::size_t i = 0; i < entry.addresses.size(); ++i) {
    check_address(entry.addresses[i], fmt::format("{}/addresses/{}", pointer, i));
  }
}

void check_destination(const RouteEntry& entry, const std::string& pointer) {
  if (entry.destination == "default") {
    return;
  }
  const std::size_t slash = entry.destination.find('/');
  const std::string address = entry.destination.substr(0, slash);
  const std::optional<AddressBytes> bytes = find_bytes(address);
  const std::optional<unsigned> prefix =
      slash == std::string::npos
          ? std::nullopt
          : parse_integer<unsigned>(std::string_view(entry.destination).substr(slash + 1));
  if (!bytes || !prefix || *prefix > address_bits(family_of(address))) {
    refuse(pointer, "\"{}\" is neither \"default\" nor ADDRESS/BITS", entry.destination);
  }
  if (family_name(family_of(address)) != entry.family) {
    refuse(pointer, "{} does not belong to {}", entry.destination, entry.family);
  }
  for (unsigned bit = *prefix; bit < address_bits(family_of(address)); ++bit) {
    if (((*bytes)[bit / 8] >> (7 - bit % 8)) & 1) {
      refuse(pointer, "{} has bits set beyond its prefix", entry.destination);
    }
  }
}

void check_route(const RouteEntry& entry, const std::vector<InterfaceEntry>& interfaces,
                 const std::string& pointer) {
  if (entry.family != "inet" && entry.family != "inet6") {
    refuse(pointer + "/family", "\"{}\" is neither inet nor inet6", entry.family);
  }
  check_destination(entry, pointer + "/destination");
  if (entry.gateway.empty() && entry.interface.empty()) {
    refuse(pointer, "a route needs a gateway, an interface, or both");
  }
  if (!entry.gateway.empty()) {
    check_address_text(entry.gateway, pointer + "/gateway");
    if (family_name(family_of(entry.gateway)) != entry.family) {
      refuse(pointer + "/gateway", "{} does not belong to {}", entry.gateway, entry.family);
    }
  }
  if (entry.interface.empty()) {
    return;
  }
  const auto found = std::find_if(interfaces.begin(), interfaces.end(),
                                  [&](const auto& i) { return i.name == entry.interface; });
  if (found == interfaces.end()) {
    refuse(pointer + "/interface", "there is no interface \"{}\" in this document",
           entry.interface);
  }
  if (found->mode == "routed" && !entry.gateway.empty()) {
    refuse(pointer + "/gateway", "{} is routed: its gateway is the host, leave this out",
           entry.interface);
  }
}

void check_document(const NetworkDocument& document) {
  if (document.version != 1) {
    refuse("/version", "{} is unknown here; this program understands 1", document.version);
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < document.interfaces.size(); ++i) {
    const std::string pointer = fmt::format("/interfaces/{}", i);
    check_interface(document.interfaces[i], pointer);
    if (!names.insert(document.interfaces[i].name).second) {
      refuse(pointer + "/name", "{} appears twice", document.interfaces[i].name);
    }
  }
  for (std::size_t i = 0; i < document.routes.size(); ++i) {
    check_route(document.routes[i], document.interfaces, fmt::format("/routes/{}", i));
  }
}

void refuse_unknown(const oci::JsonCursor& at, std::initializer_list<std::string_view> known) {
  for (const auto& [key, member] : at.members()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      member.fail("unknown member");
    }
  }
}

std::string optional_string(const oci::JsonCursor& at, std::string_view key) {
  const std::optional<oci::JsonCursor> member = at.find(key);
  return member ? member->string() : std::string();
}

AddressEntry parse_address(const oci::JsonCursor& at) {
  refuse_unknown(at, {"address", "prefix", "broadcast"});
  return {.address = at.at("address").string(),
          .prefix = at.at("prefix").integer<unsigned>(),
          .broadcast = optional_string(at, "broadcast")};
}

InterfaceEntry parse_interface(const oci::JsonCursor& at) {
  refuse_unknown(at, {"name", "mode", "parent", "addresses"});
  InterfaceEntry entry{.name = at.at("name").string(),
                       .mode = at.at("mode").string(),
                       .parent = optional_string(at, "parent"),
                       .addresses = {}};
  if (const auto addresses = at.find("addresses")) {
    for (const oci::JsonCursor& address : addresses->elements()) {
      entry.addresses.push_back(parse_address(address));
    }
  }
  return entry;
}

RouteEntry parse_route(const oci::JsonCursor& at) {
  refuse_unknown(at, {"destination", "gateway", "interface", "family"});
  return {.destination = at.at("destination").string(),
          .gateway = optional_string(at, "gateway"),
          .interface = optional_string(at, "interface"),
          .family = at.at("family").string()};
}

void put(nlohmann::ordered_json& object, const char* key, const std::string& text) {
  if (!text.empty()) {
    object[key] = text;
  }
}

nlohmann::ordered_json json_of(const InterfaceEntry& entry) {
  nlohmann::ordered_json object{{"name", entry.name}, {"mode", entry.mode}};
  put(object, "parent", entry.parent);
  for (const AddressEntry& address : entry.addresses) {
    nlohmann::ordered_json item{{"address", address.address}, {"prefix", address.prefix}};
    put(item, "broadcast", address.broadcast);
    object["addresses"].push_back(std::move(item));
  }
  return object;
}

nlohmann::ordered_json json_of(const RouteEntry& entry) {
  nlohmann::ordered_json object;
  object["destination"] = entry.destination;
  put(object, "gateway", entry.gateway);
  put(object, "interface", entry.interface);
  put(object, "family", entry.family);
  return object;
}

}  // namespace

std::string write_network_document(const NetworkDocument& document) {
  check_document(document);
  nlohmann::ordered_json root;
  root["version"] = document.version;
  for (const InterfaceEntry& entry : document.interfaces) {
    root["interfaces"].push_back(json_of(entry));
  }
  for (const RouteEntry& entry : document.routes) {
    root["routes"].push_back(json_of(entry));
  }
  return root.dump();
}

NetworkDocument parse_network_document(std::string_view text) {
  const oci::JsonValue value = oci::parse_json(decode_annotation(text));
  const oci::JsonCursor root(value);
  refuse_unknown(root, {"version", "interfaces", "routes"});
  NetworkDocument document;
  document.version = root.at("version").integer<int>();
  if (const auto interfaces = root.find("interfaces")) {
    for (const oci::JsonCursor& entry : interfaces->elements()) {
      document.interfaces.push_back(parse_interface(entry));
    }
  }
  if (const auto routes = root.find("routes")) {
    for (const oci::JsonCursor& entry : routes->elements()) {
      document.routes.push_back(parse_route(entry));
    }
  }
  check_document(document);
  return document;
}

}  // namespace wpar::spec
