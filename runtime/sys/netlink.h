// SPDX-License-Identifier: Apache-2.0
#pragma once
// The few rtnetlink(7) messages that moving a network device takes. Parent only.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/fd.h"

namespace wpar::sys {

struct NetLink {
  int index = 0;
  bool up = false;
};

// As the kernel told it and takes it back (struct ifaddrmsg and its attributes).
struct NetAddress {
  std::uint8_t family = 0;
  std::uint8_t prefix = 0;
  std::uint32_t flags = 0;  // IFA_F_*
  struct Attribute {
    std::uint16_t type = 0;  // IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST
    std::vector<std::byte> value;
  };
  std::vector<Attribute> attributes;
};

// Stays in the network namespace in which it was made.
class RouteSocket {
 public:
  RouteSocket();

  std::optional<NetLink> find_link(const std::string& name) const;
  // The addresses of global scope that somebody has set: not those with a lifetime, nor temporary
  // or link-local ones, which the kernel makes by itself.
  std::vector<NetAddress> permanent_addresses(int link) const;
  // It arrives down and without addresses. Errors name `doing`.
  void move_link(int link, BorrowedFd network_namespace, const std::string& name) const;
  void set_up(int link) const;
  void add_address(int link, const NetAddress& address) const;

 private:
  UniqueFd socket_;
};

}  // namespace wpar::sys
