// SPDX-License-Identifier: Apache-2.0
#pragma once
// One interface of a container: made, found again, removed. Used by hooks/network, which knows the
// order of things; hooks/README.md has the table of modes.

#include <cstddef>
#include <string>
#include <string_view>

#include "hooks/netlink.h"
#include "hooks/network_namespace.h"
#include "runtime/base/rollback.h"
#include "specs/wpar/network_document.h"

namespace wpar::hooks {

// What the host end of a routed interface answers to, in every container.
inline constexpr const char* kHostGateway4 = "169.254.1.1";
inline constexpr const char* kHostGateway6 = "fe80::1";

// Both sides of the work. The namespaces outlive it.
struct Sides {
  const NetworkNamespace& host;
  const NetworkNamespace& container;
  Netlink& host_links;
  Netlink& container_links;
};

struct InterfaceJob {
  const spec::InterfaceEntry& entry;
  std::string host_name;  // host_name_of(id, index)
  std::string alias;      // marks what is ours, on whichever side it is
};

// The host's name for what interface number `index` of container `id` needs there: "wp" and 13
// hexadecimal digits, the same in every run, so that a later run recognises an earlier one's work.
std::string host_name_of(std::string_view id, std::size_t index);

InterfaceJob make_job(const spec::InterfaceEntry& entry, const std::string& id, std::size_t index);

// Removes what an earlier, perhaps killed, run made for this job; a moved device goes back.
void remove_leftovers(const InterfaceJob& job, const Sides& sides);
// Makes the interface, up and with its addresses, and tells `rollback` how to undo it.
void make_interface(const InterfaceJob& job, const Sides& sides, Rollback& rollback);

// After the container: the host end, if the kernel has not removed it with its peer.
void remove_host_end(const InterfaceJob& job, Netlink& host_links);
// After the container: a device that the kernel gave back gets its old name again. False while it
// has not come back.
bool try_restore_device(const InterfaceJob& job, Netlink& host_links);

}  // namespace wpar::hooks
