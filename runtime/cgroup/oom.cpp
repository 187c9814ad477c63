// SPDX-License-Identifier: Apache-2.0
// v1: Documentation/admin-guide/cgroup-v1/memory.rst, section 9; v2: memory.events.
#include <fcntl.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"
#include "runtime/cgroup/stats.h"
#include "runtime/sys/notify.h"

namespace wpar::cgroup {
namespace {

std::uint64_t oom_kills(BorrowedFd directory) {
  const auto values = parse_flat_keyed(find_text(directory, "memory.events").value_or(""));
  const auto found = values.find("oom_kill");
  return found == values.end() ? 0 : found->second;
}

UniqueFd keep_open(BorrowedFd directory) {
  return UniqueFd(::fcntl(directory.get(), F_DUPFD_CLOEXEC, 3));
}

}  // namespace

OomWatch Cgroup::watch_oom() const {
  OomWatch watch;
  if (const Directory* v1 = find_controller(false, "memory")) {
    watch.directory_ = keep_open(v1->handle());
    watch.fd_ = sys::make_event_counter();
    const UniqueFd control = v1->open_file("memory.oom_control", O_RDONLY);
    v1->write("cgroup.event_control", fmt::format("{} {}", watch.fd_.get(), control.get()));
  } else if (const Directory* v2 = find_controller(true, "memory")) {
    watch.v2_ = true;
    watch.directory_ = keep_open(v2->handle());
    watch.fd_ = sys::watch_file(v2->path() + "/memory.events");
    watch.seen_ = oom_kills(watch.directory_);
  }
  return watch;
}

bool OomWatch::happened() {
  if (!v2_) {
    // The counter also moves when the cgroup is removed.
    return sys::take_event_count(fd_) != 0 && find_text(directory_, "memory.oom_control");
  }
  sys::forget_changes(fd_);
  const std::uint64_t now = oom_kills(directory_);
  const bool more = now > seen_;
  seen_ = now;
  return more;
}

}  // namespace wpar::cgroup
