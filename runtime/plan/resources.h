// SPDX-License-Identifier: Apache-2.0
#pragma once
// linux.resources → Limits. Called by build.cpp, and by lifecycle's `update` through
// build_limits(). Zero means "leave alone" where Go programs write an absent number as 0 and a
// limit of 0 would be of no use (memory, CPU shares, quota and period, weights); it is a real value
// for pids, swappiness, burst, idle and hugetlb.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/limits.h"
#include "specs/oci/resources.h"

namespace wpar::plan {

// `at` is the pointer of the resources object: "/linux/resources", or "" for a document of its own.
// Limits::devices holds the configuration's rules only; devices.h adds the default ones.
Limits plan_resources(const oci::Resources& resources, std::string_view at, Findings& findings);

// For `update`: throws like build_plan(); appends to `warnings`.
Limits build_limits(const oci::Resources& resources, std::vector<std::string>& warnings);

}  // namespace wpar::plan
