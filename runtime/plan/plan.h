// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a container *is* here. Built in the parent from oci::Config + HostFacts by build_plan(),
// read by everybody afterwards: cgroup and lifecycle in the parent, init in the child (by copy on
// write, nothing is serialised). Every default is decided, every word is a number, no std::optional
// is left (limits.h says why it is the exception).

#include <linux/filter.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/number_list.h"
#include "runtime/plan/limits.h"

namespace wpar::plan {

// In the order of namespaces(7); kNamespaceKinds in namespaces.h has their words and clone flags.
enum class NamespaceKind { kUser, kMount, kPid, kNetwork, kIpc, kUts, kCgroup, kTime };

struct NamespaceJoin {
  NamespaceKind kind = NamespaceKind::kMount;
  std::string path;
};

struct NamespacePlan {
  std::uint64_t create = 0;         // CLONE_NEW* of the namespaces to make
  std::vector<NamespaceJoin> join;  // the user namespace first
};

// Text for /proc/PID/{uid,gid}_map; empty unless a user namespace is created.
struct IdMapPlan {
  std::string uid_map;
  std::string gid_map;
  // More than a user may map by himself: newuidmap(1), newgidmap(1) write it.
  bool uid_by_helper = false;
  bool gid_by_helper = false;
  // Who writes gid_map without CAP_SETGID must deny setgroups(2) in the namespace first
  // (user_namespaces(7)).
  bool deny_setgroups = false;
  // The writer has no rights over /proc/PID of a process that is not dumpable (proc(5)).
  bool by_user = false;
};

enum class RootSwitch {
  kPivot,      // pivot_root(2): the normal case
  kMoveMount,  // --no-pivot: the old root is a ramfs that pivot_root refuses
  // No mount namespace of its own: everything is mounted in a tree that stays detached, so that the
  // runtime's namespace never sees it, and the tree ends with its last process. Linux 6.15.
  kDetached
};

struct RootPlan {
  std::string path;  // absolute, on the host
  bool read_only = false;
  RootSwitch root_switch = RootSwitch::kPivot;
  // MS_SLAVE|MS_REC and so on: what "/" of the new mount namespace becomes before anything is
  // mounted …
  std::uint64_t host_propagation = 0;
  // … and what the container's "/" becomes after the pivot; 0: nothing more to do.
  std::uint64_t container_propagation = 0;
};

// For mount_setattr(2): MOUNT_ATTR_*.
struct MountAttributes {
  std::uint64_t set = 0;
  std::uint64_t clear = 0;
  bool empty() const { return set == 0 && clear == 0; }
  bool operator==(const MountAttributes&) const = default;
};

enum class MountKind {
  kBind,        // an existing host tree
  kFilesystem,  // a new superblock (proc, tmpfs, devpts, …)
  kCgroup,      // the container's own view of the cgroup hierarchies
  kRemount,     // what is mounted there already gets other options
};

// The user namespace whose maps translate the owners of a mount's files (mount_setattr(2),
// MOUNT_ATTR_IDMAP).
struct MountIdMapPlan {
  bool wanted = false;
  bool recursive = false;      // ridmap: of the whole tree
  IdMapPlan maps;              // one is made with these …
  std::string user_namespace;  // … unless this names the file of one
};

// One fsconfig(2) call; an empty value with is_flag is FSCONFIG_SET_FLAG.
struct FilesystemParameter {
  std::string key;
  std::string value;
  bool is_flag = false;
  bool operator==(const FilesystemParameter&) const = default;
};

struct MountPlan {
  MountKind kind = MountKind::kFilesystem;
  std::string destination;  // clean, absolute, inside the container
  std::string type;         // kFilesystem: what fsopen(2) is given
  std::string source;       // kBind: absolute host path; kFilesystem: the "source" parameter
  bool recursive = false;   // kBind: rbind
  std::vector<FilesystemParameter> parameters;
  MountAttributes attributes;            // of the mount itself
  MountAttributes recursive_attributes;  // rro and its like: of the whole tree
  // MS_PRIVATE, MS_SHARED, MS_SLAVE, MS_UNBINDABLE, each perhaps with MS_REC, in the order asked
  // for.
  std::vector<std::uint64_t> propagation;
  // Read-only only when everything below it has been made: a tmpfs that further mounts, devices and
  // links need to write to first.
  bool read_only_late = false;
  bool copy_up = false;  // tmpcopyup: begin with what the directory below holds
  // tmpfs without mode=: take over the mode and owner of the directory it covers.
  bool inherit_mode = false;
  MountIdMapPlan id_map;
  // kBind: where a last component that is a symbolic link is meant itself.
  bool follow_source = true;
  bool follow_destination = true;
  bool copy_symlink = false;  // kBind: a source that is a symbolic link is made again inside
  // kFilesystem: the host's mount of this kind, bound read-only where the kernel refuses a new one
  // (a user namespace that does not own the network, ipc or pid namespace). Empty: none.
  std::string fallback;
};

struct DevicePlan {
  std::string path;  // clean, absolute, inside the container
  mode_t mode = 0;   // with the type bits: S_IFCHR|0666
  dev_t device = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  // Where mknod(2) is not allowed (user namespace): bind the host's node of the same path.
  bool bind = false;
};

struct SymlinkPlan {
  std::string path;    // clean, absolute, inside the container
  std::string target;  // its text
};

struct SysctlPlan {
  std::string path;  // below /proc/sys: "net/ipv4/ip_forward"
  std::string value;
};

// A device of the runtime's network namespace that becomes the container's.
struct NetDevicePlan {
  std::string name;    // on the host
  std::string inside;  // its name in the container; "%d" in it is a number that the kernel chooses
};

struct RlimitPlan {
  int resource = 0;       // RLIMIT_*
  const char* name = "";  // "RLIMIT_NOFILE"
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

// Bit n is capability n (capabilities(7)).
struct CapabilityPlan {
  std::uint64_t bounding = 0;
  std::uint64_t effective = 0;
  std::uint64_t inheritable = 0;
  std::uint64_t permitted = 0;
  std::uint64_t ambient = 0;
  bool operator==(const CapabilityPlan&) const = default;
};

enum class SeccompMoment {
  kNever,
  // Without no_new_privs, loading needs CAP_SYS_ADMIN: it is kept in the permitted set until then,
  // and capset(2) and execve(2) are all that runs under the filter.
  kBeforeDroppingPrivileges,
  kJustBeforeExec,
};

struct SeccompPlan {
  SeccompMoment moment = SeccompMoment::kNever;
  unsigned int flags = 0;  // SECCOMP_FILTER_FLAG_*
  std::vector<sock_filter> filter;
  // SCMP_ACT_NOTIFY: the socket of the program that answers; empty: no call is asked about.
  std::string listener_path;
  std::string listener_metadata;
};

// For sched_setattr(2); `set` false: leave the caller's.
struct SchedulerPlan {
  bool set = false;
  std::uint32_t policy = 0;  // SCHED_*
  std::uint64_t flags = 0;   // SCHED_FLAG_*
  std::int32_t nice = 0;
  std::uint32_t priority = 0;  // SCHED_FIFO, SCHED_RR
  std::uint64_t runtime = 0;   // nanoseconds, SCHED_DEADLINE
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
  bool operator==(const SchedulerPlan&) const = default;
};

// For set_mempolicy(2).
struct MemoryPolicyPlan {
  bool set = false;
  int mode = 0;  // MPOL_* with MPOL_F_*
  BitMask nodes = {};
  bool operator==(const MemoryPolicyPlan&) const = default;
};

struct ProcessPlan {
  std::vector<std::string> args;
  std::vector<std::string> env;   // last of duplicates kept
  bool home_from_passwd = false;  // no usable HOME in env: init reads the container's /etc/passwd
  std::string cwd;
  bool terminal = false;
  std::uint16_t console_rows = 0;  // 0 and 0: leave the kernel's size
  std::uint16_t console_columns = 0;

  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  bool set_groups = true;  // false where the user namespace denies setgroups(2)
  bool set_umask = false;
  mode_t umask = 0;

