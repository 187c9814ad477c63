// SPDX-License-Identifier: Apache-2.0
#pragma once
// Mounts as handles: made detached, configured while nobody can see them, then attached to a handle
// (fsopen(2), open_tree(2), mount_setattr(2), move_mount(2)). Run by the parent (bind sources) and
// init.

#include <cstdint>
#include <string>

#include "runtime/base/fd.h"

namespace wpar::sys {

enum class Recursive { kNo, kYes };

// A mount without a place. Destroying it unmounts it.
class DetachedMount {
 public:
  DetachedMount() = default;
  // A copy of the mount at a host path; without `follow` a symbolic link at its end is meant
  // itself.
  static DetachedMount bind(const std::string& host_path, Recursive recursive, bool follow = true);
  // A copy of the mount that `object` (any descriptor, O_PATH will do) lies on, rooted at it.
  static DetachedMount bind(BorrowedFd object, Recursive recursive);

  BorrowedFd fd() const { return fd_; }
  explicit operator bool() const { return static_cast<bool>(fd_); }

  // MOUNT_ATTR_* to set and clear; `propagation` is 0 or one of MS_PRIVATE, MS_SLAVE, MS_SHARED,
  // MS_UNBINDABLE.
  void set_attributes(std::uint64_t set, std::uint64_t clear, Recursive recursive) const;
  void set_propagation(std::uint64_t propagation, Recursive recursive) const;
  // Owners of files are seen through the maps of this user namespace (MOUNT_ATTR_IDMAP).
  void set_id_map(BorrowedFd user_namespace, Recursive recursive) const;

  // Its descriptor, as long as which is open the mount lives without a place.
  UniqueFd take() && { return std::move(fd_); }
  // Puts it on top of `target`, which may be detached itself since Linux 6.15. The descriptor stays
  // valid and now names the attached mount.
  UniqueFd attach(BorrowedFd target) &&;

 private:
  friend class FilesystemContext;
  friend DetachedMount try_mount_new(const std::string& type);
  explicit DetachedMount(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

// A new superblock in the making, or one that is to get other options.
class FilesystemContext {
 public:
  explicit FilesystemContext(const std::string& type);
  // Of the mount that `object` is the root of (fspick(2)).
  explicit FilesystemContext(BorrowedFd object);
  void set_string(const std::string& key, const std::string& value);
  void set_flag(const std::string& key);
  // `attributes`: MOUNT_ATTR_*.
  DetachedMount mount(std::uint64_t attributes) &&;
  void reconfigure() &&;

 private:
  [[noreturn]] void fail(const std::string& doing) const;
  std::string type_;
  UniqueFd context_;
};

// A new file system of the type, without parameters. Empty with errno where that is not allowed: a
// user namespace may see no more of a procfs than it does already.
DetachedMount try_mount_new(const std::string& type);

// An O_PATH handle; what is mounted there on demand is mounted (autofs). Without `follow` as in
// DetachedMount::bind().
UniqueFd open_place(const std::string& host_path, bool follow);
// False where this mount namespace belongs to a user namespace in which we have no CAP_SYS_ADMIN.
bool may_clone_mounts();
// mount_setattr(2) on the mount that `object` lies on.
void set_mount_attributes(BorrowedFd object, std::uint64_t set, std::uint64_t clear,
                          std::uint64_t propagation, Recursive recursive);
// MS_SLAVE|MS_REC and so on for "/" of this mount namespace.
void set_root_propagation(std::uint64_t flags);

// `root` is a mount that lies on top of "/". It becomes the process's root and the old root is
// detached: from here on nothing outside is reachable (pivot_root(2), "pivot_root(".", ".")").
void pivot_to(BorrowedFd root);
// The same with chroot(2), for a host root that pivot_root(2) refuses (ramfs).
void chroot_to(BorrowedFd root);

// The mount that `object` lies on, as /proc/PID/mountinfo numbers it (statx(2), STATX_MNT_ID).
std::uint64_t mount_id(BorrowedFd object);
// The file system type (statfs(2) f_type) that `object` lies on.
std::int64_t filesystem_type(BorrowedFd object);

// Unmounts what is on top at `name` in `directory`, which is where the process goes for it; busy or
// not (MNT_DETACH), never through a link.
void detach_mount_at(BorrowedFd directory, const std::string& name);

}  // namespace wpar::sys
