// SPDX-License-Identifier: Apache-2.0
#pragma once
// Config + HostFacts + what the command line said → Plan. Pure; throws Error(kInvalidConfig) whose
// text begins with the JSON pointer, one line per finding, or Error(kUnsupported) for what is
// understood but not available. Called by lifecycle/create and lifecycle/exec.

#include <string>
#include <vector>

#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "runtime/plan/services.h"
#include "specs/oci/config.h"

namespace wpar::plan {

struct CreateRequest {
  std::string id;
  std::string bundle;  // absolute
  bool no_pivot = false;
  bool no_new_keyring = false;
  CgroupManager cgroup_manager = CgroupManager::kCgroupfs;
  bool any_systemd_property = false;  // --systemd-properties
  unsigned int preserve_fds = 0;
  ServiceRequest service = {};
};

// All findings at once; empty when the configuration can be carried out. Each begins with a JSON
// pointer.
std::vector<std::string> validate(const oci::Config& config, const HostFacts& host);

// Calls validate() first.
Plan build_plan(const oci::Config& config, const HostFacts& host, const CreateRequest& request);

// `process` replaces the container's own; seccomp and the user namespace are the container's.
ExecPlan build_exec_plan(const oci::Config& config, const oci::Process& process,
                         const HostFacts& host, unsigned int preserve_fds);

// `mounts add`: a plan that holds nothing but these mounts for the container of `config`. Places in
// error texts are those of the list.
Plan build_mounts_plan(const oci::Config& config, const std::vector<oci::Mount>& mounts,
                       const HostFacts& host, const CreateRequest& request);
// `mounts remove`: only where they are.
Plan build_removal_plan(const std::vector<oci::Mount>& mounts);

}  // namespace wpar::plan
