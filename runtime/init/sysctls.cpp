// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/magic.h>

#include "runtime/base/file.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/open.h"

namespace wpar::init {

void set_sysctls(Context& context) {
  if (context.plan().sysctls.empty()) {
    return;
  }
  // A procfs that nobody else has: the one at the container's /proc can be mounted over or
  // redirected by whoever shares a volume with it (CVE-2025-52881).
  const sys::DetachedMount proc = sys::FilesystemContext("proc").mount(0);
  for (const plan::SysctlPlan& sysctl : context.plan().sysctls) {
    in_context(fmt::format("sysctl {}", sysctl.path), [&] {
      const UniqueFd file = sys::open_at(proc.fd(), "sys/" + sysctl.path, O_WRONLY | O_NOFOLLOW);
      if (sys::filesystem_type(file) != PROC_SUPER_MAGIC) {
        throw_error(ErrorKind::kSystem, "not on a proc file system");
      }
      write_all(file, sysctl.value, sysctl.value);
    });
  }
}

}  // namespace wpar::init
