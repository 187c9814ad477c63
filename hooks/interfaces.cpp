// SPDX-License-Identifier: Apache-2.0
#include "hooks/interfaces.h"

#include <algorithm>
#include <cstdint>

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace wpar::hooks {
namespace {

constexpr std::size_t kMaxAliasBytes = 255;  // IFALIASZ less the NUL

bool is_ipv6(const spec::AddressEntry& entry) {
  return entry.address.find(':') != std::string::npos;
}

bool has_family(const spec::InterfaceEntry& entry, bool ipv6) {
  return std::any_of(entry.addresses.begin(), entry.addresses.end(),
                     [ipv6](const auto& address) { return is_ipv6(address) == ipv6; });
}

Link expect_link(const Netlink& links, const std::string& name) {
  std::optional<Link> link = links.find_link(name);
  if (!link) {
    throw_error(ErrorKind::kNotFound, "the interface {} vanished while it was set up", name);
  }
  return *std::move(link);
}

Link expect_parent(const InterfaceJob& job, const Netlink& links, std::string_view what) {
  std::optional<Link> link = links.find_link(job.entry.parent);
  if (!link) {
    throw_error(ErrorKind::kNotFound, "the {} {} does not exist on the host", what,
                job.entry.parent);
  }
  return *std::move(link);
}

Link expect_bridge(const InterfaceJob& job, const Netlink& links) {
  Link bridge = expect_parent(job, links, "bridge");
  if (bridge.kind != "bridge") {
    throw_error(ErrorKind::kInvalidConfig, "{} is {}, not a bridge", bridge.name,
                bridge.kind.empty() ? std::string("a physical device") : "a " + bridge.kind);
  }
  return bridge;
}

// Nothing of this kind may be on the host under our derived name unless it is ours: the alias says
// so, or is missing because the run that made it was killed before it could write one.
void remove_derived(const InterfaceJob& job, Netlink& links) {
  const std::optional<Link> old = links.find_link(job.host_name);
  if (!old) {
    return;
  }
  const bool our_kind = old->kind == "veth" || old->kind == "macvlan";
  if (!our_kind || (!old->alias.empty() && old->alias != job.alias)) {
    throw_error(ErrorKind::kAlreadyExists,
                "the host has an interface {} (alias \"{}\") that this hook did not make",
                old->name, old->alias);
  }
  links.remove(*old);
}

void add_veth(const InterfaceJob& job, const Sides& sides, unsigned mtu, Rollback& rollback) {
  sides.host_links.add_veth(job.host_name, job.entry.name, sides.container.fd(), mtu);
  rollback.on_failure([job, &sides] { remove_derived(job, sides.host_links); });
  sides.host_links.set_alias(expect_link(sides.host_links, job.host_name), job.alias);
}

void make_bridged(const InterfaceJob& job, const Sides& sides, Rollback& rollback) {
  const Link bridge = expect_bridge(job, sides.host_links);
  // A port with a smaller MTU would make the kernel shrink the bridge's.
  add_veth(job, sides, bridge.mtu, rollback);
  const Link port = expect_link(sides.host_links, job.host_name);
  sides.host_links.set_master(port, bridge);
  sides.host_links.set_up(port);
}

void make_routed(const InterfaceJob& job, const Sides& sides, Rollback& rollback) {
  add_veth(job, sides, 0, rollback);
  const Link end = expect_link(sides.host_links, job.host_name);
  sides.host_links.set_up(end);
  if (has_family(job.entry, false)) {
    sides.host_links.add_address(
        end, {.address = kHostGateway4, .prefix = 32, .broadcast = {}, .link_scope = true});
    write_file(fmt::format("/proc/sys/net/ipv4/conf/{}/forwarding", end.name), "1\n", 0644);
  }
  if (has_family(job.entry, true)) {
    sides.host_links.add_address(end, {.address = kHostGateway6, .prefix = 64, .broadcast = {}});
  }
  for (const spec::AddressEntry& address : job.entry.addresses) {
    sides.host_links.add_route({.ipv6 = is_ipv6(address),
                                .destination = address.address,
                                .gateway = {},
                                .link = end.index});
  }
}

void make_macvlan(const InterfaceJob& job, const Sides& sides, Rollback& rollback) {
  // Made on the host and moved: marked before it is inside, so a later run knows it anywhere.
  sides.host_links.add_macvlan(job.host_name, expect_parent(job, sides.host_links, "device"));
  rollback.on_failure([job, &sides] { remove_leftovers(job, sides); });
  const Link link = expect_link(sides.host_links, job.host_name);
  sides.host_links.set_alias(link, job.alias);
  sides.host_links.move(link, sides.container.fd(), job.entry.name);
}

void move_device(const InterfaceJob& job, const Sides& sides, Rollback& rollback) {
  const Link device = expect_parent(job, sides.host_links, "device");
  rollback.on_failure([job, device, &sides] {
    remove_leftovers(job, sides);
    const Link back = expect_link(sides.host_links, job.entry.parent);
    sides.host_links.set_alias(back, device.alias);
    if (device.up) {
      sides.host_links.set_up(back);
    }
  });
  sides.host_links.set_alias(device, job.alias);
  sides.host_links.move(device, sides.container.fd(), job.entry.name);
}

}  // namespace

std::string host_name_of(std::string_view id, std::size_t index) {
  constexpr std::uint64_t kOffset = 0xcbf29ce484222325;  // FNV-1a, 64 bits
  constexpr std::uint64_t kPrime = 0x100000001b3;
  std::uint64_t hash = kOffset;
  for (const char c : fmt::format("{}/{}", index, id)) {
    hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  }
  return fmt::format("wp{:013x}", hash >> 12);
}

InterfaceJob make_job(const spec::InterfaceEntry& entry, const std::string& id, std::size_t index) {
  const std::string host_name = host_name_of(id, index);
  std::string alias = fmt::format("openwpar {} {} {}", host_name, entry.name, id);
  alias.resize(std::min(alias.size(), kMaxAliasBytes));
  return {.entry = entry, .host_name = host_name, .alias = std::move(alias)};
}

void remove_leftovers(const InterfaceJob& job, const Sides& sides) {
  remove_derived(job, sides.host_links);
  const std::optional<Link> inside = sides.container_links.find_link(job.entry.name);
  if (!inside || inside->alias != job.alias) {
    return;
  }
  if (job.entry.mode == "device") {
    sides.container_links.move(*inside, sides.host.fd(), job.entry.parent);
  } else {
    sides.container_links.remove(*inside);
  }
}

void make_interface(const InterfaceJob& job, const Sides& sides, Rollback& rollback) {
  if (sides.container_links.find_link(job.entry.name)) {
    throw_error(ErrorKind::kAlreadyExists, "the container has an interface {} already",
                job.entry.name);
  }
  if (job.entry.mode == "bridge") {
    make_bridged(job, sides, rollback);
  } else if (job.entry.mode == "routed") {
    make_routed(job, sides, rollback);
  } else if (job.entry.mode == "macvlan") {
    make_macvlan(job, sides, rollback);
  } else {
    move_device(job, sides, rollback);
  }
  const Link link = expect_link(sides.container_links, job.entry.name);
  sides.container_links.set_up(link);
  for (const spec::AddressEntry& address : job.entry.addresses) {
    sides.container_links.add_address(link, {.address = address.address,
                                             .prefix = address.prefix,
                                             .broadcast = address.broadcast,
                                             .on_link = job.entry.mode != "routed"});
  }
}

void remove_host_end(const InterfaceJob& job, Netlink& host_links) {
  remove_derived(job, host_links);
}

bool try_restore_device(const InterfaceJob& job, Netlink& host_links) {
  for (const Link& link : host_links.links()) {
    if (link.alias != job.alias) {
      continue;
    }
    if (link.name != job.entry.parent) {
      host_links.rename(link, job.entry.parent);
    }
    host_links.set_alias(link, "");
    return true;
  }
  return false;
}

}  // namespace wpar::hooks
