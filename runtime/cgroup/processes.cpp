// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/processes.h"

#include "runtime/base/text.h"
#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {

void parse_processes(std::string_view text, std::vector<pid_t>& pids) {
  if (text.empty()) {
    return;
  }
  for (const std::string_view line : split(text, '\n')) {
    const auto pid = parse_integer<pid_t>(line);
    if (pid && *pid > 0) {
      pids.push_back(*pid);
    }
  }
}

void collect_processes(BorrowedFd directory, std::vector<pid_t>& pids) {
  const auto collect = [&](BorrowedFd one) {
    parse_processes(find_text(one, "cgroup.procs").value_or(""), pids);
  };
  collect(directory);
  walk_below(directory, collect, [](BorrowedFd, const std::string&) {});
}

}  // namespace wpar::cgroup
