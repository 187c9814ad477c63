// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "route";

bool is_address(std::string_view text) {
  return spec::is_ipv4(text) || spec::is_ipv6(text);
}

bool is_default(std::string_view destination) {
  return destination == "default" || destination == "0";
}

// "10.0.0.0/8" → its parts; the prefix is absent when the text has none.
struct Destination {
  std::string address;
  std::optional<unsigned> prefix;
};

std::optional<Destination> find_destination(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  if (!is_address(address)) {
    return std::nullopt;
  }
  Destination destination{.address = std::string(address), .prefix = {}};
  if (slash != std::string_view::npos) {
    destination.prefix = parse_integer<unsigned>(text.substr(slash + 1));
    if (!destination.prefix || *destination.prefix > (spec::is_ipv4(address) ? 32u : 128u)) {
      return std::nullopt;
    }
  }
  return destination;
}

class RouteMapper {
 public:
  RouteMapper(Context& c, const spec::Route& route)
      : c_(c),
        route_(route),
        destination_(c.address_of(route.rtdest->value)),
        gateway_(c.address_of(route.rtgateway->value)) {}

  void map() {
    const std::string& gateway = gateway_;
    if (c_.workload.interfaces.empty()) {
      return leave_out(Fidelity::kIgnored, "the WPAR has no interface of its own", "");
    }
    const bool host_name = !is_default(destination_) && !find_destination(destination_).has_value();
    if (!is_address(gateway) || host_name) {
      return leave_out(Fidelity::kNeedsAction, "names are not resolved here; the route is left out",
                       fmt::format("write the address of {}, or into the site profile (names: "
                                   "{{hosts: ...}})",
                                   is_address(gateway) ? destination_ : gateway));
    }
    spec::RouteEntry entry{.destination = "default",
                           .gateway = gateway,
                           .interface = {},
                           .family = spec::is_ipv4(gateway) ? "inet" : "inet6"};
    if (!is_default(destination_) && !set_destination(entry)) {
      return;
    }
    if (!set_interface(entry)) {
      return;
    }
    if (c_.options.engine_networks || is_in_bundle(c_.workload, entry)) {
      report();
    } else {
      leave_out(Fidelity::kNeedsAction,
                "a route by the engine's network, which a bundle does not have",
                "translate for the engine, or give the interface a mode of its own in the site "
                "profile");
    }
    c_.workload.routes.push_back(std::move(entry));
  }

 private:
  void complain(spec::Position at, std::string text) { c_.problems.add(at, std::move(text)); }

  bool set_destination(spec::RouteEntry& entry) {
    const Destination destination = *find_destination(destination_);
    const bool ipv4 = spec::is_ipv4(destination.address);
    if (ipv4 != (entry.family == "inet")) {
      complain(route_.rtgateway->at, "route: rtgateway: not of the same family as rtdest");
      return false;
    }
    const unsigned bits = ipv4 ? 32 : 128;
    unsigned prefix = bits;
    if (destination.prefix) {
      prefix = *destination.prefix;
    } else if (route_.rtnetmask) {
      prefix = spec::find_netmask_bits(route_.rtnetmask->value).value_or(bits);
    } else if (route_.rtprefixlen) {
      prefix = static_cast<unsigned>(route_.rtprefixlen->value);
    } else if (route_.rttype && route_.rttype->value == "net") {
      complain(route_.rttype->at,
               "route: rttype: a net route needs rtnetmask, rtprefixlen or a /prefix in rtdest");
      return false;
    }
    if (prefix < bits && route_.rttype && route_.rttype->value == "host") {
      complain(route_.rttype->at,
               "route: rttype: a host route leads to one address, and here is a mask");
      return false;
    }
    if (prefix > bits) {
      complain(route_.rtprefixlen->at, "route: rtprefixlen: more than 32 bits for an IPv4 address");
      return false;
    }
    entry.destination =
        fmt::format("{}/{}", spec::network_address(destination.address, prefix), prefix);
    return true;
  }

  bool set_interface(spec::RouteEntry& entry) {
    const auto& interfaces = c_.workload.interfaces;
    const std::string wanted =
        route_.rtinterface ? c_.interface_behind(route_.rtinterface->value) : "";
    if (!wanted.empty() && std::none_of(interfaces.begin(), interfaces.end(),
                                        [&](const auto& i) { return i.name == wanted; })) {
      complain(
          route_.rtinterface->at,
          fmt::format("route: rtinterface: no network stanza has the interface \"{}\"", wanted));
      return false;
    }
    entry.interface = wanted;
    for (const WorkloadInterface& interface : interfaces) {
      const bool only = interfaces.size() == 1;
      if (interface.mode == "routed" && (only || interface.name == wanted)) {
        // The way out of a routed interface is the host; its gateway is the hook's affair.
        entry.interface = interface.name;
        entry.gateway.clear();
        by_host_ = true;
      }
    }
    return true;
  }

  void report() {
    const Fidelity fidelity = by_host_ ? Fidelity::kApproximate : Fidelity::kEquivalent;
    c_.note(kStanza, "rtdest", route_.rtdest, Fidelity::kEquivalent,
            destination_ == route_.rtdest->value
                ? "a route of the WPAR's network namespace"
                : fmt::format("a route of the WPAR's network namespace; {} by the site profile",
                              destination_));
    c_.note(kStanza, "rtgateway", route_.rtgateway, fidelity,
            by_host_ ? "the interface is routed by the host, which is the gateway"
            : gateway_ == route_.rtgateway->value
                ? "gateway"
                : fmt::format("gateway {} by the site profile", gateway_));
    c_.note(kStanza, "rttype", route_.rttype, Fidelity::kExact, "host or net route");
    c_.note(kStanza, "rtnetmask", route_.rtnetmask, Fidelity::kExact, "mask of the destination");
    c_.note(kStanza, "rtprefixlen", route_.rtprefixlen, Fidelity::kExact,
            "prefix of the destination");
    c_.note(kStanza, "rtinterface", route_.rtinterface, Fidelity::kExact, "interface of the route");
    c_.note(kStanza, "rtfamily", route_.rtfamily, Fidelity::kExact,
            "follows from the gateway's address");
  }

  void leave_out(Fidelity fidelity, const std::string& reason, const std::string& action) {
    c_.note(kStanza, "rtdest", route_.rtdest, fidelity, reason, action);
    const std::string rest = "belongs to a route that is left out";
    c_.note(kStanza, "rtgateway", route_.rtgateway, fidelity, rest);
    c_.note(kStanza, "rttype", route_.rttype, fidelity, rest);
    c_.note(kStanza, "rtnetmask", route_.rtnetmask, fidelity, rest);
    c_.note(kStanza, "rtprefixlen", route_.rtprefixlen, fidelity, rest);
    c_.note(kStanza, "rtinterface", route_.rtinterface, fidelity, rest);
    c_.note(kStanza, "rtfamily", route_.rtfamily, fidelity, rest);
  }

  Context& c_;
  const spec::Route& route_;
  std::string destination_;
  std::string gateway_;
  bool by_host_ = false;
};

}  // namespace

void map_routes(Context& c) {
  for (const spec::Route& route : c.wpar.routes) {
    const std::string& gateway = c.address_of(route.rtgateway->value);
    const bool mismatch = route.rtfamily && is_address(gateway) &&
                          (route.rtfamily->value == "inet") != spec::is_ipv4(gateway);
    if (mismatch) {
      c.problems.add(route.rtfamily->at,
                     "route: rtfamily: the gateway's address is of the other family");
    }
    RouteMapper(c, route).map();
  }
}

}  // namespace wpar::translate
