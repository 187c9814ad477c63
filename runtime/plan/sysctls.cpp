// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/sysctls.h"

#include <algorithm>
#include <array>

#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

struct Owner {
  std::string_view path;  // with a final slash: everything below
  NamespaceKind kind;
};

constexpr auto kOwners = std::to_array<Owner>({
    {"fs/mqueue/", NamespaceKind::kIpc},
    {"kernel/auto_msgmni", NamespaceKind::kIpc},
    {"kernel/domainname", NamespaceKind::kUts},
    {"kernel/msg_next_id", NamespaceKind::kIpc},
    {"kernel/msgmax", NamespaceKind::kIpc},
    {"kernel/msgmnb", NamespaceKind::kIpc},
    {"kernel/msgmni", NamespaceKind::kIpc},
    {"kernel/sem", NamespaceKind::kIpc},
    {"kernel/sem_next_id", NamespaceKind::kIpc},
    {"kernel/shm_next_id", NamespaceKind::kIpc},
    {"kernel/shm_rmid_forced", NamespaceKind::kIpc},
    {"kernel/shmall", NamespaceKind::kIpc},
    {"kernel/shmmax", NamespaceKind::kIpc},
    {"kernel/shmmni", NamespaceKind::kIpc},
    {"net/", NamespaceKind::kNetwork},
    {"user/", NamespaceKind::kUser},
});

const Owner* find_owner(std::string_view path) {
  const auto found = std::ranges::find_if(kOwners, [&](const Owner& owner) {
    return owner.path.ends_with('/') ? path.starts_with(owner.path) : path == owner.path;
  });
  return found == kOwners.end() ? nullptr : &*found;
}

bool is_clean(std::string_view path) {
  return std::ranges::all_of(split(path, '/'), [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           std::ranges::all_of(part, [](char c) { return c > ' ' && c < 127; });
  });
}

bool accept_key(const std::string& path, const oci::Config& config, const NamespacePlan& namespaces,
                const Pointer& at, Findings& findings) {
  if (!is_clean(path)) {
    findings.invalid(at, "is not the name of a kernel parameter");
    return false;
  }
  if (path == "kernel/hostname") {
    findings.invalid(at, "use /hostname instead");
    return false;
  }
  if (path == "kernel/domainname" && config.domainname) {
    findings.invalid(at, "conflicts with /domainname");
    return false;
  }
  const Owner* owner = find_owner(path);
  if (owner == nullptr) {
    findings.invalid(at, "does not belong to a namespace: it would change the host");
    return false;
  }
  if (!is_private(namespaces, owner->kind)) {
    findings.invalid(at, "needs a {} namespace of the container's own",
                     kNamespaceKinds.at(static_cast<std::size_t>(owner->kind)).word);
    return false;
  }
  return true;
}

}  // namespace

std::string sysctl_path(std::string_view key) {
  std::string path(key);
  const std::size_t separator = path.find_first_of("./");
  if (separator == std::string::npos || path[separator] == '/') {
    return path;
  }
  for (char& c : path) {
    if (c == '.') {
      c = '/';
    } else if (c == '/') {
      c = '.';
    }
  }
  return path;
}

std::vector<SysctlPlan> plan_sysctls(const oci::Config& config, const NamespacePlan& namespaces,
                                     Findings& findings) {
  std::vector<SysctlPlan> plans;
  for (const auto& [key, value] : config.linux_.sysctl) {
    const std::string pointer = "/linux/sysctl/" + pointer_part(key);
    std::string path = sysctl_path(key);
    if (!findings.accept_text({pointer}, value) ||
        !accept_key(path, config, namespaces, {pointer}, findings)) {
      continue;
    }
    if (std::ranges::find(plans, path, &SysctlPlan::path) != plans.end()) {
      findings.invalid({pointer}, "is in the list twice, in two spellings");
      continue;
    }
    plans.push_back({.path = std::move(path), .value = value});
  }
  return plans;
}

}  // namespace wpar::plan
