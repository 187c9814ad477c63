// SPDX-License-Identifier: Apache-2.0
#pragma once
// A container's cgroup in every hierarchy the host has: v1, hybrid (v1 beside a v2 mount) and v2.
// Runs in the parent; a child only writes to descriptors that Entry holds. cgroups(7),
// cgroup-v2.rst.

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/plan/limits.h"
#include "runtime/plan/plan.h"

namespace wpar::cgroup {

enum class Mode { kV1, kHybrid, kV2 };

// One mounted hierarchy, as /proc/self/mountinfo and /proc/self/cgroup tell it.
struct Hierarchy {
  bool v2 = false;
  std::vector<std::string>
      controllers;          // v1: {"cpu", "cpuacct"} or {"name=systemd"}; v2: cgroup.controllers
  std::string mount_point;  // "/sys/fs/cgroup/memory"
  std::string mount_root;   // the cgroup that the mount shows as its root, usually "/"
  std::string own_path;     // the runtime's own cgroup in it, from /proc/self/cgroup
};

struct Host {
  Mode mode = Mode::kV1;
  std::vector<Hierarchy> hierarchies;
};

// Reads the two files below `proc` ("/proc"); tests give a directory of their own.
Host look_at_hierarchies(const std::string& proc = "/proc");
// The pure part of it.
Host parse_hierarchies(std::string_view mountinfo, std::string_view own_cgroups);

// The runtime's own cgroup in each hierarchy that shows it. `shown` gets the hierarchies, parallel.
std::vector<std::string> own_directories(const Host& host, std::vector<Hierarchy>& shown);

// The directories a container's cgroup has, known before any is made, so that they can be
// journalled. `path` is plan::CgroupPlan::path: absolute, below each mount point; relative, below
// the runtime's own cgroup (v2 alone: beside it, because a v2 cgroup with processes cannot limit
// cgroups below it). Throws for "..", and for a path that leaves the mount.
std::vector<std::string> cgroup_directories(const Host& host, const std::string& path);

// How a new process gets into the cgroup. v2: clone3(2) with CLONE_INTO_CGROUP and v2_directory.
// v1: the process itself writes "0" to each of v1_tasks. It must be the process itself and `tasks`,
// not cgroup.procs: a thread that moves itself alone spares the kernel the global
// cgroup_threadgroup_rwsem, whose write lock waits for an RCU grace period.
struct Entry {
  UniqueFd v2_directory;  // invalid without a v2 hierarchy
  std::vector<UniqueFd> v1_tasks;
};

// What create() does about a hierarchy in which the directory cannot be made or entered for lack of
// permission (EACCES, EPERM, EROFS), as without root. One that a limit needs is an error always.
enum class Inaccessible { kRefuse, kLeaveOut };

// Hears of processes that the kernel kills for want of memory: on v1 an eventfd registered with
// memory.oom_control, on v2 memory.events watched by inotify(7).
class OomWatch {
 public:
  BorrowedFd fd() const { return fd_; }  // invalid where no memory controller is mounted
  // When fd() is readable: whether that was it.
  bool happened();

 private:
  friend class Cgroup;
  bool v2_ = false;
  UniqueFd directory_;
  UniqueFd fd_;
  std::uint64_t seen_ = 0;
};

class Directory;
struct CurrentV2;
struct Route;
struct Stats;

// Of a recorded Cgroup::freezer_directory(), without a look at the host's hierarchies: `state` and
// `list` ask for little else. False for "" and for a directory that is gone.
bool is_frozen_at(const std::string& freezer_directory);

class Cgroup {
 public:
  // Makes the directories (parents too) and applies the limits; on failure removes what it made.
  // A directory that exists already and has processes is refused: "container's cgroup is not empty:
  // …"; a frozen one: "container's cgroup unexpectedly frozen".
  // With kLeaveOut, directories() and hierarchies() are those that could be made, perhaps none.
  static Cgroup create(const Host& host, const std::string& path, const plan::Limits& limits,
                       Inaccessible inaccessible = Inaccessible::kRefuse);
  // For one that systemd has made, with its placeholder in it; `path` is absolute. Directories in
  // hierarchies that systemd does not manage are made, and the limits applied.
  static Cgroup adopt(const Host& host, const std::string& path, const plan::Limits& limits);
  // For a container without a cgroup of its own: no directory; everything else does nothing.
  static Cgroup none() { return Cgroup(Mode::kV1); }
  // The cgroup that a state record names by its directories; does not check that they exist.
  // A directory below no mounted hierarchy is an error.
  static Cgroup open(const Host& host, std::vector<std::string> directories);

