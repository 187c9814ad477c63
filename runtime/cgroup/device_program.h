// SPDX-License-Identifier: Apache-2.0
#pragma once
// Device rules → an eBPF program for a v2 cgroup (BPF_PROG_TYPE_CGROUP_DEVICE; cgroup-v2.rst,
// "Device controller"). Pure; route.cpp calls it, bpf.h attaches the result. Throws kUnsupported
// for a number that no device can have, kInternal when the first rule is not one for all devices.

#include <linux/bpf.h>

#include <vector>

#include "runtime/plan/limits.h"

namespace wpar::cgroup {

// The program returns 1 for "allowed". Each bit of a request (read, write, mknod) is decided by the
// last rule that names the device and the bit; a request is allowed when every bit of it is.
std::vector<bpf_insn> device_program(const std::vector<plan::DeviceRule>& rules);

}  // namespace wpar::cgroup
