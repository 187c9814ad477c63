// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/credentials.h"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/base/error.h"

namespace wpar::sys {
namespace {

constexpr int kCapabilityBits = 64;

__user_cap_header_struct capability_header() {
  return {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
}

constexpr std::uint32_t low(std::uint64_t set) {
  return static_cast<std::uint32_t>(set);
}
constexpr std::uint32_t high(std::uint64_t set) {
  return static_cast<std::uint32_t>(set >> 32);
}

}  // namespace

void set_groups(const std::vector<gid_t>& groups) {
  if (::syscall(SYS_setgroups, groups.size(), groups.data()) < 0) {
    throw_errno("set the supplementary groups");
  }
}

void set_gid(gid_t gid) {
  if (::syscall(SYS_setresgid, gid, gid, gid) < 0) {
    throw_errno("become group {}", gid);
  }
}

void set_uid(uid_t uid) {
  if (::syscall(SYS_setresuid, uid, uid, uid) < 0) {
    throw_errno("become user {}", uid);
  }
}

void keep_capabilities(bool keep) {
  if (::prctl(PR_SET_KEEPCAPS, keep ? 1UL : 0UL, 0, 0, 0) < 0) {
    throw_errno("set keep-capabilities");
  }
}

void set_capabilities(const CapabilitySets& sets) {
  __user_cap_header_struct header = capability_header();
  const __user_cap_data_struct data[2] = {
      {low(sets.effective), low(sets.permitted), low(sets.inheritable)},
      {high(sets.effective), high(sets.permitted), high(sets.inheritable)}};
  if (::syscall(SYS_capset, &header, data) < 0) {
    throw_errno("set capabilities");
  }
}

void limit_bounding_set(std::uint64_t keep) {
  for (int number = 0; number < kCapabilityBits; ++number) {
    if ((keep >> number & 1) != 0) {
      continue;
    }
    if (::prctl(PR_CAPBSET_DROP, static_cast<unsigned long>(number), 0, 0, 0) == 0) {
      continue;
    }
    if (errno == EINVAL) {
      return;  // the first number that this kernel does not know
    }
    throw_errno("drop {} from the bounding set", capability_name(number));
  }
}

void set_ambient(std::uint64_t ambient) {
  if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
    throw_errno("clear the ambient capabilities");
  }
  for (int number = 0; ambient >> number != 0; ++number) {
    if ((ambient >> number & 1) != 0 && ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
                                                static_cast<unsigned long>(number), 0, 0) < 0) {
      throw_errno("raise the ambient capability {}", capability_name(number));
    }
  }
}

void set_no_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0, 0, 0) < 0) {
    throw_errno("set no_new_privs");
  }
}

std::string capability_name(int number) {
  char* name = ::cap_to_name(number);
  std::string text = name == nullptr ? fmt::format("cap_{}", number) : name;
  ::cap_free(name);
  return text;
}

}  // namespace wpar::sys
