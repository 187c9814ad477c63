// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.netDevices: devices of the runtime's network namespace become the container's
// (config-linux.md, "Network Devices"). Parent.

#include <sys/types.h>

#include <vector>

#include "runtime/base/rollback.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// Into the network namespace of the process `pid`, a child of ours. What has been moved goes back
// with `rollback`, under its old name, with its addresses.
void move_net_devices(const std::vector<plan::NetDevicePlan>& devices, pid_t pid,
                      Rollback& rollback);

}  // namespace wpar::lifecycle