  Cgroup(Cgroup&&) noexcept;
  Cgroup& operator=(Cgroup&&) noexcept;
  ~Cgroup();  // closes; removes nothing

  const std::vector<std::string>& directories() const { return paths_; }
  // Parallel to directories().
  const std::vector<Hierarchy>& hierarchies() const { return hierarchies_; }
  Mode mode() const { return mode_; }
  Entry entry() const;
  // Into cgroups below: by controller, "" for all; each must exist and be a path without "..".
  // kInvalidArgument for a controller that the container has no cgroup of.
  Entry entry(const std::map<std::string, std::string>& below) const;
  // As entry(), for a container whose init has moved to a cgroup below: on v2 the directory itself
  // takes no process when it hands controllers down (EBUSY), so that init's is entered instead.
  // `init_cgroups` gives the text of /proc/PID/cgroup when it is needed.
  Entry entry_beside(const std::function<std::string()>& init_cgroups) const;
  // cgroup ownership (config-linux.md): the v2 directory and the files that the kernel names as
  // delegatable, to this user of the host.
  void delegate(uid_t uid) const;

  // For a cgroup in use. A limit that nothing here can enforce is refused before any is written;
  // when the kernel refuses one, those before it are taken back. Device rules, when there are any,
  // replace all former ones and begin with one for all devices. They go to the v1 controller; where
  // it is not mounted, into an eBPF program on the v2 directory (needs CAP_BPF, CAP_NET_ADMIN and
  // CAP_SYS_ADMIN). What is allowed before and after is never denied in between.
  // `commit` runs when all is written, and takes it all back by throwing.
  void apply(const plan::Limits& limits, const std::function<void()>& commit = {});
  // What these limits of a cgroup in use, when they have been applied, are to its systemd unit.
  std::vector<plan::UnitProperty> unit_properties(const plan::Limits& limits) const;
  // Waits until every process has stopped; thaws again when that takes more than two seconds.
  void freeze();
  void thaw();
  bool is_frozen() const;
  // Where freeze() writes; "" where nothing can freeze. is_frozen_at() asks it.
  std::string freezer_directory() const;
  // Every process of the cgroup and of cgroups below it, in host pids, each once, sorted.
  std::vector<pid_t> processes() const;
  // stats.h
  Stats stats() const;
  OomWatch watch_oom() const;
  // SIGKILL to all of them, frozen ones too, until none is left (cgroup.kill where there is a v2
  // directory, else freeze, kill, thaw); gives up with an error after `timeout_ms`.
  void kill_all(int timeout_ms = 10'000);
  // Removes the directories and those below; waits a little for dying processes (EBUSY).
  // Directories that do not exist are fine. Parents stay: a later process cannot know who made them
  // and who else is about to use them.
  void remove();

 private:
  explicit Cgroup(Mode mode);
  void add(const Hierarchy& hierarchy, std::string path);
  void replace_devices_v1(const std::vector<plan::DeviceRule>& rules,
                          const std::function<void()>& commit) const;
  enum class InUse { kRefuse, kExpect };
  static Cgroup make(const Host& host, const std::string& path, const plan::Limits& limits,
                     Inaccessible inaccessible, InUse in_use);
  void make_directories(Inaccessible inaccessible, InUse in_use, const Route& routed);
  CurrentV2 current_limits() const;
  void leave_out(std::size_t index);
  void refuse_if_in_use(const std::vector<const Directory*>& existing) const;
  const Directory* find_controller(bool v2, std::string_view controller) const;
  const Directory* v2_directory() const;

  Mode mode_ = Mode::kV1;
  std::vector<Hierarchy> hierarchies_;  // same order as paths_ and directories_
  std::vector<std::string> paths_;
  std::vector<Directory> directories_;
};

}  // namespace wpar::cgroup
