// SPDX-License-Identifier: Apache-2.0
#pragma once
// What /proc says of a process, and uname(2) of the kernel. Parent only: in a child, /proc is the
// container's.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace wpar::sys {

struct ProcessStat {
  char state = '?';  // 'R' 'S' 'Z' …
  pid_t parent = 0;
  std::uint64_t start_time = 0;  // clock ticks since boot: with the pid, the identity of a process
  bool operator==(const ProcessStat&) const = default;
};

// proc_pid_stat(5); nothing when there is no such process.
std::optional<ProcessStat> find_process_stat(pid_t pid);
// The text of /proc/PID/stat; nothing when it is not one. The name may hold blanks and brackets.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

// All process ids that /proc shows, in no order.
std::vector<pid_t> process_ids();
// What tells the pid namespace of a process from others; nothing when the process is gone.
std::optional<std::uint64_t> find_pid_namespace(pid_t pid);

// Alive and not a zombie, and the process that had this start time.
bool is_running(pid_t pid, std::uint64_t start_time);

// By the release that uname(2) gives; for what no other question to the kernel can find out.
bool kernel_is_at_least(unsigned int major, unsigned int minor);

}  // namespace wpar::sys
