// SPDX-License-Identifier: Apache-2.0
#pragma once
// Waiting for long with little memory. Called by init at the start gate.

#include "runtime/base/fd.h"

namespace wpar::sys {

// accept4(2) with SOCK_CLOEXEC, and on the way there everything given back to the kernel that is
// not needed while nothing happens: free heap, old stack, the program's code and constants. What is
// used again comes from the page cache, with a few page faults. An invalid descriptor with errno
// when it fails.
UniqueFd accept_frugally(BorrowedFd listener) noexcept;

}  // namespace wpar::sys
