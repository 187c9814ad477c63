// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the kernel shares its CPUs, disks and memory nodes with a process. The first three are set by
// the parent, whose rights a user namespace does not lessen; the last two only a process can set
// for itself, so init does.

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace wpar::sys {

// The members of sched_attr, without its size.
struct SchedulerAttributes {
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

// sched_setattr(2). A utilization clamp is set to its default: there is no value to be given.
void set_scheduler(pid_t pid, const SchedulerAttributes& attributes);
// ioprio_set(2) of one process: a class and a level.
void set_io_priority(pid_t pid, int priority);
// sched_setaffinity(2); 0 is the caller itself.
void set_cpu_affinity(pid_t pid, const std::vector<unsigned long>& cpus);
// set_mempolicy(2) of the caller; `mode` with its flags.
void set_memory_policy(int mode, const std::vector<unsigned long>& nodes);
// personality(2) of the caller.
void set_personality(unsigned long persona);

}  // namespace wpar::sys
