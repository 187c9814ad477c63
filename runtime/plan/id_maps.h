// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.uidMappings and gidMappings → the texts of /proc/PID/{uid,gid}_map (user_namespaces(7)).
// Called by build.cpp and, for mounts, by mount_id_maps.cpp; process.cpp asks is_mapped() for the
// ids of the program.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/linux.h"

namespace wpar::plan {

inline constexpr std::size_t kMaxIdMapExtents = 340;  // user_namespaces(7), since Linux 4.15

// One list of mappings as the text for the kernel; `pointer` is the list's own place.
std::string id_map_text(const std::vector<oci::IdMapping>& mappings, std::string_view pointer,
                        Findings& findings);

IdMapPlan plan_id_maps(const oci::Linux& config, const NamespacePlan& namespaces,
                       const HostFacts& host, Findings& findings);

// Whether setgroups(2) is denied where the program will run.
bool setgroups_denied(const oci::Linux& config, const NamespacePlan& namespaces,
                      const HostFacts& host);

bool is_mapped(const std::vector<oci::IdMapping>& mappings, std::uint32_t container_id);

}  // namespace wpar::plan
