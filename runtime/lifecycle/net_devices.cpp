// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/net_devices.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "runtime/base/error.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/netlink.h"
#include "runtime/sys/open.h"

namespace wpar::lifecycle {
namespace {

UniqueFd own_network() {
  return sys::open_path("/proc/self/ns/net", O_RDONLY);
}

// A route socket lives where it was made: the process goes there for a moment.
sys::RouteSocket socket_in(BorrowedFd network, BorrowedFd own) {
  sys::join_namespaces(network, CLONE_NEWNET);
  struct Return {
    int own;
    ~Return() { static_cast<void>(sys::try_join_namespaces(BorrowedFd(own), CLONE_NEWNET)); }
  } const back{own.get()};
  return {};
}

// Both sides of the move. The undo shares it: it holds the container's network namespace, which
// dies with the container otherwise, and its devices with it.
struct Sides {
  explicit Sides(pid_t pid)
      : host_namespace(own_network()),
        container_namespace(sys::open_path(fmt::format("/proc/{}/ns/net", pid), O_RDONLY)),
        container(socket_in(container_namespace, host_namespace)) {}

  UniqueFd host_namespace;
  UniqueFd container_namespace;
  sys::RouteSocket host;
  sys::RouteSocket container;
};

bool is_same_file(BorrowedFd one, BorrowedFd other) {
  struct stat a = {};
  struct stat b = {};
  if (::fstat(one.get(), &a) < 0 || ::fstat(other.get(), &b) < 0) {
    throw_errno("stat a network namespace");
  }
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// "eth%d" → the first that is free, as the kernel would choose.
std::string choose_name(const std::string& wanted, const sys::RouteSocket& where) {
  const std::size_t percent = wanted.find("%d");
  if (percent == std::string::npos) {
    if (where.find_link(wanted)) {
      throw_error(ErrorKind::kAlreadyExists,
                  "the container's network namespace has a device {} already", wanted);
    }
    return wanted;
  }
  constexpr int kMaxNumber = 32767;
  for (int number = 0; number <= kMaxNumber; ++number) {
    std::string name =
        fmt::format("{}{}{}", wanted.substr(0, percent), number, wanted.substr(percent + 2));
    if (!where.find_link(name)) {
      return name;
    }
  }
  throw_error(ErrorKind::kSystem, "no number is free for {}", wanted);
}

void restore(const sys::RouteSocket& side, const std::string& name,
             const std::vector<sys::NetAddress>& addresses, bool up) {
  const auto link = side.find_link(name);
  if (!link) {
    throw Error(ENODEV, fmt::format("look up {} after the move", name));
  }
  for (const sys::NetAddress& address : addresses) {
    side.add_address(link->index, address);
  }
  if (up) {
    side.set_up(link->index);
  }
}

// Only what has left. Under its new name, or under the old one if the kernel moved it and then
// could not rename it.
void move_back(const Sides& sides, const plan::NetDevicePlan& device, const std::string& inside,
               const std::vector<sys::NetAddress>& addresses, bool up) {
  if (sides.host.find_link(device.name)) {
    return;
  }
  auto link = sides.container.find_link(inside);
  if (!link) {
    link = sides.container.find_link(device.name);
  }
  if (link) {
    sides.container.move_link(link->index, sides.host_namespace, device.name);
    restore(sides.host, device.name, addresses, up);
  }
}

void move_one(const std::shared_ptr<Sides>& sides, const plan::NetDevicePlan& device,
              Rollback& rollback) {
  const auto link = sides->host.find_link(device.name);
  if (!link) {
    throw Error(ENODEV, "look it up on the host");
  }
  const std::string inside = choose_name(device.inside, sides->container);
  const auto addresses = sides->host.permanent_addresses(link->index);
  rollback.on_failure([sides, device, inside, addresses, up = link->up] {
    move_back(*sides, device, inside, addresses, up);
  });
  sides->host.move_link(link->index, sides->container_namespace, inside);
  restore(sides->container, inside, addresses, true);
}

}  // namespace

void move_net_devices(const std::vector<plan::NetDevicePlan>& devices, pid_t pid,
                      Rollback& rollback) {
  if (devices.empty()) {
    return;
  }
  const auto sides = std::make_shared<Sides>(pid);
  if (is_same_file(sides->host_namespace, sides->container_namespace)) {
    throw_error(ErrorKind::kInvalidConfig,
                "/linux/netDevices: the container is in the runtime's own network namespace");
  }
  for (const plan::NetDevicePlan& device : devices) {
    in_context(fmt::format("network device {}", device.name),
               [&] { move_one(sides, device, rollback); });
  }
}

}  // namespace wpar::lifecycle
