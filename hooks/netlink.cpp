// SPDX-License-Identifier: Apache-2.0
#include "hooks/netlink.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/macvlan.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/route.h>

#include <array>
#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/text.h"

namespace wpar::hooks {
namespace {

template <auto kEnd>
struct Ender {
  template <typename T>
  void operator()(T* object) const {
    kEnd(object);
  }
};
using LinkPtr = std::unique_ptr<rtnl_link, Ender<&rtnl_link_put>>;
using NlAddressPtr = std::unique_ptr<nl_addr, Ender<&nl_addr_put>>;
using AddressPtr = std::unique_ptr<rtnl_addr, Ender<&rtnl_addr_put>>;
using RoutePtr = std::unique_ptr<rtnl_route, Ender<&rtnl_route_put>>;
using CachePtr = std::unique_ptr<nl_cache, Ender<&nl_cache_free>>;

// libnl's constructors fail for want of memory only.
template <typename Pointer, typename Raw>
Pointer own(Raw* raw) {
  if (raw == nullptr) {
    throw Error(ENOMEM, "talk to the kernel about the network");
  }
  return Pointer(raw);
}

std::string text_or_empty(const char* text) {
  return text == nullptr ? std::string() : text;
}

Link view_of(rtnl_link* link) {
  return {.index = rtnl_link_get_ifindex(link),
          .name = text_or_empty(rtnl_link_get_name(link)),
          .kind = text_or_empty(rtnl_link_get_type(link)),
          .alias = text_or_empty(rtnl_link_get_ifalias(link)),
          .mtu = rtnl_link_get_mtu(link),
          .up = (rtnl_link_get_flags(link) & IFF_UP) != 0};
}

// The address and the length of its prefix, which is all of it when `text` has no "/BITS".
NlAddressPtr make_address(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  const bool ipv6 = address.find(':') != std::string::npos;
  const std::size_t size = ipv6 ? 16 : 4;
  std::array<unsigned char, 16> bytes{};
  const auto prefix = slash == std::string::npos
                          ? std::optional(static_cast<int>(size * 8))
                          : parse_integer<int>(std::string_view(text).substr(slash + 1));
  const int family = ipv6 ? AF_INET6 : AF_INET;
  if (!prefix || ::inet_pton(family, address.c_str(), bytes.data()) != 1) {
    throw_error(ErrorKind::kInternal, "\"{}\" reached the kernel as an address", text);
  }
  auto made = own<NlAddressPtr>(nl_addr_build(family, bytes.data(), size));
  nl_addr_set_prefixlen(made.get(), *prefix);
  return made;
}

std::string describe(const Route& route) {
  return fmt::format("add the route to {}{}{}", route.destination,
                     route.gateway.empty() ? "" : " by ", route.gateway);
}

}  // namespace

struct Netlink::State {
  nl_sock* socket = nullptr;
  int kernel_errno = 0;  // of the last message that the kernel refused; libnl's own codes lose it
};

namespace {

int keep_errno(sockaddr_nl*, nlmsgerr* refusal, void* where) {
  *static_cast<int*>(where) = -refusal->error;
  return NL_STOP;
}

}  // namespace

Netlink::Netlink() : state_(std::make_unique<State>()) {
  state_->socket = nl_socket_alloc();
  if (state_->socket == nullptr) {
    throw Error(ENOMEM, "open a route socket");
  }
  nl_socket_modify_err_cb(state_->socket, NL_CB_CUSTOM, &keep_errno, &state_->kernel_errno);
  check(nl_connect(state_->socket, NETLINK_ROUTE), "open a route socket");
}

Netlink::Netlink(Netlink&&) noexcept = default;

Netlink::~Netlink() {
  if (state_ != nullptr) {
    nl_socket_free(state_->socket);
  }
}

void Netlink::check(int result, const std::string& doing) const {
  const int kernel_errno = std::exchange(state_->kernel_errno, 0);
  if (result >= 0) {
    return;
  }
  if (kernel_errno != 0) {
    throw Error(kernel_errno, doing);
  }
  throw_error(ErrorKind::kSystem, "{}: {}", doing, to_lower(nl_geterror(result)));
}

std::optional<Link> Netlink::find_link(const std::string& name) const {
  rtnl_link* raw = nullptr;
  const int result = rtnl_link_get_kernel(state_->socket, 0, name.c_str(), &raw);
  if (result == -NLE_NODEV || result == -NLE_OBJ_NOTFOUND) {
    state_->kernel_errno = 0;
    return std::nullopt;
  }
  check(result, fmt::format("look up {}", name));
  return view_of(LinkPtr(raw).get());
}

std::vector<Link> Netlink::links() const {
  nl_cache* raw = nullptr;
  check(rtnl_link_alloc_cache(state_->socket, AF_UNSPEC, &raw), "list the interfaces");
  const CachePtr cache(raw);
  std::vector<Link> found;
  for (nl_object* item = nl_cache_get_first(raw); item != nullptr; item = nl_cache_get_next(item)) {
    found.push_back(view_of(reinterpret_cast<rtnl_link*>(item)));
  }
  return found;
}

void Netlink::add_veth(const std::string& name, const std::string& peer, BorrowedFd peer_namespace,
                       unsigned mtu) {
  const auto near = own<LinkPtr>(rtnl_link_veth_alloc());
  const auto far = own<LinkPtr>(rtnl_link_veth_get_peer(near.get()));
  rtnl_link_set_name(near.get(), name.c_str());
  rtnl_link_set_name(far.get(), peer.c_str());
  rtnl_link_set_ns_fd(far.get(), peer_namespace.get());
  if (mtu != 0) {
    rtnl_link_set_mtu(near.get(), mtu);
    rtnl_link_set_mtu(far.get(), mtu);
  }
  check(rtnl_link_add(state_->socket, near.get(), NLM_F_CREATE | NLM_F_EXCL),
        fmt::format("make the veth pair {} and {}", name, peer));
}

void Netlink::add_macvlan(const std::string& name, const Link& parent) {
  const auto link = own<LinkPtr>(rtnl_link_macvlan_alloc());
  rtnl_link_set_name(link.get(), name.c_str());
  rtnl_link_set_link(link.get(), parent.index);
  rtnl_link_macvlan_set_mode(link.get(),
                             static_cast<std::uint32_t>(rtnl_link_macvlan_str2mode("bridge")));
  check(rtnl_link_add(state_->socket, link.get(), NLM_F_CREATE | NLM_F_EXCL),
        fmt::format("make a macvlan on {}", parent.name));
}

namespace {

// A change request for the link with this index; what is set on `change` is what changes.
template <typename SetUp>
int change_link(nl_sock* socket, const Link& link, SetUp&& set_up) {
  const auto subject = own<LinkPtr>(rtnl_link_alloc());
  const auto change = own<LinkPtr>(rtnl_link_alloc());
  rtnl_link_set_ifindex(subject.get(), link.index);
  set_up(change.get());
  return rtnl_link_change(socket, subject.get(), change.get(), 0);
}

}  // namespace

void Netlink::set_alias(const Link& link, const std::string& alias) {
  check(change_link(state_->socket, link,
                    [&](rtnl_link* change) { rtnl_link_set_ifalias(change, alias.c_str()); }),
        fmt::format("write the alias of {}", link.name));
}

void Netlink::set_master(const Link& link, const Link& bridge) {
  check(change_link(state_->socket, link,
                    [&](rtnl_link* change) { rtnl_link_set_master(change, bridge.index); }),
        fmt::format("make {} a port of {}", link.name, bridge.name));
}

void Netlink::set_up(const Link& link) {
  check(change_link(state_->socket, link,
                    [](rtnl_link* change) { rtnl_link_set_flags(change, IFF_UP); }),
        fmt::format("bring {} up", link.name));
}

void Netlink::rename(const Link& link, const std::string& name) {
  check(change_link(state_->socket, link,
                    [&](rtnl_link* change) { rtnl_link_set_name(change, name.c_str()); }),
        fmt::format("rename {} to {}", link.name, name));
}

void Netlink::move(const Link& link, BorrowedFd where, const std::string& name) {
  check(change_link(state_->socket, link,
                    [&](rtnl_link* change) {
                      rtnl_link_set_ns_fd(change, where.get());
                      rtnl_link_set_name(change, name.c_str());
                    }),
        fmt::format("move {} to another network namespace as {}", link.name, name));
}

void Netlink::remove(const Link& link) {
  const auto subject = own<LinkPtr>(rtnl_link_alloc());
  rtnl_link_set_ifindex(subject.get(), link.index);
  check(rtnl_link_delete(state_->socket, subject.get()), fmt::format("remove {}", link.name));
}

void Netlink::add_address(const Link& link, const Address& address) {
  const std::string text = fmt::format("{}/{}", address.address, address.prefix);
  const auto local = make_address(text);
  const auto request = own<AddressPtr>(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(request.get(), link.index);
  rtnl_addr_set_family(request.get(), nl_addr_get_family(local.get()));
  rtnl_addr_set_local(request.get(), local.get());
  rtnl_addr_set_prefixlen(request.get(), static_cast<int>(address.prefix));
  if (!address.broadcast.empty()) {
    rtnl_addr_set_broadcast(request.get(), make_address(address.broadcast).get());
  }
  // Nobody else can have the address yet: waiting a second for the proof would delay every start.
  unsigned flags = nl_addr_get_family(local.get()) == AF_INET6 ? IFA_F_NODAD : 0;
  flags |= address.on_link ? 0 : IFA_F_NOPREFIXROUTE;
  rtnl_addr_set_flags(request.get(), flags);
  if (address.link_scope) {
    rtnl_addr_set_scope(request.get(), RT_SCOPE_LINK);
  }
  check(rtnl_addr_add(state_->socket, request.get(), NLM_F_CREATE | NLM_F_EXCL),
        fmt::format("add the address {} to {}", text, link.name));
}

void Netlink::add_route(const Route& route) {
  const auto request = own<RoutePtr>(rtnl_route_alloc());
  const std::string everything = route.ipv6 ? "::/0" : "0.0.0.0/0";
  const auto destination =
      make_address(route.destination == "default" ? everything : route.destination);
  rtnl_route_set_family(request.get(), route.ipv6 ? AF_INET6 : AF_INET);
  check(rtnl_route_set_dst(request.get(), destination.get()), describe(route));
  rtnl_nexthop* hop = rtnl_route_nh_alloc();
  if (hop == nullptr) {
    throw Error(ENOMEM, describe(route));
  }
  rtnl_route_add_nexthop(request.get(), hop);  // owns it from here
  if (route.link != 0) {
    rtnl_route_nh_set_ifindex(hop, route.link);
  }
  if (!route.gateway.empty()) {
    rtnl_route_nh_set_gateway(hop, make_address(route.gateway).get());
  }
  check(rtnl_route_add(state_->socket, request.get(), NLM_F_CREATE | NLM_F_EXCL), describe(route));
}

}  // namespace wpar::hooks
