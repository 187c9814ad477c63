// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/credentials.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"

namespace wpar::init {
namespace {

constexpr std::uint64_t kSysAdmin = std::uint64_t{1} << CAP_SYS_ADMIN;

// Through a procfs of our own, so that no mount of the container can catch the write
// (CVE-2019-16884).
void write_exec_attribute(const std::string& attribute, const std::string& value) {
  const sys::DetachedMount proc = sys::FilesystemContext("proc").mount(0);
  const std::string path = "thread-self/attr/" + attribute;
  const UniqueFd file = sys::open_at(proc.fd(), path, O_WRONLY);
  write_all(file, value, "/proc/" + path);
}

}  // namespace

void set_limits(Context& context) {
  for (const plan::RlimitPlan& limit : context.process().rlimits) {
    sys::set_rlimit(limit.resource, limit.soft, limit.hard);
  }
  ::umask(context.process().set_umask ? context.process().umask : context.caller_umask);
}

void set_label(Context& context) {
  if (!context.process().apparmor_profile.empty()) {
    write_exec_attribute("apparmor/exec", "exec " + context.process().apparmor_profile);
  }
  if (!context.process().selinux_label.empty()) {
    write_exec_attribute("exec", context.process().selinux_label);
  }
}

void become_user(Context& context) {
  const plan::ProcessPlan& process = context.process();
  const plan::CapabilityPlan& wanted = process.capabilities;
  if (process.no_new_privileges) {
    sys::set_no_new_privileges();
  }
  sys::limit_bounding_set(wanted.bounding);
  sys::keep_capabilities(true);
  if (process.set_groups) {
    sys::set_groups(process.groups);
  }
  sys::set_gid(process.gid);
  sys::set_uid(process.uid);
  sys::keep_capabilities(false);
  // Loading a filter without no_new_privs needs CAP_SYS_ADMIN: execute() drops it with its last
  // call.
  const std::uint64_t until_filter =
      process.seccomp.moment == plan::SeccompMoment::kBeforeDroppingPrivileges ? kSysAdmin : 0;
  sys::set_capabilities({.effective = wanted.effective | until_filter,
                         .permitted = wanted.permitted | until_filter,
                         .inheritable = wanted.inheritable});
  sys::set_ambient(wanted.ambient);
  // The change of ids has reset it (fs.suid_dumpable); execve(2) sets it for the program.
  sys::set_dumpable(false);
}

}  // namespace wpar::init
