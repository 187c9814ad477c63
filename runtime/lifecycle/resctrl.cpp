// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/resctrl.h"

#include "runtime/base/error.h"
#include "runtime/base/file.h"

namespace wpar::lifecycle {

std::unique_ptr<cgroup::Resctrl> find_resctrl_groups(const plan::Plan& plan) {
  if (!plan.intel_rdt.set) {
    return nullptr;
  }
  const auto root = cgroup::find_resctrl(read_file("/proc/self/mountinfo"));
  if (!root) {
    throw_error(ErrorKind::kUnsupported,
                "/linux/intelRdt: no resctrl file system is mounted on this host");
  }
  return std::make_unique<cgroup::Resctrl>(*root, plan.intel_rdt);
}

void make_resctrl_groups(cgroup::Resctrl& resctrl) {
  in_context("/linux/intelRdt", [&] {
    resctrl.make_class();
    resctrl.write_schemata();
    resctrl.make_monitor();
  });
}

}  // namespace wpar::lifecycle
