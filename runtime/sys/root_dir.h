// SPDX-License-Identifier: Apache-2.0
#pragma once
// The container root as a handle: the only way to open or make something inside it. Symbolic links
// are the container's and are resolved as if its root were "/" (openat2(2) RESOLVE_IN_ROOT); links
// of procfs that jump ("magic links") are refused. Run by init.

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/base/fd.h"

namespace wpar::sys {

enum class Links {
  kFollow,  // inside the root
  kRefuse,  // ELOOP: where a link can only be an attack (/proc, /sys)
};

class RootDir {
 public:
  RootDir() = default;
  // `root`: O_PATH or better, of the container root's mount.
  explicit RootDir(UniqueFd root) : root_(std::move(root)) {}

  BorrowedFd fd() const { return root_; }

  // `flags` as for open(2). `path` begins with a slash or not; both mean the container's root.
  UniqueFd open(const std::string& path, int flags, Links links = Links::kFollow) const;
  // An invalid descriptor when nothing is there (ENOENT, ENOTDIR, a dangling link).
  UniqueFd find(const std::string& path, int flags, Links links = Links::kFollow) const;

  // Never into another mount, up, or through a magic link: for a procfs, whose files others may
  // have mounted something over.
  UniqueFd open_on_same_mount(const std::string& path, int flags) const;

  // An O_PATH handle of the directory; missing components are made with mode 0755. A dangling link
  // is followed and its target made, inside the root.
  UniqueFd make_directory(const std::string& path, Links links = Links::kFollow) const;
  // An O_PATH handle of what is there, or of an empty file with mode 0644 made there.
  UniqueFd make_file(const std::string& path) const;

 private:
  UniqueFd try_open(const std::string& path, int flags, Links links) const;
  UniqueFd make(const std::string& path, bool directory) const;
  UniqueFd root_;
};

// One component below a handle, never through a link: O_NOFOLLOW. Invalid with errno when it fails.
UniqueFd try_open_child(BorrowedFd directory, const std::string& name, int flags);
// The text of the link that `link` (O_PATH|O_NOFOLLOW) is.
std::string read_link(BorrowedFd link);

// The kernel's own word for where we are (getcwd(2), not glibc's): a directory outside of the root
// begins with "(unreachable)".
std::string working_directory();

// mknodat(2) and fchownat(2); false when the name is taken.
bool make_node(BorrowedFd directory, const std::string& name, mode_t mode, dev_t device, uid_t uid,
               gid_t gid);
// symlinkat(2); false when the name is taken.
bool make_symlink(BorrowedFd directory, const std::string& name, const std::string& target);

}  // namespace wpar::sys
