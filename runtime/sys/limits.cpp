// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/limits.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/sys/open.h"

namespace wpar::sys {

void set_rlimit(int resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  if (::setrlimit(static_cast<__rlimit_resource>(resource), &limit) == 0) {
    return;
  }
  rlimit now = {};
  if (errno == EPERM && ::getrlimit(static_cast<__rlimit_resource>(resource), &now) == 0) {
    throw Error(EPERM,
                fmt::format("set the limit to {} (hard {}): above the hard limit {}, without "
                            "CAP_SYS_RESOURCE",
                            soft, hard, now.rlim_max));
  }
  throw_errno("set the limit to {} (hard {})", soft, hard);
}

void set_hostname(const std::string& name) {
  if (::sethostname(name.data(), name.size()) < 0) {
    throw_errno("set the hostname to {}", name);
  }
}

void set_domainname(const std::string& name) {
  if (::setdomainname(name.data(), name.size()) < 0) {
    throw_errno("set the domainname to {}", name);
  }
}

bool try_join_namespaces(BorrowedFd descriptor, int flags) noexcept {
  return ::setns(descriptor.get(), flags) == 0;
}

void join_namespaces(BorrowedFd descriptor, int flags) {
  if (!try_join_namespaces(descriptor, flags)) {
    throw_errno("join namespaces (setns)");
  }
}

void unshare_namespaces(int flags) {
  if (::unshare(flags) < 0) {
    throw_errno("create namespaces (unshare)");
  }
}

void unshare_time_namespace(const std::string& offsets) {
  unshare_namespaces(CLONE_NEWTIME);
  const UniqueFd file = open_path("/proc/self/timens_offsets", O_WRONLY);
  write_all(file, offsets, "/proc/self/timens_offsets");
}

bool join_new_session_keyring() {
  if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr, 0, 0, 0) >= 0) {
    return true;
  }
  if (errno == ENOSYS || errno == EPERM) {
    return false;
  }
  throw_errno("join a new session keyring");
}

void bring_loopback_up() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) {
    throw_errno("create a socket to bring lo up");
  }
  ifreq request = {};
  std::memcpy(request.ifr_name, "lo", sizeof("lo"));
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) < 0) {
    throw_errno("bring lo up");
  }
}

}  // namespace wpar::sys
