// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a bundle's directory to its plan, and from a plan to the record of a process that carries it
// out: what create and restore have in common, and checkpoint reads again.

#include <string>

#include "runtime/cgroup/cgroup.h"
#include "runtime/lifecycle/lifecycle.h"
#include "runtime/plan/host.h"
#include "runtime/plan/plan.h"
#include "runtime/state/record.h"

namespace wpar::lifecycle {

// The absolute path of `given`; the current directory when it is empty.
std::string from_current_directory(const std::string& given);
// The text of the bundle's config.json, or of `other_file` when that is not empty (--config).
std::string read_config(const std::string& bundle, const std::string& other_file);
// Warnings of the plan are logged. `bundle` is absolute.
plan::Plan make_plan(const Context& context, plan::HostFacts& host, const CreateOptions& options,
                     const std::string& bundle, const std::string& config_text);

// `namespaces`: CLONE_NEW* that the process does not share with us. Throws when it has ended.
state::Record make_record(const plan::Plan& plan, pid_t pid, std::uint64_t namespaces,
                          const cgroup::Cgroup& cgroup);

}  // namespace wpar::lifecycle
