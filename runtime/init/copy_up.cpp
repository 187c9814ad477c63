// SPDX-License-Identifier: Apache-2.0
#include "runtime/init/copy_up.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/sys/open.h"
#include "runtime/sys/root_dir.h"

namespace wpar::init {
namespace {

constexpr int kMaxDepth = 128;  // a deeper tree is no skeleton of anything

void copy_directory(BorrowedFd from, BorrowedFd to, int depth);

void copy_owner(BorrowedFd to, const std::string& name, const struct stat& info) {
  if (::fchownat(to.get(), name.c_str(), info.st_uid, info.st_gid, AT_SYMLINK_NOFOLLOW) < 0) {
    throw_errno("chown {}", name);
  }
}

void copy_file(BorrowedFd from, BorrowedFd to, const std::string& name, const struct stat& info) {
  const UniqueFd source = sys::try_open_child(from, name, O_RDONLY | O_NONBLOCK);
  if (!source) {
    throw_errno("copy {}", name);
  }
  const UniqueFd copy = sys::open_at(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  for (ssize_t moved = 1; moved > 0;) {
    moved = ::sendfile(copy.get(), source.get(), nullptr, std::size_t{1} << 20);
    if (moved < 0) {
      throw_errno("copy {}", name);
    }
  }
  copy_owner(to, name, info);
  if (::fchmod(copy.get(), info.st_mode & 07777U) < 0) {
    throw_errno("chmod {}", name);
  }
}

void copy_entry(BorrowedFd from, BorrowedFd to, const std::string& name, int depth) {
  const UniqueFd entry = sys::try_open_child(from, name, O_PATH);
  struct stat info = {};
  if (!entry || ::fstat(entry.get(), &info) < 0) {
    throw_errno("open {}", name);
  }
  if (S_ISREG(info.st_mode)) {
    copy_file(from, to, name, info);
  } else if (S_ISLNK(info.st_mode)) {
    sys::make_symlink(to, name, sys::read_link(entry));
    copy_owner(to, name, info);
  } else if (S_ISDIR(info.st_mode)) {
    if (::mkdirat(to.get(), name.c_str(), info.st_mode & 07777U) < 0) {
      throw_errno("mkdir {}", name);
    }
    const UniqueFd below = sys::try_open_child(to, name, O_PATH | O_DIRECTORY);
    copy_directory(entry, below, depth + 1);
    copy_owner(to, name, info);
  }
}

void copy_directory(BorrowedFd from, BorrowedFd to, int depth) {
  if (depth > kMaxDepth) {
    throw_error(ErrorKind::kInvalidConfig, "tmpcopyup: more than {} levels of directories",
                kMaxDepth);
  }
  UniqueFd listing = sys::open_at(from, ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::fdopendir(listing.release()), ::closedir);
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") {
      copy_entry(from, to, name, depth);
    }
  }
}

}  // namespace

void copy_up(BorrowedFd from, BorrowedFd to) {
  copy_directory(from, to, 0);
}

}  // namespace wpar::init
