// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/build.h"
#include "runtime/plan/findings.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/process.h"
#include "runtime/plan/seccomp.h"
#include "runtime/plan/seccomp_cache.h"

namespace wpar::plan {

// The container's configuration was accepted at create, so only what the new process brings is
// looked at again, and the filter, which is compiled from its words once more.
ExecPlan build_exec_plan(const oci::Config& config, const oci::Process& process,
                         const HostFacts& host, unsigned int preserve_fds) {
  Findings findings;
  const NamespacePlan namespaces = plan_namespaces(config.linux_, findings);
  ExecPlan plan;
  plan.preserve_fds = preserve_fds;
  plan.process = plan_process(process, config, namespaces, host, findings);
  if (config.linux_.seccomp) {
    check_seccomp(*config.linux_.seccomp, findings);
  }
  findings.throw_if_any();
  if (config.linux_.seccomp) {
    plan_seccomp(*config.linux_.seccomp, host, plan.process.seccomp);
  }
  plan.warnings = findings.take_warnings();
  return plan;
}

}  // namespace wpar::plan
