// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mount option tmpcopyup: a new tmpfs begins with what the directory it covers holds. Run by
// init.

#include "runtime/base/fd.h"

namespace wpar::init {

// Copies directories, regular files, links, modes and owners from `from` (O_PATH will do) into
// `to`, by handles and without following a link. Device nodes, pipes and sockets are left out.
void copy_up(BorrowedFd from, BorrowedFd to);

}  // namespace wpar::init
