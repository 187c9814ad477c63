// SPDX-License-Identifier: Apache-2.0
#pragma once
// Descriptors that become readable when something happens: eventfd(2), inotify(7). Parent only.

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"

namespace wpar::sys {

UniqueFd make_event_counter();
// What was added since the last call; 0 when nothing was.
std::uint64_t take_event_count(BorrowedFd counter);

// Readable after each change of the file's contents.
UniqueFd watch_file(const std::string& path);
// Forgets the changes so far.
void forget_changes(BorrowedFd watch);

}  // namespace wpar::sys
