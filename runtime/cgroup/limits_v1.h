// SPDX-License-Identifier: Apache-2.0
#pragma once
// Limits → control files of the v1 controllers (Documentation/admin-guide/cgroup-v1). Pure.
// 0 means "not set" for memory, swap, reservation, shares, quota, periods and weights: the kernel
// has no such value (or would kill everything), and engines write it for fields that they leave
// alone.

#include <string_view>
#include <vector>

#include "runtime/cgroup/file_write.h"
#include "runtime/plan/limits.h"

namespace wpar::cgroup {

std::vector<FileWrite> limits_v1(const plan::Limits& limits);
// rdma.max, the same file in both versions.
std::vector<FileWrite> rdma_writes(const std::vector<plan::RdmaLimit>& limits);

// devices_v1.cpp: devices.allow and devices.deny, in the order of the rules. The first rule must be
// one for all devices. The kernel keeps a default and a list of exceptions that it matches by exact
// numbers; a rule that would cut a hole into a wider exception is refused (kUnsupported), one that
// covers narrower exceptions is followed by a line for each of them.
std::vector<FileWrite> devices_v1(const std::vector<plan::DeviceRule>& rules);

// For a cgroup in use: from what devices.list says now to what the rules mean, so that what both
// allow is allowed all the time. First what is new is allowed, then what is no more is denied.
std::vector<FileWrite> change_devices_v1(std::string_view list_now,
                                         const std::vector<plan::DeviceRule>& rules);
// The same to what devices.list said before.
std::vector<FileWrite> restore_devices_v1(std::string_view list_now, std::string_view list_before);

}  // namespace wpar::cgroup
