// SPDX-License-Identifier: Apache-2.0
#pragma once
// What survives between two commands: facts only, never a status. Two documents in the container's
// directory: the journal, written before the first outside effect of `create`, so that whatever a
// killed runtime leaves behind can be found; and the record, written when init is ready.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/plan.h"

namespace wpar::state {

struct Journal {
  std::vector<std::string> cgroup_directories;
  std::vector<std::string> resctrl_directories = {};
  plan::SystemdUnit unit = {};  // without slice and properties; no name without systemd
  bool operator==(const Journal&) const = default;
};

struct Record {
  std::string id;
  std::string oci_version;
  std::string bundle;
  std::string rootfs;
  std::string created;  // RFC 3339, nanoseconds, UTC
  uid_t owner = 0;
  pid_t pid = 0;
  std::uint64_t start_time = 0;  // proc_pid_stat(5) field 22: with the pid, the identity of init
  std::uint64_t namespaces =
      0;  // CLONE_NEW* that init does not share with the runtime: exec joins them
  bool has_process = false;
  bool has_poststart_hooks = false;
  bool has_poststop_hooks = false;
  plan::CgroupManager cgroup_manager = plan::CgroupManager::kCgroupfs;
  plan::SystemdUnit unit = {};  // without slice and properties; no name without systemd
  std::vector<std::string> cgroup_directories;
  std::string freezer_directory = {};  // the one that says whether it is paused; "" none
  std::vector<std::string> resctrl_directories = {};  // delete removes them
  std::vector<std::string> resctrl_groups = {};       // exec enters them
  // What 0, 1 and 2 of init were when it began, as criu_descriptors.h names them; empty with a
  // terminal.
  std::vector<std::string> standard_descriptors = {};
  int stop_signal = 15;  // what kill sends when it is told nothing
  std::map<std::string, std::string> annotations;
  bool operator==(const Record&) const = default;
};

std::string write_journal(const Journal& journal);
Journal parse_journal(std::string_view text);
std::string write_record(const Record& record);
// Throws Error(kInvalidConfig) naming the member.
Record parse_record(std::string_view text);

}  // namespace wpar::state
