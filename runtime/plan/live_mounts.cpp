// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/path.h"
#include "runtime/plan/build.h"
#include "runtime/plan/findings.h"
#include "runtime/plan/mounts.h"
#include "runtime/plan/namespaces.h"
#include "runtime/plan/rootfs.h"

namespace wpar::plan {

Plan build_mounts_plan(const oci::Config& config, const std::vector<oci::Mount>& mounts,
                       const HostFacts& host, const CreateRequest& request) {
  Findings told_at_create;
  Findings findings;
  oci::Config with_mounts = config;
  with_mounts.mounts = mounts;
  Plan plan;
  plan.id = request.id;
  plan.bundle = request.bundle;
  plan.namespaces = plan_namespaces(config.linux_, told_at_create);
  // The root is there already; of its plan only the propagation counts.
  plan.root = plan_root(config, plan.namespaces, request, told_at_create);
  plan.root.read_only = false;
  plan.mounts = plan_mounts(with_mounts, plan.namespaces, host, request.bundle, findings);
  findings.throw_if_any();
  plan.warnings = findings.take_warnings();
  return plan;
}

Plan build_removal_plan(const std::vector<oci::Mount>& mounts) {
  Findings findings;
  Plan plan;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Pointer at{"/mounts", i, "/destination"};
    MountPlan mount;
    mount.destination = join_path("/", mounts[i].destination);
    if (findings.accept_text(at, mounts[i].destination) && mount.destination == "/") {
      findings.invalid(at, "the container's root cannot be removed");
    }
    plan.mounts.push_back(std::move(mount));
  }
  findings.throw_if_any();
  return plan;
}

}  // namespace wpar::plan
