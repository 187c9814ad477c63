// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include "runtime/base/error.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/patience.h"

namespace wpar::cgroup {
namespace {

constexpr int kRemoveTimeoutMs = 2000;

// EBUSY means processes (perhaps dying ones) or directories below. What stays is seen next round.
int try_remove_tree(const Directory& directory) {
  const int error = directory.try_remove();
  if (error != EBUSY && error != ENOTEMPTY) {
    return error;
  }
  const BorrowedFd handle = directory.find_handle();
  if (!handle) {
    return 0;
  }
  bool removed = false;
  walk_below(
      handle, [](BorrowedFd) {},
      [&](BorrowedFd parent, const std::string& name) {
        removed = ::unlinkat(parent.get(), name.c_str(), AT_REMOVEDIR) == 0 || removed;
      });
  return removed ? directory.try_remove() : error;
}

}  // namespace

void Cgroup::remove() {
  std::vector<const Directory*> left;
  for (const Directory& directory : directories_) {
    left.push_back(&directory);
  }
  Patience patience(kRemoveTimeoutMs);
  for (;;) {
    std::vector<const Directory*> busy;
    for (const Directory* directory : left) {
      const int error = try_remove_tree(*directory);
      if (error == EBUSY || error == ENOTEMPTY) {
        busy.push_back(directory);
      } else if (error != 0) {
        throw Error(error, fmt::format("remove {}", directory->path()));
      }
    }
    if (busy.empty()) {
      return;
    }
    if (!patience.wait()) {
      throw Error(EBUSY, fmt::format("remove {}", busy.front()->path()));
    }
    left = std::move(busy);
  }
}

}  // namespace wpar::cgroup
