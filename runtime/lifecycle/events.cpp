// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sched.h>
#include <time.h>

#include <array>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/lifecycle/container.h"
#include "runtime/lifecycle/stats_document.h"

namespace wpar::lifecycle {
namespace {

std::int64_t now_ms() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// Those of the container's own network namespace; the host's would tell nothing about it.
std::vector<InterfaceStats> interfaces_of(const state::Record& record) {
  if ((record.namespaces & CLONE_NEWNET) == 0) {
    return {};
  }
  return parse_interfaces(find_file(fmt::format("/proc/{}/net/dev", record.pid)).value_or(""));
}

std::string measure(const state::Record& record, const cgroup::Cgroup& cgroup) {
  return stats_document(record.id, cgroup.stats(), interfaces_of(record));
}

// Until init ends.
void follow(const state::Record& record, const cgroup::Cgroup& cgroup, const UniqueFd& init,
            std::int64_t interval_ms, const Emit& emit) {
  cgroup::OomWatch oom = cgroup.watch_oom();
  std::array<pollfd, 2> watched = {{{.fd = init.get(), .events = POLLIN, .revents = 0},
                                    {.fd = oom.fd().get(), .events = POLLIN, .revents = 0}}};
  std::int64_t next = now_ms() + interval_ms;
  for (;;) {
    const std::int64_t left = next - now_ms();
    if (left <= 0) {
      emit(measure(record, cgroup));
      next += interval_ms;
      continue;
    }
    constexpr std::int64_t kLongestWait = 3'600'000;
    if (::poll(watched.data(), watched.size(), static_cast<int>(std::min(left, kLongestWait))) <
            0 &&
        errno != EINTR) {
      throw_errno("wait for events of container {}", record.id);
    }
    if (watched[1].revents != 0 && oom.happened()) {
      emit(oom_document(record.id));
    }
    if (watched[0].revents != 0) {
      return;
    }
  }
}

}  // namespace

void events(const Context& context, const EventsOptions& options, const Emit& emit) {
  const Container container = open_container(context, options.id, state::Lock::kNone);
  const UniqueFd init = find_init(container.record);
  if (container.status == state::Status::kStopped || !init) {
    throw_error(ErrorKind::kWrongState, "container with id {} is not running", options.id);
  }
  if (container.record.cgroup_directories.empty()) {
    throw_error(ErrorKind::kUnsupported, "container {} has no cgroup that could be measured",
                options.id);
  }
  const cgroup::Cgroup cgroup = open_cgroup(container.record.cgroup_directories);
  if (options.once) {
    emit(measure(container.record, cgroup));
  } else {
    follow(container.record, cgroup, init, options.interval_ms, emit);
  }
}

}  // namespace wpar::lifecycle
