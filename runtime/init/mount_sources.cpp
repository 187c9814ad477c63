// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/mount_sources.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "runtime/init/filesystem.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/open.h"

namespace wpar::init {
namespace {

bool joins(const plan::Plan& plan, plan::NamespaceKind kind) {
  const auto& join = plan.namespaces.join;
  return std::any_of(join.begin(), join.end(),
                     [&](const plan::NamespaceJoin& one) { return one.kind == kind; });
}

struct stat stat_of(BorrowedFd object) {
  struct stat info = {};
  if (::fstat(object.get(), &info) < 0) {
    throw_errno("stat");
  }
  return info;
}

// A clone of a shared host mount is its peer: what the container mounts on it would appear on the
// host. A slave still sees what the host mounts later. With rootfsPropagation "shared" that is what
// is wanted.
void leave_peer_group(const plan::Plan& plan, const sys::DetachedMount& mount) {
  if (plan.root.host_propagation != 0) {
    mount.set_propagation(plan.root.host_propagation & ~std::uint64_t{MS_REC},
                          sys::Recursive::kYes);
  }
}

sys::DetachedMount open_root(const plan::Plan& plan) {
  sys::DetachedMount root = sys::DetachedMount::bind(plan.root.path, sys::Recursive::kYes);
  if (!S_ISDIR(stat_of(root.fd()).st_mode)) {
    throw Error(ENOTDIR, plan.root.path);
  }
  // A shared root could not be pivoted to, whatever it shall be afterwards.
  root.set_propagation(
      plan.root.host_propagation != 0 ? plan.root.host_propagation & ~std::uint64_t{MS_REC}
                                      : std::uint64_t{MS_PRIVATE},
      plan.root.host_propagation != 0 ? sys::Recursive::kYes : sys::Recursive::kNo);
  return root;
}

// The text of a symbolic link that shall be made again instead of mounted; "" for anything else.
std::string find_symlink(const plan::MountPlan& mount) {
  if (!mount.copy_symlink) {
    return {};
  }
  const UniqueFd object = sys::open_path(mount.source, O_PATH | O_NOFOLLOW);
  return S_ISLNK(stat_of(object).st_mode) ? sys::read_link(object) : std::string();
}

sys::Recursive recursion_of(const plan::MountPlan& mount) {
  return mount.recursive ? sys::Recursive::kYes : sys::Recursive::kNo;
}

// What stands at /proc is believed by everything inside, and by us before the pivot
// (CVE-2019-16884).
void check_proc(const plan::MountPlan& mount, BorrowedFd object) {
  if (mount.destination == "/proc" && sys::filesystem_type(object) != PROC_SUPER_MAGIC) {
    throw_error(ErrorKind::kInvalidConfig, "{} is not a proc file system", mount.source);
  }
}

MountSource open_bind(const plan::Plan& plan, const plan::MountPlan& mount) {
  MountSource source;
  source.symlink = find_symlink(mount);
  if (!source.symlink.empty()) {
    return source;
  }
  source.mount = sys::DetachedMount::bind(mount.source, recursion_of(mount), mount.follow_source);
  source.is_directory = S_ISDIR(stat_of(source.mount.fd()).st_mode);
  check_proc(mount, source.mount.fd());
  leave_peer_group(plan, source.mount);
  return source;
}

// /proc/PID/mountinfo lists mounts by the age of their ids (since Linux 6.8), and a clone gets its
// id when it is made. So that the order of the list is the order to be seen, init clones what it
// can reach as well as the runtime: not in a user namespace, whose root may not walk every path.
// The handles are there before the first mount, as the clones of the others.
bool is_cloned_in_turn(const plan::Plan& plan, const plan::MountPlan& mount) {
  const bool other_user = plan.creates(CLONE_NEWUSER) || joins(plan, plan::NamespaceKind::kUser);
  return mount.kind == plan::MountKind::kBind && !mount.id_map.wanted &&
         plan.creates(CLONE_NEWNS) && !other_user;
}

// The container's root is going to lie on top of it: a recursive clone would show that.
bool is_root_of_namespace(BorrowedFd place) {
  const UniqueFd top = sys::open_root();
  return sys::mount_id(place) == sys::mount_id(top) && stat_of(place).st_ino == stat_of(top).st_ino;
}

MountSource open_bind_in_turn(const plan::Plan& plan, const plan::MountPlan& mount) {
  MountSource source;
  source.symlink = find_symlink(mount);
  if (!source.symlink.empty()) {
    return source;
  }
  source.place = sys::open_place(mount.source, mount.follow_source);
  source.is_directory = S_ISDIR(stat_of(source.place).st_mode);
  check_proc(mount, source.place);
  if (mount.recursive && is_root_of_namespace(source.place)) {
    clone_source(plan, mount, source);
  }
  return source;
}

MountSource open_mount(const plan::Plan& plan, const plan::MountPlan& mount) {
  MountSource source;
  if (mount.kind == plan::MountKind::kBind) {
    return open_bind(plan, mount);
  }
  if (mount.kind == plan::MountKind::kFilesystem && mount.id_map.wanted) {
    source.mount = make_filesystem(mount, std::nullopt);
  } else if (mount.kind == plan::MountKind::kFilesystem && !mount.fallback.empty()) {
    source.mount = sys::DetachedMount::bind(mount.fallback, sys::Recursive::kYes);
    leave_peer_group(plan, source.mount);
  }
  return source;
}

sys::DetachedMount open_device(const plan::DevicePlan& device) {
  sys::DetachedMount source = sys::DetachedMount::bind(device.path, sys::Recursive::kNo);
  const struct stat info = stat_of(source.fd());
  if ((info.st_mode & S_IFMT) != (device.mode & S_IFMT) || info.st_rdev != device.device) {
    throw_error(ErrorKind::kInvalidConfig, "{}: the host's node is not device {}:{}", device.path,
                major(device.device), minor(device.device));
  }
  source.set_propagation(MS_PRIVATE, sys::Recursive::kNo);
  return source;
}

// The host's, checked: the container's own /dev/null is the container's to exchange
// (CVE-2025-31133).
sys::DetachedMount open_null_device() {
  sys::DetachedMount null = sys::DetachedMount::bind("/dev/null", sys::Recursive::kNo);
  const struct stat info = stat_of(null.fd());
  if (!S_ISCHR(info.st_mode) || info.st_rdev != makedev(1, 3)) {
    throw_error(ErrorKind::kSystem, "the host's /dev/null is not the null device");
  }
  null.set_propagation(MS_PRIVATE, sys::Recursive::kNo);
  return null;
}

}  // namespace

void clone_source(const plan::Plan& plan, const plan::MountPlan& mount, MountSource& source) {
  if (source.place) {
    source.mount = sys::DetachedMount::bind(source.place, recursion_of(mount));
    leave_peer_group(plan, source.mount);
    source.place.reset();
  }
}

void open_list_sources(const plan::Plan& plan, MountSources& sources, InTurn in_turn) {
  sources.mounts.resize(plan.mounts.size());
  for (std::size_t i = 0; i < plan.mounts.size(); ++i) {
    const plan::MountPlan& mount = plan.mounts[i];
    if (in_turn == InTurn::kNone || !is_cloned_in_turn(plan, mount)) {
      sources.mounts[i] = in_context(fmt::format("mount {}", mount.destination),
                                     [&] { return open_mount(plan, mount); });
    }
  }
  for (CgroupSource& cgroup : sources.cgroups) {
    cgroup.mount = sys::DetachedMount::bind(cgroup.path, sys::Recursive::kNo);
    cgroup.mount.set_propagation(MS_PRIVATE, sys::Recursive::kNo);
  }
}

void open_mount_sources(const plan::Plan& plan, MountSources& sources, InTurn in_turn) {
  sources.root = in_context("/root/path", [&] { return open_root(plan); });
  open_list_sources(plan, sources, in_turn);
  sources.devices.resize(plan.devices.size());
  for (std::size_t i = 0; i < plan.devices.size(); ++i) {
    if (plan.devices[i].bind) {
      sources.devices[i] = open_device(plan.devices[i]);
    }
  }
  if (!plan.masked_paths.empty()) {
    sources.null_device = open_null_device();
  }
}

void open_sources(Context& context) {
  const plan::Plan& plan = context.plan();
  MountSources& sources = context.input.sources;
  if (!sources.root) {
    open_mount_sources(plan, sources, InTurn::kNone);
    return;
  }
  for (std::size_t i = 0; i < plan.mounts.size(); ++i) {
    const plan::MountPlan& mount = plan.mounts[i];
    if (is_cloned_in_turn(plan, mount)) {
      sources.mounts[i] = in_context(fmt::format("mount {}", mount.destination),
                                     [&] { return open_bind_in_turn(plan, mount); });
    }
  }
}

}  // namespace wpar::init
