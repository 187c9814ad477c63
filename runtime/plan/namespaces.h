// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.namespaces → which namespaces are made and which are joined (namespaces(7), clone(2)); also
// linux.timeOffsets, which only make sense beside a new time namespace. Called by build.cpp,
// exec.cpp.

#include <sched.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/plan/findings.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

struct NamespaceFact {
  NamespaceKind kind;
  std::string_view word;       // in config.json
  std::string_view proc_name;  // below /proc/PID/ns
  std::uint64_t clone_flag;
};

// In the order of NamespaceKind. 0x80 is CLONE_NEWTIME, which older headers do not have.
inline constexpr std::array<NamespaceFact, 8> kNamespaceKinds = {{
    {NamespaceKind::kUser, "user", "user", CLONE_NEWUSER},
    {NamespaceKind::kMount, "mount", "mnt", CLONE_NEWNS},
    {NamespaceKind::kPid, "pid", "pid", CLONE_NEWPID},
    {NamespaceKind::kNetwork, "network", "net", CLONE_NEWNET},
    {NamespaceKind::kIpc, "ipc", "ipc", CLONE_NEWIPC},
    {NamespaceKind::kUts, "uts", "uts", CLONE_NEWUTS},
    {NamespaceKind::kCgroup, "cgroup", "cgroup", CLONE_NEWCGROUP},
    {NamespaceKind::kTime, "time", "time", 0x80},
}};

NamespacePlan plan_namespaces(const oci::Linux& config, Findings& findings);

// True when the container does not share this namespace with the runtime: a new one or a joined
// one. That a joined one is not the host's own after all only the kernel can tell (init, by inode).
bool is_private(const NamespacePlan& plan, NamespaceKind kind);
bool is_new(const NamespacePlan& plan, NamespaceKind kind);

// Text for /proc/self/timens_offsets (time_namespaces(7)).
std::string plan_time_offsets(const oci::Linux& config, const NamespacePlan& namespaces,
                              const HostFacts& host, Findings& findings);

}  // namespace wpar::plan