  CapabilityPlan capabilities;
  bool no_new_privileges = false;
  std::vector<RlimitPlan> rlimits;
  bool set_oom_score_adj = false;
  int oom_score_adj = 0;
  bool oom_score_adj_may_fail = false;  // rootless: lowering it needs CAP_SYS_RESOURCE on the host
  // An ordinary user's runtime may not write below /proc/PID of a process that is not dumpable.
  bool oom_score_adj_by_itself = false;
  SchedulerPlan scheduler;
  bool set_io_priority = false;
  int io_priority = 0;  // class and level, as ioprio_set(2) takes them
  // exec only. Empty: leave alone; the first is the runtime's own before the cgroup is entered.
  BitMask initial_cpus;
  BitMask final_cpus;
  MemoryPolicyPlan memory_policy;
  bool set_personality = false;
  unsigned long personality = 0;  // PER_*
  SeccompPlan seccomp;
  std::string apparmor_profile;  // empty: none asked for
  std::string selinux_label;
};

struct HookPlan {
  std::string path;
  std::vector<std::string> args;  // argv, never empty
  std::vector<std::string> env;
  bool inherit_env = false;  // the runtime's own instead
  int timeout_seconds = 0;   // 0: none
};

struct HooksPlan {
  std::vector<HookPlan> prestart;
  std::vector<HookPlan> create_runtime;
  std::vector<HookPlan> create_container;
  std::vector<HookPlan> start_container;
  std::vector<HookPlan> poststart;
  std::vector<HookPlan> poststop;
};

// Who makes the container's cgroup: --cgroup-manager. kDisabled: nobody, it stays in the caller's.
enum class CgroupManager { kCgroupfs, kSystemd, kDisabled };

// As --cgroup-manager and the state record spell it.
constexpr std::string_view cgroup_manager_word(CgroupManager manager) {
  switch (manager) {
    case CgroupManager::kSystemd:
      return "systemd";
    case CgroupManager::kDisabled:
      return "disabled";
    case CgroupManager::kCgroupfs:
      break;
  }
  return "cgroupfs";
}

// A property of a unit as systemd's D-Bus interface has it (org.freedesktop.systemd1(5)).
struct UnitProperty {
  std::string name;                 // "MemoryMax"
  std::string signature;            // "b", "s", "t", …; an array of these: "as"; pairs: "a(ss)"
  std::vector<std::string> values;  // in words, one for a simple type: "true", "512"
  bool operator==(const UnitProperty&) const = default;
};

// What systemd is asked to make for a container (systemd.scope(5)).
struct SystemdUnit {
  std::string name;      // "runwpar-web1.scope"; empty: systemd is not asked
  std::string slice;     // "machine-web.slice"; "-.slice" is the root
  bool of_user = false;  // the caller's own manager, not the system's
  // Whose it is: no two containers have the same at one time, so that a unit which somebody else
  // gave the same name is never ended.
  std::string description = {};
  std::vector<UnitProperty> properties;  // those of annotations
  bool operator==(const SystemdUnit&) const = default;
};

struct CgroupPlan {
  CgroupManager manager = CgroupManager::kCgroupfs;
  // As config.json says it: absolute, below each hierarchy's mount, or relative, below the
  // runtime's own cgroup; the default is relative and made from the id. Empty only when disabled.
  // With systemd: where the unit is below the cgroup of its manager.
  std::string path;
  SystemdUnit unit = {};
  Limits limits;
  // config-linux.md, "Cgroup ownership": the host's id of process.user gets the v2 cgroup.
  bool delegate = false;
  uid_t delegate_to = 0;
};

// Groups of the resctrl file system (Linux, Documentation/filesystems/resctrl.rst).
struct IntelRdtPlan {
  bool set = false;
  std::string class_of_service = {};       // its directory below the mount; empty: the root's own
  bool own_class = false;                  // made for this container, and removed with it
  bool class_must_exist = false;           // there is nothing to fill a new one with
  std::string monitor = {};                // its directory below mon_groups; empty: none
  std::vector<std::string> schemata = {};  // lines, in the order of writing
  std::size_t compared = 0;  // how many of them must be in a class that is already there
  bool operator==(const IntelRdtPlan&) const = default;
};

struct Plan {
  std::string id;
  std::string bundle;  // absolute
  std::string oci_version;
  std::map<std::string, std::string> annotations;

