// SPDX-License-Identifier: Apache-2.0
#include "hooks/network.h"

#include <time.h>

#include <algorithm>
#include <vector>

#include "hooks/interfaces.h"
#include "hooks/netlink.h"
#include "hooks/network_namespace.h"
#include "runtime/base/error.h"
#include "specs/wpar/network_document.h"

namespace wpar::hooks {
namespace {

// How long a device may take to come back: the kernel ends a network namespace in the background.
constexpr int kDevicePolls = 50;
constexpr long kDevicePollNanoseconds = 20'000'000;

spec::NetworkDocument read_document(const oci::State& state) {
  const auto annotation = state.annotations.find(spec::kNetworkAnnotation);
  if (annotation == state.annotations.end()) {
    throw_error(ErrorKind::kInvalidConfig, "/annotations: {} is missing", spec::kNetworkAnnotation);
  }
  return in_context(fmt::format("annotation {}", spec::kNetworkAnnotation),
                    [&] { return spec::parse_network_document(annotation->second); });
}

std::vector<InterfaceJob> jobs_of(const spec::NetworkDocument& document, const std::string& id) {
  std::vector<InterfaceJob> jobs;
  for (const spec::InterfaceEntry& entry : document.interfaces) {
    jobs.push_back(make_job(entry, id, jobs.size()));
  }
  return jobs;
}

const spec::InterfaceEntry* find_interface(const spec::NetworkDocument& document,
                                           const std::string& name) {
  const auto found = std::find_if(document.interfaces.begin(), document.interfaces.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == document.interfaces.end() ? nullptr : &*found;
}

// The first routed interface with an address of the family leads to the host.
const spec::InterfaceEntry* find_way_out(const spec::NetworkDocument& document, bool ipv6) {
  const auto leads_out = [ipv6](const spec::InterfaceEntry& entry) {
    return entry.mode == "routed" &&
           std::any_of(entry.addresses.begin(), entry.addresses.end(), [ipv6](const auto& a) {
             return (a.address.find(':') != std::string::npos) == ipv6;
           });
  };
  const auto found =
      std::find_if(document.interfaces.begin(), document.interfaces.end(), leads_out);
  return found == document.interfaces.end() ? nullptr : &*found;
}

Link expect_link(const Netlink& links, const std::string& name) {
  std::optional<Link> link = links.find_link(name);
  if (!link) {
    throw_error(ErrorKind::kNotFound, "the container has no interface {}", name);
  }
  return *std::move(link);
}

// The host end of a routed interface is not in the prefix of any address, so IPv4 has to be told
// that it is on the link. IPv6 knows that of every fe80:: address.
void add_gateway_route(Netlink& links, const spec::InterfaceEntry& entry) {
  for (const spec::AddressEntry& address : entry.addresses) {
    if (address.address.find(':') == std::string::npos) {
      links.add_route({.ipv6 = false,
                       .destination = kHostGateway4,
                       .gateway = {},
                       .link = expect_link(links, entry.name).index});
      return;
    }
  }
}

void add_routes(Netlink& links, const spec::NetworkDocument& document) {
  for (const spec::InterfaceEntry& entry : document.interfaces) {
    if (entry.mode == "routed") {
      add_gateway_route(links, entry);
    }
  }
  bool has_default[2] = {false, false};
  for (const spec::RouteEntry& entry : document.routes) {
    const bool ipv6 = entry.family == "inet6";
    has_default[ipv6] |= entry.destination == "default";
    const spec::InterfaceEntry* interface = find_interface(document, entry.interface);
    const bool by_host = interface != nullptr && interface->mode == "routed";
    links.add_route(
        {.ipv6 = ipv6,
         .destination = entry.destination,
         .gateway = by_host ? (ipv6 ? kHostGateway6 : kHostGateway4) : entry.gateway,
         .link = entry.interface.empty() ? 0 : expect_link(links, entry.interface).index});
  }
  for (const bool ipv6 : {false, true}) {
    const spec::InterfaceEntry* way_out = find_way_out(document, ipv6);
    if (way_out != nullptr && !has_default[ipv6]) {
      links.add_route({.ipv6 = ipv6,
                       .destination = "default",
                       .gateway = ipv6 ? kHostGateway6 : kHostGateway4,
                       .link = expect_link(links, way_out->name).index});
    }
  }
}

void start_network(const HookRequest& request) {
  const spec::NetworkDocument document = read_document(request.state);
  const NetworkNamespace host = NetworkNamespace::own();
  const NetworkNamespace container = NetworkNamespace::of_process(container_pid(request.state));
  if (host.is_same(container)) {
    throw_error(ErrorKind::kInvalidConfig,
                "the container has no network namespace of its own, and the host's is not touched");
  }
  Netlink host_links;
  Netlink container_links = container.visit([] { return Netlink(); });
  const Sides sides{host, container, host_links, container_links};

  const std::vector<InterfaceJob> jobs = jobs_of(document, request.state.id);
  for (const InterfaceJob& job : jobs) {
    in_context(job.entry.name, [&] { remove_leftovers(job, sides); });
  }
  container_links.set_up(expect_link(container_links, "lo"));
  Rollback rollback;
  for (const InterfaceJob& job : jobs) {
    in_context(job.entry.name, [&] { make_interface(job, sides, rollback); });
  }
  add_routes(container_links, document);
  rollback.keep();
}

void wait_for_device(const InterfaceJob& job, Netlink& links) {
  for (int polls = 0; polls < kDevicePolls; ++polls) {
    if (try_restore_device(job, links)) {
      return;
    }
    const timespec pause{.tv_sec = 0, .tv_nsec = kDevicePollNanoseconds};
    ::nanosleep(&pause, nullptr);
  }
}

void stop_network(const HookRequest& request) {
  const spec::NetworkDocument document = read_document(request.state);
  Netlink links;
  const std::vector<InterfaceJob> jobs = jobs_of(document, request.state.id);
  for (const InterfaceJob& job : jobs) {
    in_context(job.entry.name, [&] { remove_host_end(job, links); });
  }
  for (const InterfaceJob& job : jobs) {
    if (job.entry.mode == "device") {
      in_context(job.entry.name, [&] { wait_for_device(job, links); });
    }
  }
}

}  // namespace

void configure_network(const HookRequest& request) {
  if (phase_of(request) == Phase::kStart) {
    start_network(request);
  } else {
    stop_network(request);
  }
}

}  // namespace wpar::hooks
