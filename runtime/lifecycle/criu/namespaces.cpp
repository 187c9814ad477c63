// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/namespaces.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/lifecycle/criu/criu.h"
#include "runtime/plan/namespaces.h"
#include "runtime/sys/open.h"

namespace wpar::lifecycle {
namespace {

using plan::NamespaceKind;

// The key under which the images refer to it; empty for kinds that are joined by path.
std::string external_key(NamespaceKind kind) {
  return kind == NamespaceKind::kNetwork ? "extRootNetNS"
         : kind == NamespaceKind::kPid   ? "extRootPidNS"
                                         : "";
}

const plan::NamespaceFact& fact_of(NamespaceKind kind) {
  return plan::kNamespaceKinds[static_cast<std::size_t>(kind)];
}

ino_t namespace_inode(const std::string& process, std::string_view name) {
  const std::string path = fmt::format("/proc/{}/ns/{}", process, name);
  struct stat info = {};
  if (::stat(path.c_str(), &info) < 0) {
    if (errno == ENOENT) {
      return 0;  // a kernel without this kind
    }
    throw_errno("stat {}", path);
  }
  return info.st_ino;
}

}  // namespace

std::vector<std::string> external_namespaces(const plan::NamespacePlan& plan, pid_t pid) {
  std::vector<std::string> external;
  for (const plan::NamespaceJoin& join : plan.join) {
    const std::string key = external_key(join.kind);
    if (!key.empty()) {
      const std::string_view name = fact_of(join.kind).proc_name;
      external.push_back(
          fmt::format("{}[{}]:{}", name, namespace_inode(std::to_string(pid), name), key));
    }
  }
  return external;
}

void join_namespaces(const plan::NamespacePlan& plan, CriuOptions& request,
                     std::vector<UniqueFd>& opened) {
  for (const plan::NamespaceJoin& join : plan.join) {
    const std::string key = external_key(join.kind);
    if (key.empty()) {
      request.join_namespaces.emplace_back(fact_of(join.kind).proc_name, join.path);
      continue;
    }
    opened.push_back(
        in_context("/linux/namespaces", [&] { return sys::open_path(join.path, O_RDONLY); }));
    request.inherited_fds.push_back(
        {.key = key, .fd = kFirstCriuDescriptor + static_cast<int>(opened.size()) - 1});
  }
}

std::uint64_t observed_namespaces(pid_t pid) {
  std::uint64_t flags = 0;
  for (const plan::NamespaceFact& fact : plan::kNamespaceKinds) {
    if (namespace_inode(std::to_string(pid), fact.proc_name) !=
        namespace_inode("self", fact.proc_name)) {
      flags |= fact.clone_flag;
    }
  }
  return flags;
}

std::vector<std::pair<std::string, std::string>> cgroup_roots(
    const cgroup::Host& hierarchies, const std::vector<std::string>& directories) {
  std::vector<std::pair<std::string, std::string>> roots;
  for (std::size_t i = 0; i < directories.size(); ++i) {
    const cgroup::Hierarchy& hierarchy = hierarchies.hierarchies[i];
    const std::string path = clean_path(fmt::format(
        "{}/{}", hierarchy.mount_root, directories[i].substr(hierarchy.mount_point.size())));
    if (hierarchy.v2) {
      roots.emplace_back("", path);
      continue;
    }
    for (const std::string& controller : hierarchy.controllers) {
      roots.emplace_back(controller, path);
    }
  }
  return roots;
}

}  // namespace wpar::lifecycle
