// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/scheduling.h"

#include <linux/ioprio.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <limits>

#include "runtime/base/error.h"

namespace wpar::sys {
namespace {

// struct sched_attr of sched_setattr(2), which some versions of <sched.h> and <linux/sched/types.h>
// both define.
struct KernelSchedulerAttributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;
  std::uint64_t deadline;
  std::uint64_t period;
  std::uint32_t utilization_min;
  std::uint32_t utilization_max;
};
static_assert(sizeof(KernelSchedulerAttributes) == 56);  // SCHED_ATTR_SIZE_VER1

}  // namespace

void set_scheduler(pid_t pid, const SchedulerAttributes& attributes) {
  constexpr std::uint32_t kDefaultClamp = ~std::uint32_t{0};
  const KernelSchedulerAttributes wanted = {.size = sizeof(KernelSchedulerAttributes),
                                            .policy = attributes.policy,
                                            .flags = attributes.flags,
                                            .nice = attributes.nice,
                                            .priority = attributes.priority,
                                            .runtime = attributes.runtime,
                                            .deadline = attributes.deadline,
                                            .period = attributes.period,
                                            .utilization_min = kDefaultClamp,
                                            .utilization_max = kDefaultClamp};
  if (::syscall(SYS_sched_setattr, pid, &wanted, 0) < 0) {
    throw_errno("set the scheduling policy (sched_setattr)");
  }
}

void set_io_priority(pid_t pid, int priority) {
  if (::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, priority) < 0) {
    throw_errno("set the I/O priority (ioprio_set)");
  }
}

void set_cpu_affinity(pid_t pid, const std::vector<unsigned long>& cpus) {
  if (::syscall(SYS_sched_setaffinity, pid, cpus.size() * sizeof(unsigned long), cpus.data()) < 0) {
    throw_errno("set the CPU affinity (sched_setaffinity)");
  }
}

void set_memory_policy(int mode, const std::vector<unsigned long>& nodes) {
  // The kernel takes one bit less than it is told.
  const unsigned long bits =
      nodes.empty() ? 0 : nodes.size() * std::numeric_limits<unsigned long>::digits + 1;
  if (::syscall(SYS_set_mempolicy, mode, nodes.empty() ? nullptr : nodes.data(), bits) < 0) {
    throw_errno("set the memory policy (set_mempolicy)");
  }
}

void set_personality(unsigned long persona) {
  if (::personality(persona) < 0) {
    throw_errno("set the personality");
  }
}

}  // namespace wpar::sys
