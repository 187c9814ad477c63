// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/notify.h"

#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "runtime/base/error.h"

namespace wpar::sys {

UniqueFd make_event_counter() {
  UniqueFd counter(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!counter) {
    throw_errno("make an eventfd");
  }
  return counter;
}

std::uint64_t take_event_count(BorrowedFd counter) {
  std::uint64_t count = 0;
  return ::read(counter.get(), &count, sizeof(count)) == sizeof(count) ? count : 0;
}

UniqueFd watch_file(const std::string& path) {
  UniqueFd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch || ::inotify_add_watch(watch.get(), path.c_str(), IN_MODIFY) < 0) {
    throw_errno("watch {}", path);
  }
  return watch;
}

void forget_changes(BorrowedFd watch) {
  char events[4096];
  while (::read(watch.get(), events, sizeof(events)) > 0) {
  }
}

}  // namespace wpar::sys
