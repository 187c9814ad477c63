// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/steps.h"

#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

// clang-format off
constexpr StepEntry kInitSteps[] = {
    {"set the oom score",            set_oom_score,      "through the host's /proc, and while its files are still ours to write"},
    {"enter a time namespace",       enter_time_namespace, "offsets are written through the host's /proc as well, before anybody is in it"},
    {"start a session",              start_session,      "a controlling terminal needs a session leader; the caller's tty is out of reach from here"},
    {"enter the cgroup",             enter_cgroup,       "before anything costs memory or time that must be accounted to the container"},
    {"join the namespaces",          join_namespaces,    "the user namespace first: it gives the right to the others"},
    {"become root in the user namespace", become_namespace_root, "after the parent wrote the id maps; everything below needs the new owner's rights"},
    {"enter a cgroup namespace",     enter_cgroup_ns,    "only now are we in our own cgroup: it becomes the namespace's root"},
    {"start a session keyring",      start_keyring,      "the caller's keys must not be reachable from inside"},
    {"bring up the loopback device", bring_up_loopback,  "needs CAP_NET_ADMIN in the new network namespace"},
    {"open the mount sources",       open_sources,       "before the first mount can change what a source means; those that init may not walk to, the runtime has cloned"},
    {"set up the root mount",        mount_root,         "nothing below may propagate to the host, and the pivot needs a mount"},
    {"set up the mounts",            mount_everything,   "in the order of config.json; sources were opened before the first of them"},
    {"set up the devices",           make_devices,       "after the mounts: /dev is one of them"},
    {"wait for the hooks",           wait_for_hooks,     "prestart and createRuntime hooks run before pivot_root (runtime.md, lifecycle 3 and 4)"},
    {"run the createContainer hooks", run_create_container_hooks, "in our namespaces, with the host's root still visible (lifecycle 5)"},
    {"set the sysctls",              set_sysctls,        "through a procfs of our own; while /proc/sys is writable"},
    {"change the root",              change_root,        "from here on the host file system is unreachable"},
    {"open the console",             open_console,       "the pty must come from the container's own devpts"},
    {"set the names",                set_names,          "needs CAP_SYS_ADMIN in the uts namespace"},
    {"make mounts read-only",        finish_read_only,   "after the last thing that had to be made inside them"},
    {"hide and lock paths",          apply_masks,        "after the last mount that could uncover them"},
    {"set the root propagation",     set_container_propagation, "a shared root cannot be pivoted to, and nothing can be cloned of an unbindable one: after the last clone"},
    {"look up the home directory",   find_home,          "reads the container's /etc/passwd, as root and through the root handle"},
    {"change to the working directory", enter_working_directory, "as root, since the user may not pass the directories above it; proven to be inside"},
    {"set the resource limits",      set_limits,         "hard limits may need CAP_SYS_RESOURCE; late, so that they do not limit the set-up"},
    {"set memory policy and personality", set_execution_domain, "before a filter can forbid it; late, so that init itself runs as usual"},
    {"set the security label",       set_label,          "before a filter can forbid it"},
    {"become the user",              become_user,        "after the last step that needs root"},
    {"find the executable",          find_executable,    "with the user's rights, so that a missing program is an error of create"},
    {"close the descriptors",        close_descriptors,  "a created container holds nothing of the host while it waits (CVE-2024-21626)"},
    {"wait for start",               wait_for_start,     "create ends here"},
    {"run the startContainer hooks", run_start_container_hooks, "after start, in the container (lifecycle 7)"},
    {"start container process",      execute,            "as few system calls as possible under the filter"},
};

constexpr StepEntry kExecSteps[] = {
    {"close the descriptors",        close_exec_descriptors, "before the join: a process inside must never see a host directory (CVE-2016-9962)"},
    {"set the oom score",            set_oom_score,      "through the host's /proc, and while its files are still ours to write"},
    {"start a session",              start_session,      "the caller's tty is out of reach from here"},
    {"enter the cgroup",             enter_cgroup,       "limits hold from the first moment inside"},
    {"join the namespaces",          join_target,        "all at once by the pidfd of init: nobody can swap one of them"},
    {"become root in the user namespace", become_target_root, "its root may do what the rest needs"},
    {"start a session keyring",      start_keyring,      "the caller's keys must not be reachable from inside"},
    {"open the console",             open_exec_console,  "the pty must come from the container's own devpts"},
    {"look up the home directory",   find_home,          "reads the container's /etc/passwd through the root handle"},
    {"change to the working directory", enter_working_directory, "proven to be inside"},
    {"set the resource limits",      set_limits,         "late, so that they do not limit the set-up"},
    {"set memory policy and personality", set_execution_domain, "before a filter can forbid it; late, so that init itself runs as usual"},
    {"set the security label",       set_label,          "before a filter can forbid it"},
    {"become the user",              become_user,        "after the last step that needs root"},
    {"find the executable",          find_executable,    "a missing program is an error of exec"},
    {"wait for start",               wait_for_start,     "the runtime writes the pid file first"},
    {"start container process",      execute,            "as few system calls as possible under the filter"},
};

constexpr StepEntry kAddMountsSteps[] = {
    {"close the descriptors",        close_mount_descriptors, "a process inside must never see a host directory; only the detached mounts come along"},
    {"start a session",              start_session,      "nobody inside may look into us"},
    {"join the namespaces",          join_target,        "all at once by the pidfd of init"},
    {"become root in the user namespace", become_target_root, "its root may mount in its mount namespace"},
    {"set up the mounts",            add_mounts,         "all of them or none"},
    {"report",                       say_done,           "the runtime waits for it"},
};

constexpr StepEntry kRemoveMountsSteps[] = {
    {"close the descriptors",        close_mount_descriptors, "a process inside must never see a host directory"},
    {"start a session",              start_session,      "nobody inside may look into us"},
    {"join the namespaces",          join_target,        "all at once by the pidfd of init"},
    {"become root in the user namespace", become_target_root, "its root may unmount in its mount namespace"},
    {"remove the mounts",            remove_mounts,      "the last one first"},
    {"report",                       say_done,           "the runtime waits for it"},
};
// clang-format on

}  // namespace

std::span<const StepEntry> init_steps() {
  return kInitSteps;
}
std::span<const StepEntry> exec_steps() {
  return kExecSteps;
}

std::span<const StepEntry> add_mounts_steps() {
  return kAddMountsSteps;
}
std::span<const StepEntry> remove_mounts_steps() {
  return kRemoveMountsSteps;
}

const char* step_name(std::span<const StepEntry> steps, std::uint32_t number) {
  return number < steps.size() ? steps[number].name : "say what it was doing";
}

}  // namespace wpar::init
