// SPDX-License-Identifier: Apache-2.0
#include "hooks/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "runtime/base/error.h"

namespace wpar::hooks {
namespace {

UniqueFd open_namespace(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    throw_errno("open {}", path);
  }
  return fd;
}

struct stat look_at(BorrowedFd fd) {
  struct stat status {};
  if (::fstat(fd.get(), &status) < 0) {
    throw_errno("look at a network namespace");
  }
  return status;
}

}  // namespace

NetworkNamespace NetworkNamespace::own() {
  return NetworkNamespace(open_namespace("/proc/thread-self/ns/net"));
}

NetworkNamespace NetworkNamespace::of_process(int pid) {
  return NetworkNamespace(open_namespace(fmt::format("/proc/{}/ns/net", pid)));
}

bool NetworkNamespace::is_same(const NetworkNamespace& other) const {
  const struct stat mine = look_at(fd_);
  const struct stat theirs = look_at(other.fd_);
  return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
}

NetworkNamespace::Visit::Visit(const NetworkNamespace& there)
    : home_(open_namespace("/proc/thread-self/ns/net")) {
  if (::setns(there.fd_.get(), CLONE_NEWNET) < 0) {
    throw_errno("enter the container's network namespace");
  }
}

NetworkNamespace::Visit::~Visit() {
  // Going on in the wrong namespace would do the host's work inside the container.
  if (::setns(home_.get(), CLONE_NEWNET) < 0) {
    std::abort();
  }
}

}  // namespace wpar::hooks
