// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/check_wpar.h"

#include <fmt/format.h>

#include <map>

#include "runtime/base/path.h"
#include "specs/wpar/address.h"

namespace wpar::spec {
namespace {

class Checker {
 public:
  explicit Checker(Problems& problems) : problems_(problems) {}

  void need(bool condition, Position at, std::string_view text) {
    if (!condition) {
      problems_.add({at.line, 0, at.source}, std::string(text));
    }
  }

 private:
  Problems& problems_;
};

void check_general(const Wpar& wpar, Checker& check) {
  const General& general = wpar.general;
  const bool application = wpar.is_application();
  const auto system_only = [&](const auto& field, std::string_view key) {
    if (field && application && (field->text != "no")) {
      check.need(
          false, field->at,
          fmt::format("general: {}: an application WPAR (application is set) has none", key));
    }
  };
  system_only(general.privateusr, "privateusr");
  system_only(general.rootvgwpar, "rootvgwpar");
  system_only(general.system_copy, "system_copy");
  system_only(general.versioned, "versioned");
  if (general.xwparipc && general.xwparipc->value) {
    check.need(application, general.xwparipc->at,
               "general: xwparipc: only application WPARs share IPC objects with others");
  }
}

void check_network(const Network& network, Checker& check) {
  check.need(network.address || network.address6, network.at,
             "network: neither address nor address6 is given");
  check.need(!(network.address && network.address6), network.at,
             "network: address and address6 belong into stanzas of their own");
  if (network.netmask) {
    check.need(network.address.has_value(), network.netmask->at, "network: netmask needs address");
  }
  if (network.broadcast) {
    check.need(network.address.has_value(), network.broadcast->at,
               "network: broadcast needs address");
  }
  if (network.prefixlen) {
    check.need(network.address6.has_value(), network.prefixlen->at,
               "network: prefixlen needs address6");
  }
}

void check_mount(const Mount& mount, bool application, Checker& check) {
  check.need(mount.directory.has_value(), mount.at, "mount: directory is missing");
  const std::string vfs = mount.vfs ? mount.vfs->value : "";
  if (vfs == "nfs") {
    check.need(mount.host && mount.dev, mount.vfs->at, "mount: vfs nfs needs host and dev");
  } else if (mount.host) {
    check.need(false, mount.host->at, "mount: host is for vfs nfs only");
  }
  if (vfs == "namefs") {
    check.need(mount.dev && is_absolute(mount.dev->value), mount.vfs->at,
               "mount: vfs namefs needs dev, an absolute path");
  }
  if (vfs == "directory" && mount.dev) {
    check.need(false, mount.dev->at, "mount: vfs directory takes no dev");
  }
  if (application && (vfs == "jfs2" || vfs == "jfs") && mount.size) {
    check.need(false, mount.size->at,
               "mount: size: an application WPAR cannot create a local file system");
  }
}

void check_resources(const Resources& resources, Checker& check) {
  const auto at_least = [&](const Field<Count>& field, std::uint64_t least, std::string_view key) {
    if (field && field->value.number && *field->value.number < least) {
      check.need(false, field->at, fmt::format("resources: {}: must be at least {}", key, least));
    }
  };
  at_least(resources.total_processes, 2, "totalProcesses");
  at_least(resources.total_threads, 2, "totalThreads");
  const auto shares = [&](const Field<Count>& field, std::string_view key) {
    if (field && field->value.number &&
        (*field->value.number < 1 || *field->value.number > 65535)) {
      check.need(false, field->at,
                 fmt::format("resources: {}: expected a number from 1 to 65535", key));
    }
  };
  shares(resources.shares_cpu, "shares_CPU");
  shares(resources.shares_memory, "shares_memory");
  if (resources.total_processes && resources.total_threads &&
      resources.total_threads->value.number) {
    check.need(resources.total_processes->value.number.value_or(0) <=
                   *resources.total_threads->value.number,
               resources.total_threads->at,
               "resources: totalThreads: must not be less than totalProcesses");
  }
  if (resources.pct_pin_mem) {
    check.need(resources.pct_pin_mem->value.hundredths >= 100, resources.pct_pin_mem->at,
               "resources: pct_pinMem: must be at least 1%");
  }
}

void check_device(const Device& device, Checker& check) {
  check.need(device.devname || device.devid, device.at,
             "device: neither devname nor devid is given");
  check.need(!(device.devname && device.devid), device.at,
             "device: devname and devid exclude each other");
}

void check_route(const Route& route, Checker& check) {
  check.need(route.rtdest.has_value(), route.at, "route: rtdest is missing");
  check.need(route.rtgateway.has_value(), route.at, "route: rtgateway is missing");
  if (route.rtnetmask && route.rtprefixlen) {
    check.need(false, route.rtprefixlen->at, "route: rtnetmask and rtprefixlen exclude each other");
  }
}

// Two ways to one destination are legal, the same way twice is not.
void check_routes(const std::vector<Route>& routes, Checker& check) {
  std::map<std::pair<std::string, std::string>, Position> first;
  for (const Route& route : routes) {
    if (route.rtdest && route.rtgateway) {
      const auto [found, is_new] =
          first.emplace(std::pair(route.rtdest->value, route.rtgateway->value), route.rtdest->at);
      check.need(is_new, route.rtdest->at,
                 fmt::format("route: the route to {} by {} is given in line {} already",
                             route.rtdest->value, route.rtgateway->value, found->second.line));
    }
  }
}

// The same address or directory in two stanzas: one of them would be lost without a word.
template <typename List, typename Pick>
void check_unique(const List& list, Pick pick, std::string_view what, Checker& check) {
  std::map<std::string, Position> first;
  for (const auto& entry : list) {
    const auto field = pick(entry);
    if (!field) {
      continue;
    }
    const auto [found, is_new] = first.emplace(field->value, field->at);
    check.need(is_new, field->at,
               fmt::format("{}: \"{}\" is given in line {} already", what, field->value,
                           found->second.line));
  }
}

}  // namespace

void check_wpar(const Wpar& wpar, Problems& problems) {
  Checker check(problems);
  check_general(wpar, check);
  for (const Network& network : wpar.networks) {
    check_network(network, check);
  }
  for (const Mount& mount : wpar.mounts) {
    check_mount(mount, wpar.is_application(), check);
  }
  check_resources(wpar.resources, check);
  for (const Device& device : wpar.devices) {
    check_device(device, check);
  }
  for (const Route& route : wpar.routes) {
    check_route(route, check);
  }
  for (const Kext& kext : wpar.kexts) {
    check.need(kext.kext.has_value(), kext.at, "kext: kext is missing");
  }
  check_unique(
      wpar.networks, [](const Network& n) { return n.address; }, "network: address", check);
  check_unique(
      wpar.networks, [](const Network& n) { return n.address6; }, "network: address6", check);
  check_unique(
      wpar.mounts, [](const Mount& m) { return m.directory; }, "mount: directory", check);
  check_unique(
      wpar.devices, [](const Device& d) { return d.devname; }, "device: devname", check);
  check_unique(
      wpar.devices, [](const Device& d) { return d.devid; }, "device: devid", check);
  check_unique(
      wpar.kexts, [](const Kext& k) { return k.kext; }, "kext: kext", check);
  check_routes(wpar.routes, check);
}

}  // namespace wpar::spec
