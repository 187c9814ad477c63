// SPDX-License-Identifier: Apache-2.0
#pragma once
// Namespaces that the container joined belong to others: CRIU leaves network and pid namespaces out
// of the images and is given them at restore; the others it joins by their path, as runc has it.
// Called by checkpoint.cpp and restore.cpp.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/lifecycle/criu/request.h"
#include "runtime/plan/plan.h"

namespace wpar::lifecycle {

// For a dump: "net[4026532000]:extRootNetNS".
std::vector<std::string> external_namespaces(const plan::NamespacePlan& plan, pid_t pid);
// For a restore. Namespace files that CRIU needs as descriptors are added to `opened`, whose first
// becomes number kFirstCriuDescriptor.
void join_namespaces(const plan::NamespacePlan& plan, CriuOptions& request,
                     std::vector<UniqueFd>& opened);

// CLONE_NEW* of the namespaces that the process does not share with us. CRIU may have given it more
// than the plan says: a time namespace, so that clocks go on where they stopped.
std::uint64_t observed_namespaces(pid_t pid);

// Where CRIU shall put the cgroups of the images: controller → path in its hierarchy.
std::vector<std::pair<std::string, std::string>> cgroup_roots(
    const cgroup::Host& hierarchies, const std::vector<std::string>& directories);

}  // namespace wpar::lifecycle
