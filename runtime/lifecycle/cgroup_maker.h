// SPDX-License-Identifier: Apache-2.0
#pragma once
// The container's cgroup in the making, by whoever --cgroup-manager says. Called by create and
// restore. Parent.

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/rollback.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/lifecycle/systemd.h"
#include "runtime/plan/plan.h"
#include "runtime/state/record.h"
#include "runtime/state/store.h"

namespace wpar::lifecycle {

// systemd's part comes first: a scope with a placeholder in it. Then the same is done as without
// systemd: what systemd does not know is written into its files and made beside it, and init is
// born in it (v2) or enters it by itself (v1). Handing init's pid to systemd instead would need an
// init that waits before its first step for every caller, and its limits would come after it.
class CgroupMaker {
 public:
  // Throws what can be refused before anything is done. `rootless`: what no limit needs may be
  // missing. The plan and the hierarchies must outlive this.
  CgroupMaker(const plan::Plan& plan, const cgroup::Host& hierarchies, bool rootless);

  // What is known before the first outside effect: the directories, or the unit that will have
  // them.
  void fill(state::Journal& journal) const;
  // On failure `rollback` removes it with everybody in it. Writes `journal` again when only systemd
  // could say where the cgroup is.
  cgroup::Cgroup& make(const state::Entry& entry, state::Journal& journal, Rollback& rollback);
  // Init is in it.
  void entered();

 private:
  void start_unit(const state::Entry& entry, state::Journal& journal, Rollback& rollback);

  const plan::Plan& plan_;
  const cgroup::Host& hierarchies_;
  bool rootless_;
  bool by_systemd_;
  bool none_;
  std::optional<StartedUnit> unit_;
  std::optional<cgroup::Cgroup> cgroup_;
};

}  // namespace wpar::lifecycle
