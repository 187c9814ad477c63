// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/namespaces.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/plan/namespaces.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/open.h"

namespace wpar::lifecycle {

UniqueFd open_namespace(const std::string& path, int flag) {
  UniqueFd fd = sys::open_path(path, O_RDONLY);
  const int type = ::ioctl(fd.get(), NS_GET_NSTYPE);
  if (type < 0) {
    throw_error(ErrorKind::kInvalidConfig, "{} is not a namespace", path);
  }
  if (type != flag) {
    throw_error(ErrorKind::kInvalidConfig, "{} is a namespace of another type", path);
  }
  return fd;
}

int clone_flag(plan::NamespaceKind kind) {
  return static_cast<int>(plan::kNamespaceKinds[static_cast<std::size_t>(kind)].clone_flag);
}

OpenedNamespaces open_namespaces(const plan::NamespacePlan& plan) {
  OpenedNamespaces opened;
  for (const plan::NamespaceJoin& join : plan.join) {
    const auto flag = clone_flag(join.kind);
    UniqueFd file =
        in_context("/linux/namespaces", [&] { return open_namespace(join.path, flag); });
    if (flag == CLONE_NEWPID) {
      opened.pid = std::move(file);
    } else if (flag == CLONE_NEWTIME) {
      opened.time = std::move(file);
    } else {
      opened.joins.push_back({.flag = flag, .file = std::move(file)});
    }
  }
  return opened;
}

ChildNamespaces::~ChildNamespaces() {
  // Where we could not come back, a stager joins (Input::cannot_return).
  if (own_pid_) {
    static_cast<void>(sys::try_join_namespaces(own_pid_, CLONE_NEWPID));
  }
  if (own_time_) {
    static_cast<void>(sys::try_join_namespaces(own_time_, CLONE_NEWTIME));
  }
}

void ChildNamespaces::enter_pid(BorrowedFd pid_namespace) {
  own_pid_ = sys::open_path("/proc/self/ns/pid", O_RDONLY);
  sys::join_namespaces(pid_namespace, CLONE_NEWPID);
}

void ChildNamespaces::enter_time(BorrowedFd time_namespace) {
  own_time_ = sys::open_path("/proc/self/ns/time", O_RDONLY);
  sys::join_namespaces(time_namespace, CLONE_NEWTIME);
}

}  // namespace wpar::lifecycle
