// SPDX-License-Identifier: Apache-2.0
#pragma once
// process.rlimits and process.oomScoreAdj → numbers for setrlimit(2) and /proc/self/oom_score_adj.
// Called by process.cpp. (limits.h is about linux.resources.)

#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/process.h"

namespace wpar::plan {

std::vector<RlimitPlan> plan_rlimits(const std::vector<oci::Rlimit>& wanted, Findings& findings);

// "RLIMIT_NOFILE" of RLIMIT_NOFILE, for `explain`.
std::string_view rlimit_name(int resource);

// Absent: the score is not touched.
void plan_oom_score(const oci::Process& process, ProcessPlan& plan, Findings& findings);

}  // namespace wpar::plan
