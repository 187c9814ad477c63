// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the processes inside carry from step to step. Built by lifecycle before the clone; the child
// owns its copy and ends by exec or _exit, so nothing here is ever destroyed in the child.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/plan/plan.h"
#include "runtime/protocol/channel.h"
#include "runtime/sys/mount.h"
#include "runtime/sys/root_dir.h"

namespace wpar::init {

// What the parent made for a mount. A bind mount's source, cloned before the container exists: no
// mount of the container can change what a later source means (CVE-2021-30465), and a user
// namespace needs no right to see the path. A new file system that is id-mapped: only the host's
// root may do that. The host's view that a new file system may fall back to.
struct MountSource {
  sys::DetachedMount mount;
  UniqueFd place;  // instead of it: the source, which is cloned when its turn comes
  bool is_directory = false;
  std::string symlink;  // copy-symlink: the text of the link to make instead of a mount
};

// One hierarchy of a mount of type cgroup: the container's own subtree.
struct CgroupSource {
  std::string path;        // on the host
  bool of_caller = false;  // not the container's own: read-only, whatever is asked for
  std::string name;        // the directory in the mount: "cpu,cpuacct"; empty: v2, the mount itself
  std::vector<std::string> links;  // "cpu", "cpuacct"
  sys::DetachedMount mount;
};

struct MountSources {
  sys::DetachedMount root;
  std::vector<MountSource>
      mounts;  // parallel to Plan::mounts, empty where there is nothing to make
  std::vector<CgroupSource> cgroups;
  std::vector<sys::DetachedMount> devices;  // parallel to Plan::devices, empty where not bind
  sys::DetachedMount null_device;  // the host's /dev/null, for masked files; checked to be one
};

// The state document for hooks that run in the container's namespaces, cut where the pid belongs:
// only the process itself knows its pid there.
struct HookState {
  std::string before_pid;
  std::string after_pid;
};

struct NamespaceHandle {
  int flag = 0;  // CLONE_NEW*
  UniqueFd file;
};

// What lifecycle hands over. `plan` is null for exec.
struct Input {
  const plan::Plan* plan = nullptr;
  const plan::ProcessPlan* process = nullptr;
  unsigned int preserve_fds = 0;
  protocol::Channel channel;
  int lock = -1;     // only to be closed: a copy of it would hold the container's lock
  int far_end = -1;  // of the channel, only to be closed: a copy of it would hide the runtime's end
  protocol::Channel stager_channel;  // where a stager tells of the process it made
  int stager_far_end = -1;
  UniqueFd gate;     // create: where init waits for `start`; invalid: kStart on the channel
  UniqueFd console;  // terminal: where the pty's master is sent
  std::vector<UniqueFd> cgroup_tasks;  // v1: "0" is written to each
  std::vector<NamespaceHandle> joins;  // the user namespace first; without the pid namespace
  // Namespaces that a process only gets for its children, where the right to enter them comes with
  // the joined user namespace, or where the runtime could not come back: the stager enters these.
  std::vector<NamespaceHandle> births;
  // The runtime is in a user namespace that does not own its pid and time namespaces: once it left
  // them it could not come back (setns(2)), and hooks would run in the container's.
  bool cannot_return = false;
  // The runtime has no CAP_SYS_ADMIN: namespaces are the container's root's to enter.
  bool by_user = false;
  bool oom_score_written = false;  // by the stager, for the process it makes …
  bool time_made = false;          // … as the time namespace with offsets, where it is born
  MountSources sources;
  HookState hook_state;
  // SCMP_ACT_NOTIFY: the connection to who answers, and what it is told with the listener: the
  // document, cut where the pid of the process belongs.
  UniqueFd seccomp_receiver;
  std::vector<std::string> seccomp_state;
  UniqueFd target;            // exec: the pidfd of the container's init …
  int target_namespaces = 0;  // … and what of it to join
  UniqueFd target_root;       // exec: its root, when no mount namespace leads there
};

struct Context {
  explicit Context(Input& given) : input(given), channel(std::move(given.channel)) {}
  const plan::Plan& plan() const { return *input.plan; }
  const plan::ProcessPlan& process() const { return *input.process; }

  Input& input;
  protocol::Channel channel;  // who hears of failures: the runtime, later `start`
  sys::RootDir root;
  pid_t outer_pid = 0;      // as the runtime sees us
  mode_t caller_umask = 0;  // given back to a process that asks for none of its own
  std::vector<std::string> env;
  std::string executable;
};

}  // namespace wpar::init
