// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/cgroup_maker.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/cgroup/unit_properties.h"

namespace wpar::lifecycle {
namespace {

// Who moves a process, or has one born elsewhere, must be allowed to write to the cgroup that both
// places are in (cgroup-v2.rst, "Delegation Containment").
void require_way_in(const cgroup::Host& hierarchies, const std::string& unit_cgroup) {
  const auto v2 = std::ranges::find(hierarchies.hierarchies, true, &cgroup::Hierarchy::v2);
  if (hierarchies.mode != cgroup::Mode::kV2 || v2 == hierarchies.hierarchies.end()) {
    throw_error(ErrorKind::kUnsupported,
                "a user's service manager has no cgroup controllers on a host with cgroup v1; use "
                "--cgroup-manager cgroupfs or disabled");
  }
  std::string common = clean_path(v2->own_path);
  while (!is_same_or_below(unit_cgroup, common)) {
    common = parent_path(common);
  }
  const std::string entrance = clean_path(v2->mount_point + common) + "/cgroup.procs";
  if (::faccessat(AT_FDCWD, entrance.c_str(), W_OK, AT_EACCESS) < 0) {
    throw_error(ErrorKind::kUnsupported,
                "no process may go from the runtime's own cgroup {} to {}, since {} cannot be "
                "written: run it below the user's service manager, as systemd-run --user --scope "
                "does",
                v2->own_path, unit_cgroup, entrance);
  }
}

}  // namespace

CgroupMaker::CgroupMaker(const plan::Plan& plan, const cgroup::Host& hierarchies, bool rootless)
    : plan_(plan),
      hierarchies_(hierarchies),
      rootless_(rootless),
      by_systemd_(plan.cgroup.manager == plan::CgroupManager::kSystemd),
      none_(plan.cgroup.manager == plan::CgroupManager::kDisabled ||
            (!by_systemd_ && rootless && hierarchies.hierarchies.empty())) {
  if (by_systemd_) {
    require_systemd();
  }
}

void CgroupMaker::fill(state::Journal& journal) const {
  journal.unit.name = plan_.cgroup.unit.name;
  journal.unit.of_user = plan_.cgroup.unit.of_user;
  journal.unit.description = plan_.cgroup.unit.description;
  if (!none_ && !by_systemd_) {
    journal.cgroup_directories = cgroup::cgroup_directories(hierarchies_, plan_.cgroup.path);
  }
}

void CgroupMaker::start_unit(const state::Entry& entry, state::Journal& journal,
                             Rollback& rollback) {
  plan::SystemdUnit unit = plan_.cgroup.unit;
  std::vector<plan::UnitProperty> limits =
      cgroup::unit_properties(hierarchies_.hierarchies, plan_.cgroup.limits);
  std::ranges::move(cgroup::device_properties(plan_.cgroup.limits.devices, false),
                    std::back_inserter(limits));
  for (const plan::UnitProperty& property : limits) {
    if (std::ranges::find(unit.properties, property.name, &plan::UnitProperty::name) !=
        unit.properties.end()) {
      throw_error(ErrorKind::kInvalidConfig,
                  "/annotations/org.systemd.property.{}: /linux/resources says it already",
                  property.name);
    }
  }
  std::ranges::move(limits, std::back_inserter(unit.properties));
  rollback.on_failure([this] { stop_unit(plan_.cgroup.unit); });
  unit_.emplace(unit);
  if (rootless_) {
    require_way_in(hierarchies_, unit_->cgroup());
  }
  journal.cgroup_directories = cgroup::cgroup_directories(hierarchies_, unit_->cgroup());
  entry.write_journal(journal);
}

cgroup::Cgroup& CgroupMaker::make(const state::Entry& entry, state::Journal& journal,
                                  Rollback& rollback) {
  if (by_systemd_) {
    start_unit(entry, journal, rollback);
    plan::Limits limits = plan_.cgroup.limits;
    if (limits.pids.value_or(plan::kUnlimited) >= 0) {
      ++*limits.pids;  // the placeholder is one of them
    }
    cgroup_ = cgroup::Cgroup::adopt(hierarchies_, unit_->cgroup(), limits);
  } else {
    cgroup_ = none_ ? cgroup::Cgroup::none()
                    : cgroup::Cgroup::create(hierarchies_, plan_.cgroup.path, plan_.cgroup.limits,
                                             rootless_ ? cgroup::Inaccessible::kLeaveOut
                                                       : cgroup::Inaccessible::kRefuse);
  }
  rollback.on_failure([this] {
    cgroup_->kill_all();
    cgroup_->remove();
  });
  return *cgroup_;
}

void CgroupMaker::entered() {
  if (!unit_) {
    return;
  }
  unit_->leave();
  if (plan_.cgroup.limits.pids.value_or(plan::kUnlimited) >= 0) {
    plan::Limits limits;
    limits.pids = plan_.cgroup.limits.pids;
    cgroup_->apply(limits);
  }
}

}  // namespace wpar::lifecycle