  NamespacePlan namespaces;
  IdMapPlan id_maps;
  std::string time_offsets;  // text for /proc/self/timens_offsets; empty: none
  CgroupPlan cgroup;
  IntelRdtPlan intel_rdt;
  RootPlan root;
  std::vector<MountPlan> mounts;
  std::vector<DevicePlan> devices;
  std::vector<SymlinkPlan> links;  // /dev/fd and its like; made only where nothing stands yet
  std::vector<NetDevicePlan> net_devices;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::vector<SysctlPlan> sysctls;
  std::string hostname;    // empty: leave
  std::string domainname;  // empty: leave
  bool new_session_keyring = true;
  int stop_signal = 15;  // what kill sends when it is told nothing: SIGTERM, or as annotated
  unsigned int preserve_fds = 0;  // 3 … 3+n-1 reach the program
  unsigned int listen_fds = 0;    // the first of them, which LISTEN_PID is for (sd_listen_fds(3))
  bool has_process = false;       // false: create works, start refuses
  ProcessPlan process;
  HooksPlan hooks;
  // For the user, one line each: what the specification wants ignored with a warning.
  std::vector<std::string> warnings;

  bool creates(std::uint64_t clone_flag) const { return (namespaces.create & clone_flag) != 0; }
  // Init waits once, in its namespaces and with the mounts made, for what the runtime does there.
  bool waits_for_runtime() const {
    return !hooks.prestart.empty() || !hooks.create_runtime.empty() || !net_devices.empty();
  }
};

// exec: one more process in a running container. The namespaces come from the init's pidfd.
struct ExecPlan {
  ProcessPlan process;
  unsigned int preserve_fds = 0;
  std::vector<std::string> warnings;
};

}  // namespace wpar::plan
