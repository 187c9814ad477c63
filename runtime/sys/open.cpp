// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/open.h"

#include <fcntl.h>

#include "runtime/base/error.h"

namespace wpar::sys {

UniqueFd open_path(const std::string& path, int flags) {
  return open_at(BorrowedFd(AT_FDCWD), path, flags);
}

UniqueFd open_at(BorrowedFd directory, const std::string& name, int flags, mode_t mode) {
  UniqueFd fd = try_open_at(directory, name, flags, mode);
  if (!fd) {
    throw_errno("open {}", name);
  }
  return fd;
}

UniqueFd try_open_at(BorrowedFd directory, const std::string& name, int flags, mode_t mode) {
  for (;;) {
    UniqueFd fd(::openat(directory.get(), name.c_str(), flags | O_CLOEXEC, mode));
    if (fd || errno != EINTR) {
      return fd;
    }
  }
}

UniqueFd open_root() {
  return open_path("/", O_PATH | O_DIRECTORY);
}

}  // namespace wpar::sys
