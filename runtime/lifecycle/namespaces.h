// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parent's part of namespaces: files of those to join, and what a clone can only inherit.
// Parent.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/init/context.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

struct OpenedNamespaces {
  std::vector<init::NamespaceHandle> joins;  // for init; the user namespace first
  UniqueFd pid;                              // for ChildNamespaces
  UniqueFd time;
};

int clone_flag(plan::NamespaceKind kind);

// Checks the type of the namespace file (ioctl_ns(2), NS_GET_NSTYPE).
UniqueFd open_namespace(const std::string& path, int flag);
// Opens every namespace file of the plan.
OpenedNamespaces open_namespaces(const plan::NamespacePlan& plan);

// Until the end of the scope, processes we make are born into these pid and time namespaces
// (pid_namespaces(7), time_namespaces(7)); hooks that run later must not be.
class ChildNamespaces {
 public:
  ChildNamespaces() = default;
  ChildNamespaces(const ChildNamespaces&) = delete;
  ChildNamespaces& operator=(const ChildNamespaces&) = delete;
  ~ChildNamespaces();

  // `pid_namespace`: a namespace file or the pidfd of a process in it.
  void enter_pid(BorrowedFd pid_namespace);
  void enter_time(BorrowedFd time_namespace);

 private:
  UniqueFd own_pid_;
  UniqueFd own_time_;
};

}  // namespace wpar::lifecycle
