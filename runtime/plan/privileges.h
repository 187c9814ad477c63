// SPDX-License-Identifier: Apache-2.0
#pragma once
// noNewPrivileges, the moment of the seccomp filter, and the security labels of the program.
// Called by process.cpp.

#include <string>

#include "runtime/plan/findings.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "specs/oci/process.h"

namespace wpar::plan {

struct PrivilegePlan {
  bool no_new_privileges = false;
  SeccompMoment seccomp = SeccompMoment::kNever;
  std::string apparmor_profile;  // empty: none
  std::string selinux_label;     // empty: none
};

PrivilegePlan plan_privileges(const oci::Process& process, const HostFacts& host, bool has_filter,
                              Findings& findings);

}  // namespace wpar::plan
