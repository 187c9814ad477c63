// SPDX-License-Identifier: Apache-2.0
#pragma once
// open(2) and openat(2), always close-on-exec. Any process; below a container root use RootDir
// instead.

#include <sys/types.h>

#include <string>

#include "runtime/base/fd.h"

namespace wpar::sys {

// Throws Error(kSystem) "open PATH: …".
UniqueFd open_path(const std::string& path, int flags);
// Below a directory handle; `mode` counts with O_CREAT.
UniqueFd open_at(BorrowedFd directory, const std::string& name, int flags, mode_t mode = 0);
// Invalid with errno when it fails.
UniqueFd try_open_at(BorrowedFd directory, const std::string& name, int flags, mode_t mode = 0);
// An O_PATH handle of this process's "/".
UniqueFd open_root();

}  // namespace wpar::sys
