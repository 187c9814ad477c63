// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/netlink.h"

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "runtime/base/error.h"

namespace wpar::sys {
namespace {

constexpr std::size_t kReplyBytes = 32768;  // what the kernel puts into one reply to a dump
using ReplyBuffer = std::array<char, kReplyBytes>;

// One message: header, the family's own struct, attributes.
class Request {
 public:
  template <typename Body>
  Request(std::uint16_t type, std::uint16_t flags, const Body& body) {
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header().nlmsg_seq = 1;
    header().nlmsg_len = NLMSG_HDRLEN;
    append(&body, sizeof(body));
  }
  void attribute(std::uint16_t type, std::span<const std::byte> value) {
    const rtattr head = {.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size())),
                         .rta_type = type};
    append(&head, sizeof(head));
    append(value.data(), value.size());
  }
  void attribute(std::uint16_t type, const std::string& text) {
    attribute(type, std::as_bytes(std::span(text.c_str(), text.size() + 1)));
  }
  template <typename Number>
  void number(std::uint16_t type, Number value) {
    attribute(type, std::as_bytes(std::span(&value, 1)));
  }
  std::span<const char> bytes() const { return {bytes_.data(), header().nlmsg_len}; }

 private:
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(bytes_.data()); }
  const nlmsghdr& header() const { return *reinterpret_cast<const nlmsghdr*>(bytes_.data()); }
  void append(const void* data, std::size_t size) {
    const std::size_t at = NLMSG_ALIGN(header().nlmsg_len);
    if (at + size > bytes_.size()) {
      throw_error(ErrorKind::kInternal, "a netlink message of more than {} bytes", bytes_.size());
    }
    if (size > 0) {
      std::memcpy(bytes_.data() + at, data, size);
    }
    header().nlmsg_len = static_cast<std::uint32_t>(at + size);
  }

  alignas(nlmsghdr) std::array<char, 512> bytes_ = {};
};

template <typename Body>
const Body& payload(const nlmsghdr& message) {
  return *reinterpret_cast<const Body*>(reinterpret_cast<const char*>(&message) + NLMSG_HDRLEN);
}

// Sends the request and hands every message of the answer to `take`. Returns the kernel's errno, 0
// when it has none.
template <typename Take>
int exchange(BorrowedFd socket, const Request& request, Take&& take) {
  const auto bytes = request.bytes();
  if (::send(socket.get(), bytes.data(), bytes.size(), 0) < 0) {
    throw_errno("send a netlink message");
  }
  alignas(nlmsghdr) ReplyBuffer buffer;
  for (;;) {
    const ssize_t length = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (length < 0 && errno == EINTR) {
      continue;
    }
    if (length <= 0) {
      throw_errno("receive a netlink message");
    }
    auto left = static_cast<int>(length);
    for (const auto* at = reinterpret_cast<const nlmsghdr*>(buffer.data()); NLMSG_OK(at, left);
         at = NLMSG_NEXT(at, left)) {
      if (at->nlmsg_type == NLMSG_DONE) {
        return 0;
      }
      if (at->nlmsg_type == NLMSG_ERROR) {
        return -payload<nlmsgerr>(*at).error;
      }
      take(*at);
    }
  }
}

void change(BorrowedFd socket, const Request& request, const std::string& doing) {
  const int error = exchange(socket, request, [](const nlmsghdr&) {});
  if (error != 0) {
    throw Error(error, doing);
  }
}

template <typename Take>
void for_each_attribute(const rtattr* first, int left, Take&& take) {
  for (const rtattr* at = first; RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    const auto* value = static_cast<const std::byte*>(RTA_DATA(at));
    take(at->rta_type, std::span(value, RTA_PAYLOAD(at)));
  }
}

constexpr std::uint16_t kChange = NLM_F_ACK;

}  // namespace

RouteSocket::RouteSocket() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
  if (!socket_) {
    throw_errno("open a route socket");
  }
}

