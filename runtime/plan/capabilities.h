// SPDX-License-Identifier: Apache-2.0
#pragma once
// process.capabilities → bit sets (capabilities(7)). Names that the kernel does not know or that
// this process cannot hand on are warned about and left out (config.md: MUST warn, SHOULD NOT
// fail). Called by process.cpp; `features` prints capability_names().

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/process.h"

namespace wpar::plan {

// Index n is capability n.
inline constexpr auto kCapabilityNames =
    std::to_array<std::string_view>({"CAP_CHOWN",
                                     "CAP_DAC_OVERRIDE",
                                     "CAP_DAC_READ_SEARCH",
                                     "CAP_FOWNER",
                                     "CAP_FSETID",
                                     "CAP_KILL",
                                     "CAP_SETGID",
                                     "CAP_SETUID",
                                     "CAP_SETPCAP",
                                     "CAP_LINUX_IMMUTABLE",
                                     "CAP_NET_BIND_SERVICE",
                                     "CAP_NET_BROADCAST",
                                     "CAP_NET_ADMIN",
                                     "CAP_NET_RAW",
                                     "CAP_IPC_LOCK",
                                     "CAP_IPC_OWNER",
                                     "CAP_SYS_MODULE",
                                     "CAP_SYS_RAWIO",
                                     "CAP_SYS_CHROOT",
                                     "CAP_SYS_PTRACE",
                                     "CAP_SYS_PACCT",
                                     "CAP_SYS_ADMIN",
                                     "CAP_SYS_BOOT",
                                     "CAP_SYS_NICE",
                                     "CAP_SYS_RESOURCE",
                                     "CAP_SYS_TIME",
                                     "CAP_SYS_TTY_CONFIG",
                                     "CAP_MKNOD",
                                     "CAP_LEASE",
                                     "CAP_AUDIT_WRITE",
                                     "CAP_AUDIT_CONTROL",
                                     "CAP_SETFCAP",
                                     "CAP_MAC_OVERRIDE",
                                     "CAP_MAC_ADMIN",
                                     "CAP_SYSLOG",
                                     "CAP_WAKE_ALARM",
                                     "CAP_BLOCK_SUSPEND",
                                     "CAP_AUDIT_READ",
                                     "CAP_PERFMON",
                                     "CAP_BPF",
                                     "CAP_CHECKPOINT_RESTORE"});

// As written in config.json: with CAP_, upper case.
std::optional<unsigned int> find_capability(std::string_view name);

// `grantable`: the host's bounding set, or all in a user namespace, which begins with a full one.
CapabilityPlan plan_capabilities(const oci::Capabilities& wanted, std::uint64_t grantable,
                                 Findings& findings);

inline constexpr std::uint64_t kAllCapabilities = (std::uint64_t{1} << kCapabilityNames.size()) - 1;

}  // namespace wpar::plan
