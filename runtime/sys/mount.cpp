// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/mount.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/sys/raw.h"

namespace wpar::sys {
namespace {

unsigned int clone_flags(Recursive recursive) {
  return OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
         (recursive == Recursive::kYes ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
}

UniqueFd open_source(const std::string& host_path, unsigned int flags, bool follow) {
  const unsigned int nofollow = follow ? 0U : static_cast<unsigned int>(AT_SYMLINK_NOFOLLOW);
  UniqueFd fd(::open_tree(AT_FDCWD, host_path.c_str(), flags | nofollow));
  if (!fd) {
    throw_errno("open the mount source {}", host_path);
  }
  return fd;
}

}  // namespace

bool may_clone_mounts() {
  return static_cast<bool>(UniqueFd(::open_tree(AT_FDCWD, "/", clone_flags(Recursive::kNo)))) ||
         errno != EPERM;
}

UniqueFd open_place(const std::string& host_path, bool follow) {
  return open_source(host_path, OPEN_TREE_CLOEXEC, follow);
}

DetachedMount DetachedMount::bind(const std::string& host_path, Recursive recursive, bool follow) {
  return DetachedMount(open_source(host_path, clone_flags(recursive), follow));
}

DetachedMount DetachedMount::bind(BorrowedFd object, Recursive recursive) {
  UniqueFd fd(::open_tree(object.get(), "", clone_flags(recursive) | AT_EMPTY_PATH));
  if (!fd) {
    throw_errno("clone a mount");
  }
  return DetachedMount(std::move(fd));
}

void DetachedMount::set_attributes(std::uint64_t set, std::uint64_t clear,
                                   Recursive recursive) const {
  if (set != 0 || clear != 0) {
    set_mount_attributes(fd_, set, clear, 0, recursive);
  }
}

void DetachedMount::set_propagation(std::uint64_t propagation, Recursive recursive) const {
  set_mount_attributes(fd_, 0, 0, propagation, recursive);
}

void DetachedMount::set_id_map(BorrowedFd user_namespace, Recursive recursive) const {
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<std::uint64_t>(user_namespace.get());
  const unsigned int flags =
      AT_EMPTY_PATH | (recursive == Recursive::kYes ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
  if (::mount_setattr(fd_.get(), "", flags, &attributes, sizeof(attributes)) == 0) {
    return;
  }
  if (errno == EINVAL) {
    throw_error(ErrorKind::kUnsupported,
                "id-map the mount: its file system does not support that (invalid argument)");
  }
  throw_errno("id-map the mount");
}

UniqueFd DetachedMount::attach(BorrowedFd target) && {
  if (::move_mount(fd_.get(), "", target.get(), "",
                   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
    throw_errno("attach the mount");
  }
  return std::move(fd_);
}

FilesystemContext::FilesystemContext(const std::string& type)
    : type_(type), context_(::fsopen(type.c_str(), FSOPEN_CLOEXEC)) {
  if (!context_) {
    throw_errno("open the file system type {}", type);
  }
}

FilesystemContext::FilesystemContext(BorrowedFd object)
    : type_("mounted"), context_(::fspick(object.get(), "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH)) {
  if (!context_) {
    throw_errno("open the mounted file system");
  }
}

// The kernel explains itself in the context's message queue: "e tmpfs: Bad value for 'size'".
void FilesystemContext::fail(const std::string& doing) const {
  const int saved = errno;
  char message[256];
  const ssize_t length = ::read(context_.get(), message, sizeof(message));
  if (length > 2 && message[0] == 'e') {
    throw Error(
        saved,
        fmt::format("{} ({})", doing,
                    trim(std::string_view(message + 2, static_cast<std::size_t>(length - 2)))));
  }
  throw Error(saved, doing);
}

void FilesystemContext::set_string(const std::string& key, const std::string& value) {
  if (::fsconfig(context_.get(), FSCONFIG_SET_STRING, key.c_str(), value.c_str(), 0) < 0) {
    fail(fmt::format("set {}={} of a {} file system", key, value, type_));
  }
}

void FilesystemContext::set_flag(const std::string& key) {
  if (::fsconfig(context_.get(), FSCONFIG_SET_FLAG, key.c_str(), nullptr, 0) < 0) {
    fail(fmt::format("set {} of a {} file system", key, type_));
  }
}

DetachedMount FilesystemContext::mount(std::uint64_t attributes) && {
  if (::fsconfig(context_.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) {
    fail(fmt::format("create a {} file system", type_));
  }
  UniqueFd fd(::fsmount(context_.get(), FSMOUNT_CLOEXEC, static_cast<unsigned int>(attributes)));
  if (!fd) {
    fail(fmt::format("mount a {} file system", type_));
  }
  return DetachedMount(std::move(fd));
}

DetachedMount try_mount_new(const std::string& type) {
  const UniqueFd context(::fsopen(type.c_str(), FSOPEN_CLOEXEC));
  if (!context || ::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0) {
    return {};
  }
  return DetachedMount(UniqueFd(::fsmount(context.get(), FSMOUNT_CLOEXEC, 0)));
}

void FilesystemContext::reconfigure() && {
  if (::fsconfig(context_.get(), FSCONFIG_CMD_RECONFIGURE, nullptr, nullptr, 0) < 0) {
    fail("change the mounted file system");
  }
}

void set_mount_attributes(BorrowedFd object, std::uint64_t set, std::uint64_t clear,
                          std::uint64_t propagation, Recursive recursive) {
  mount_attr attributes = {};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  attributes.propagation = propagation;
  const unsigned int flags =
      AT_EMPTY_PATH | (recursive == Recursive::kYes ? static_cast<unsigned int>(AT_RECURSIVE) : 0U);
  if (::mount_setattr(object.get(), "", flags, &attributes, sizeof(attributes)) < 0) {
    throw_errno("set mount attributes");
  }
}

void set_root_propagation(std::uint64_t flags) {
  if (::mount("none", "/", nullptr, flags, nullptr) < 0) {
    throw_errno("set the propagation of /");
  }
}

void pivot_to(BorrowedFd root) {
  const UniqueFd old_root(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!old_root) {
    throw_errno("open /");
  }
  if (::fchdir(root.get()) < 0) {
    throw_errno("change to the container root");
  }
  if (raw::pivot_root(".", ".") < 0) {
    throw_errno("pivot_root");
  }
  // The old root now lies on top of the new one. A slave, so that detaching it does not travel to
  // the host; not private, or mounts made in the meantime would stay pinned there.
  if (::fchdir(old_root.get()) < 0 || ::mount("", ".", nullptr, MS_SLAVE | MS_REC, nullptr) < 0 ||
      ::umount2(".", MNT_DETACH) < 0 || ::chdir("/") < 0) {
    throw_errno("detach the old root");
  }
}

void chroot_to(BorrowedFd root) {
  if (::fchdir(root.get()) < 0 || ::chroot(".") < 0 || ::chdir("/") < 0) {
    throw_errno("chroot to the container root");
  }
}

std::uint64_t mount_id(BorrowedFd object) {
  struct statx info = {};
  if (::statx(object.get(), "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_MNT_ID, &info) < 0) {
    throw_errno("statx");
  }
  return info.stx_mnt_id;
}

std::int64_t filesystem_type(BorrowedFd object) {
  struct statfs info = {};
  if (::fstatfs(object.get(), &info) < 0) {
    throw_errno("statfs");
  }
  return static_cast<std::int64_t>(info.f_type);
}

void detach_mount_at(BorrowedFd directory, const std::string& name) {
  if (::fchdir(directory.get()) < 0) {
    throw_errno("change to the directory of {}", name);
  }
  if (::umount2(name.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) < 0) {
    if (errno == EINVAL) {
      throw_error(ErrorKind::kWrongState, "{} is not a mount", name);
    }
    throw_errno("unmount {}", name);
  }
}

}  // namespace wpar::sys