std::optional<NetLink> RouteSocket::find_link(const std::string& name) const {
  Request request(RTM_GETLINK, NLM_F_ACK, ifinfomsg{});
  request.attribute(IFLA_IFNAME, name);
  std::optional<NetLink> found;
  const int error = exchange(socket_, request, [&](const nlmsghdr& message) {
    if (message.nlmsg_type == RTM_NEWLINK) {
      const auto& info = payload<ifinfomsg>(message);
      found = NetLink{.index = info.ifi_index, .up = (info.ifi_flags & IFF_UP) != 0};
    }
  });
  if (error != 0 && error != ENODEV) {
    throw Error(error, fmt::format("look up the network device {}", name));
  }
  return found;
}

std::vector<NetAddress> RouteSocket::permanent_addresses(int link) const {
  const Request request(RTM_GETADDR, NLM_F_DUMP, ifaddrmsg{});
  std::vector<NetAddress> found;
  const int error = exchange(socket_, request, [&](const nlmsghdr& message) {
    const auto* info = &payload<ifaddrmsg>(message);
    if (message.nlmsg_type != RTM_NEWADDR || info->ifa_index != static_cast<unsigned int>(link) ||
        info->ifa_scope != RT_SCOPE_UNIVERSE) {
      return;
    }
    NetAddress address = {.family = info->ifa_family,
                          .prefix = info->ifa_prefixlen,
                          .flags = info->ifa_flags,
                          .attributes = {}};
    for_each_attribute(
        IFA_RTA(info), static_cast<int>(IFA_PAYLOAD(&message)),
        [&](std::uint16_t type, auto value) {
          if (type == IFA_FLAGS && value.size() == sizeof(address.flags)) {
            std::memcpy(&address.flags, value.data(), sizeof(address.flags));
          } else if (type == IFA_LOCAL || type == IFA_ADDRESS || type == IFA_BROADCAST) {
            address.attributes.push_back({.type = type, .value = {value.begin(), value.end()}});
          }
        });
    if ((address.flags & IFA_F_PERMANENT) != 0) {
      found.push_back(std::move(address));
    }
  });
  if (error != 0) {
    throw Error(error, "list the network addresses");
  }
  return found;
}

void RouteSocket::move_link(int link, BorrowedFd network_namespace, const std::string& name) const {
  ifinfomsg info = {};
  info.ifi_index = link;
  Request request(RTM_NEWLINK, kChange, info);
  request.number(IFLA_NET_NS_FD, network_namespace.get());
  request.attribute(IFLA_IFNAME, name);
  change(socket_, request, "move it to another network namespace as " + name);
}

void RouteSocket::set_up(int link) const {
  ifinfomsg info = {};
  info.ifi_index = link;
  info.ifi_flags = IFF_UP;
  info.ifi_change = IFF_UP;
  change(socket_, Request(RTM_NEWLINK, kChange, info), "set it up");
}

void RouteSocket::add_address(int link, const NetAddress& address) const {
  ifaddrmsg info = {};
  info.ifa_family = address.family;
  info.ifa_prefixlen = address.prefix;
  info.ifa_scope = RT_SCOPE_UNIVERSE;
  info.ifa_index = static_cast<unsigned int>(link);
  Request request(RTM_NEWADDR, kChange | NLM_F_CREATE | NLM_F_EXCL, info);
  for (const NetAddress::Attribute& attribute : address.attributes) {
    request.attribute(attribute.type, attribute.value);
  }
  // It was valid on this link a moment ago: nothing has to be proven by waiting.
  constexpr std::uint32_t kKept = IFA_F_NOPREFIXROUTE | IFA_F_MANAGETEMPADDR | IFA_F_HOMEADDRESS;
  const std::uint32_t flags =
      (address.flags & kKept) | (address.family == AF_INET6 ? std::uint32_t{IFA_F_NODAD} : 0);
  request.number(IFA_FLAGS, flags);
  change(socket_, request, "add an address");
}

}  // namespace wpar::sys
