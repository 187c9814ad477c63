// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /process; also the whole of a process.json (exec --process).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct ConsoleSize {
  std::uint16_t height = 0;  // rows
  std::uint16_t width = 0;   // columns
  bool operator==(const ConsoleSize&) const = default;
};

struct User {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::optional<std::uint32_t> umask;  // 0 to 0o777
  std::vector<std::uint32_t> additional_gids;
  bool operator==(const User&) const = default;
};

// Names as written ("CAP_CHOWN"). An absent set is empty.
struct Capabilities {
  std::vector<std::string> bounding;
  std::vector<std::string> effective;
  std::vector<std::string> inheritable;
  std::vector<std::string> permitted;
  std::vector<std::string> ambient;
  bool operator==(const Capabilities&) const = default;
};

struct Rlimit {
  std::string type;  // "RLIMIT_NOFILE"
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
  bool operator==(const Rlimit&) const = default;
};

struct Scheduler {
  std::string policy;  // "SCHED_OTHER"
  std::optional<std::int32_t> nice;
  std::optional<std::int32_t> priority;
  std::vector<std::string> flags;
  std::optional<std::uint64_t> runtime;   // nanoseconds, SCHED_DEADLINE
  std::optional<std::uint64_t> deadline;  // nanoseconds
  std::optional<std::uint64_t> period;    // nanoseconds
  bool operator==(const Scheduler&) const = default;
};

struct IoPriority {
  std::string klass;  // "IOPRIO_CLASS_BE"
  std::int32_t priority = 0;
  bool operator==(const IoPriority&) const = default;
};

struct ExecCpuAffinity {
  std::optional<std::string> initial;  // "0-3,7"
  std::optional<std::string> final_;
  bool operator==(const ExecCpuAffinity&) const = default;
};

struct Process {
  std::optional<bool> terminal;
  std::optional<ConsoleSize> console_size;
  User user;
  std::vector<std::string> args;
  std::vector<std::string> env;  // NAME=VALUE
  std::string cwd;
  std::optional<Capabilities> capabilities;
  std::vector<Rlimit> rlimits;
  std::optional<bool> no_new_privileges;
  std::optional<std::string> apparmor_profile;
  std::optional<std::string> selinux_label;
  std::optional<std::int32_t> oom_score_adj;
  std::optional<Scheduler> scheduler;
  std::optional<IoPriority> io_priority;
  std::optional<ExecCpuAffinity> exec_cpu_affinity;
  bool operator==(const Process&) const = default;
};

}  // namespace wpar::oci
