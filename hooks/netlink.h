// SPDX-License-Identifier: Apache-2.0
#pragma once
// Links, addresses and routes of one network namespace: the one a Netlink was made in, wherever the
// thread goes later. A thin layer over libnl-route that keeps the kernel's errno (rtnetlink(7)).
// Used by hooks/network; every function throws Error(kSystem) that names the object.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/fd.h"

struct nl_sock;

namespace wpar::hooks {

struct Link {
  int index = 0;
  std::string name;
  std::string kind;   // "bridge" "veth" "macvlan" …; empty for a physical device
  std::string alias;  // ifalias; empty: none
  unsigned mtu = 0;   // bytes
  bool up = false;
};

struct Address {
  std::string address;  // textual, of either family
  unsigned prefix = 0;
  std::string broadcast;    // empty: none
  bool on_link = true;      // false: the prefix makes no route
  bool link_scope = false;  // not to be used beyond this link
};

struct Route {
  bool ipv6 = false;
  std::string destination;  // "default", "ADDRESS" or "ADDRESS/BITS"
  std::string gateway;      // empty: on the link
  int link = 0;             // 0: the kernel finds it by the gateway
};

class Netlink {
 public:
  Netlink();
  Netlink(Netlink&&) noexcept;
  ~Netlink();

  std::optional<Link> find_link(const std::string& name) const;
  std::vector<Link> links() const;

  // The end `name` here, the end `peer` in the other namespace. mtu 0: the kernel's default.
  void add_veth(const std::string& name, const std::string& peer, BorrowedFd peer_namespace,
                unsigned mtu);
  void add_macvlan(const std::string& name, const Link& parent);
  void set_alias(const Link& link, const std::string& alias);
  void set_master(const Link& link, const Link& bridge);
  void set_up(const Link& link);
  void rename(const Link& link, const std::string& name);  // the link must be down
  // To another namespace and under another name in one step; it arrives down.
  void move(const Link& link, BorrowedFd where, const std::string& name);
  void remove(const Link& link);

  void add_address(const Link& link, const Address& address);
  void add_route(const Route& route);

 private:
  struct State;
  void check(int result, const std::string& doing) const;
  std::unique_ptr<State> state_;
};

}  // namespace wpar::hooks
