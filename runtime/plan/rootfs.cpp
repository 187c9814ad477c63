// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/rootfs.h"

#include <sys/mount.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"
#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

struct Propagation {
  std::string_view word;
  std::uint64_t host;       // what "/" becomes before anything is mounted
  std::uint64_t container;  // what the container's "/" becomes after the pivot
};

// shared leaves the host's "/" as it is: bind mounts can only stay peers of the host's mounts when
// nothing between them was cut. unbindable is for the container's root alone: on the host's side no
// bind mount could have a source any more.
// The four plain words are the specification's; engines also write the recursive ones.
constexpr std::array<Propagation, 8> kPropagations = {{
    {"private", MS_PRIVATE | MS_REC, MS_PRIVATE},
    {"rprivate", MS_PRIVATE | MS_REC, MS_PRIVATE | MS_REC},
    {"slave", MS_SLAVE | MS_REC, MS_SLAVE},
    {"rslave", MS_SLAVE | MS_REC, MS_SLAVE | MS_REC},
    {"shared", 0, MS_SHARED},
    {"rshared", 0, MS_SHARED | MS_REC},
    {"unbindable", MS_PRIVATE | MS_REC, MS_UNBINDABLE},
    {"runbindable", MS_PRIVATE | MS_REC, MS_UNBINDABLE | MS_REC},
}};

void plan_propagation(const std::string& word, RootPlan& plan, Findings& findings) {
  const Pointer at{"/linux/rootfsPropagation"};
  const auto found = std::ranges::find(kPropagations, word, &Propagation::word);
  if (found == kPropagations.end()) {
    findings.invalid(at, "expected shared, slave, private or unbindable, not \"{}\"", word);
    return;
  }
  plan.host_propagation = found->host;
  plan.container_propagation = found->container;
  if (plan.root_switch == RootSwitch::kDetached) {
    findings.invalid(at, "needs a mount namespace");
  }
  // Without a pivot the old root stays below the new one; unmounting in it must reach no one, but a
  // private copy would keep the host's mounts busy for ever.
  if (plan.root_switch == RootSwitch::kMoveMount && (found->container & MS_PRIVATE) != 0) {
    findings.invalid(at, "{} is not safe without pivot_root", word);
  }
}

}  // namespace

RootPlan plan_root(const oci::Config& config, const NamespacePlan& namespaces,
                   const CreateRequest& request, Findings& findings) {
  RootPlan plan;
  plan.root_switch = request.no_pivot ? RootSwitch::kMoveMount : RootSwitch::kPivot;
  if (!is_private(namespaces, NamespaceKind::kMount)) {
    plan.root_switch = RootSwitch::kDetached;
  }
  // A slave, not private: unmounting on the host still unmounts the copy in here.
  plan.host_propagation = MS_SLAVE | MS_REC;
  if (!config.root) {
    findings.invalid({"/root"}, "is required");
  } else if (config.root->path.empty()) {
    findings.invalid({"/root/path"}, "is empty");
  } else if (findings.accept_text({"/root/path"}, config.root->path)) {
    plan.path = join_path(request.bundle, config.root->path);
    plan.read_only = config.root->readonly.value_or(false);
  }
  const auto& propagation = config.linux_.rootfs_propagation;
  if (propagation && !propagation->empty()) {
    plan_propagation(*propagation, plan, findings);
  }
  return plan;
}

}  // namespace wpar::plan
