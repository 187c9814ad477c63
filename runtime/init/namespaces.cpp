// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>

#include "runtime/init/step_functions.h"
#include "runtime/sys/credentials.h"
#include "runtime/sys/limits.h"
#include "runtime/sys/mount.h"
#include "runtime/sys/open.h"
#include "runtime/sys/process.h"

namespace wpar::init {

void enter_time_namespace(Context& context) {
  if (context.input.time_made || context.plan().time_offsets.empty()) {
    return;
  }
  make_time_namespace(context.input);
  sys::join_namespaces(sys::open_path("/proc/self/ns/time_for_children", O_RDONLY), CLONE_NEWTIME);
}

void make_time_namespace(Input& input) {
  if (!input.plan->time_offsets.empty()) {
    in_context("/linux/timeOffsets",
               [&] { sys::unshare_time_namespace(input.plan->time_offsets); });
    input.time_made = true;
  }
}

void join_namespaces(Context& context) {
  bool joined_user = false;
  for (const NamespaceHandle& join : context.input.joins) {
    sys::join_namespaces(join.file, join.flag);
    joined_user = joined_user || join.flag == CLONE_NEWUSER;
  }
  context.input.joins.clear();
  if (joined_user) {
    sys::set_gid(0);
    sys::set_uid(0);
  }
}

void become_namespace_root(Context& context) {
  if (!context.plan().creates(CLONE_NEWUSER)) {
    return;
  }
  context.channel.send(protocol::Topic::kNeedIdMaps);
  context.channel.expect(protocol::Topic::kIdMapsWritten);
  sys::set_gid(0);
  sys::set_uid(0);
  // The change of ids made us dumpable or not by /proc/sys/fs/suid_dumpable; we decide.
  sys::set_dumpable(false);
}

void enter_cgroup_ns(Context& context) {
  if (context.plan().creates(CLONE_NEWCGROUP)) {
    sys::unshare_namespaces(CLONE_NEWCGROUP);
  }
}

void bring_up_loopback(Context& context) {
  if (context.plan().creates(CLONE_NEWNET)) {
    sys::bring_loopback_up();
  }
}

void set_names(Context& context) {
  if (!context.plan().hostname.empty()) {
    sys::set_hostname(context.plan().hostname);
  }
  if (!context.plan().domainname.empty()) {
    sys::set_domainname(context.plan().domainname);
  }
}

void join_target(Context& context) {
  if (context.input.target_namespaces != 0) {
    sys::join_namespaces(context.input.target, context.input.target_namespaces);
  }
  context.input.target.reset();
  if (context.input.target_root) {
    sys::chroot_to(context.input.target_root);
    context.input.target_root.reset();
  }
  context.root = sys::RootDir(sys::open_root());
}

void become_target_root(Context& context) {
  if ((context.input.target_namespaces & CLONE_NEWUSER) != 0) {  // else the stager did, or nobody
    sys::set_gid(0);
    sys::set_uid(0);
    sys::set_dumpable(false);
  }
}

}  // namespace wpar::init
