// SPDX-License-Identifier: Apache-2.0
#pragma once
// bpf(2) for the device program of a v2 cgroup. Nothing is pinned: an attached program lives as
// long as its cgroup. apply.cpp calls it. Throws kSystem, with the verifier's last words when it
// refuses.

#include <linux/bpf.h>

#include <string>
#include <vector>

#include "runtime/base/fd.h"

namespace wpar::cgroup {

UniqueFd load_device_program(const std::vector<bpf_insn>& program);

// Attaches the program to the directory, then detaches those that this function attached before,
// known by their name: no instant without a program, and in between what both allow is allowed.
// Programs of others (a service manager) stay; the kernel asks all. `path` is for errors.
void replace_device_program(BorrowedFd directory, const std::string& path,
                            const std::vector<bpf_insn>& program);

}  // namespace wpar::cgroup
