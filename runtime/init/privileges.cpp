// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/file.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/credentials.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"
#include "runtime/sys/scheduling.h"

namespace wpar::init {
namespace {

constexpr std::uint64_t kSysAdmin = std::uint64_t{1} << CAP_SYS_ADMIN;

// The container's own /proc, checked to be the root of one.
UniqueFd open_container_proc(const sys::RootDir& root) {
  constexpr ino_t kProcRoot = 1;
  UniqueFd proc = root.open("/proc", O_PATH | O_DIRECTORY, sys::Links::kRefuse);
  struct stat info = {};
  if (sys::filesystem_type(proc) != PROC_SUPER_MAGIC || ::fstat(proc.get(), &info) < 0 ||
      info.st_ino != kProcRoot) {
    throw_error(ErrorKind::kInvalidConfig, "/proc is not a proc file system");
  }
  return proc;
}

// No mount of the container may catch the write (CVE-2019-16884, CVE-2025-52881), so it goes
// through a procfs of our own. A user namespace that sees a procfs with masks may not have another
// one (mount_namespaces(7)): then through that one, but never into a mount on it.
void write_exec_attribute(const Context& context, const std::string& attribute,
                          const std::string& value) {
  const std::string path = "thread-self/attr/" + attribute;
  const std::string name = fmt::format("`/proc/{}`", path);  // podman knows it by the quotes
  const sys::DetachedMount own = sys::try_mount_new("proc");
  if (!own && errno != EPERM) {
    throw_errno("mount a proc file system");
  }
  UniqueFd file;
  if (own) {
    file = sys::try_open_at(own.fd(), path, O_WRONLY);
    if (!file) {
      throw_errno("open {}", name);
    }
  } else {
    file = sys::RootDir(open_container_proc(context.root)).open_on_same_mount(path, O_WRONLY);
  }
  write_all(file, value, name);
}

}  // namespace

void set_limits(Context& context) {
  for (const plan::RlimitPlan& limit : context.process().rlimits) {
    in_context(fmt::format("/process/rlimits: {}", limit.name),
               [&] { sys::set_rlimit(limit.resource, limit.soft, limit.hard); });
  }
  ::umask(context.process().set_umask ? context.process().umask : context.caller_umask);
}

void set_execution_domain(Context& context) {
  const plan::MemoryPolicyPlan& policy = context.process().memory_policy;
  if (policy.set) {
    in_context("/linux/memoryPolicy", [&] { sys::set_memory_policy(policy.mode, policy.nodes); });
  }
  if (context.process().set_personality) {
    in_context("/linux/personality", [&] { sys::set_personality(context.process().personality); });
  }
}

void set_label(Context& context) {
  const plan::ProcessPlan& process = context.process();
  if (!process.apparmor_profile.empty()) {
    in_context(fmt::format("AppArmor profile {}", process.apparmor_profile), [&] {
      write_exec_attribute(context, "apparmor/exec", "exec " + process.apparmor_profile);
    });
  }
  if (!process.selinux_label.empty()) {
    in_context(fmt::format("SELinux label {}", process.selinux_label),
               [&] { write_exec_attribute(context, "exec", process.selinux_label); });
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
