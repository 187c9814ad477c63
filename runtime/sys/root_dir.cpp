// SPDX-License-Identifier: Apache-2.0
#include "runtime/sys/root_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <deque>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/text.h"
#include "runtime/sys/raw.h"

namespace wpar::sys {
namespace {

constexpr int kMaxLinks = 40;             // as the kernel (path_resolution(7))
constexpr int kRenameStormRetries = 512;  // openat2 says EAGAIN while somebody renames above us

}  // namespace

UniqueFd RootDir::try_open(const std::string& path, int flags, Links links) const {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  if (links == Links::kRefuse) {
    how.resolve |= RESOLVE_NO_SYMLINKS;
  }
  for (int attempt = 0;; ++attempt) {
    UniqueFd fd(raw::openat2(root_.get(), path.c_str(), how));
    if (fd || (errno != EINTR && errno != EAGAIN) || attempt == kRenameStormRetries) {
      return fd;
    }
  }
}

UniqueFd RootDir::open(const std::string& path, int flags, Links links) const {
  UniqueFd fd = try_open(path, flags, links);
  if (!fd) {
    throw_errno("open {} inside the container root", path);
  }
  return fd;
}

UniqueFd RootDir::open_on_same_mount(const std::string& path, int flags) const {
  open_how how = {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS;
  UniqueFd fd(raw::openat2(root_.get(), path.c_str(), how));
  if (!fd) {
    throw_errno("open `{}`", path);
  }
  return fd;
}

UniqueFd RootDir::find(const std::string& path, int flags, Links links) const {
  UniqueFd fd = try_open(path, flags, links);
  if (!fd && errno != ENOENT && errno != ENOTDIR) {
    throw_errno("open {} inside the container root", path);
  }
  return fd;
}

UniqueFd RootDir::make_directory(const std::string& path, Links links) const {
  UniqueFd fd = try_open(path, O_PATH | O_DIRECTORY, links);
  if (fd) {
    return fd;
  }
  if (errno != ENOENT) {
    throw_errno("open {} inside the container root", path);
  }
  if (links == Links::kFollow) {
    return make(path, true);
  }
  fd = make(path, true);
  // Looked up once more without links: what was made must be what the path says.
  return open(path, O_PATH | O_DIRECTORY, links);
}

UniqueFd RootDir::make_file(const std::string& path) const {
  UniqueFd fd = try_open(path, O_PATH, Links::kFollow);
  if (fd) {
    return fd;
  }
  if (errno != ENOENT) {
    throw_errno("open {} inside the container root", path);
  }
  return make(path, false);
}

// Walks component by component with handles only. ".." goes back to the handle we came from, never
// to what the kernel calls the parent, so nobody can move a directory away under us.
UniqueFd RootDir::make(const std::string& path, bool directory) const {
  std::deque<std::string> left;
  for (const std::string_view part : split(path, '/')) {
    left.emplace_back(part);
  }
  std::vector<UniqueFd> above;  // handles below the root on the way to `here`
  int links = 0;
  const auto here = [&] { return above.empty() ? BorrowedFd(root_) : BorrowedFd(above.back()); };
  while (!left.empty()) {
    const std::string name = std::move(left.front());
    left.pop_front();
    if (name.empty() || name == ".") {
      continue;
    }
    if (name == "..") {
      if (!above.empty()) {
        above.pop_back();
      }
      continue;
    }
    UniqueFd next = try_open_child(here(), name, O_PATH);
    if (!next && errno == ENOENT) {
      if (left.empty() && !directory) {
        UniqueFd made(::openat(here().get(), name.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
        if (!made && errno != EEXIST) {
          throw_errno("create {} inside the container root", path);
        }
      } else if (::mkdirat(here().get(), name.c_str(), 0755) < 0 && errno != EEXIST) {
        throw_errno("create {} inside the container root", path);
      }
      next = try_open_child(here(), name, O_PATH);
    }
    if (!next) {
      throw_errno("open {} inside the container root", path);
    }
    struct stat info = {};
    if (::fstat(next.get(), &info) < 0) {
      throw_errno("stat {} inside the container root", path);
    }
    if (S_ISLNK(info.st_mode)) {
      if (++links > kMaxLinks) {
        throw Error(ELOOP, fmt::format("open {} inside the container root", path));
      }
      const std::string target = read_link(next);
      if (target.starts_with('/')) {
        above.clear();
      }
      const auto parts = split(target, '/');
      left.insert(left.begin(), parts.begin(), parts.end());
      continue;
    }
    if ((!left.empty() || directory) && !S_ISDIR(info.st_mode)) {
      throw Error(ENOTDIR, fmt::format("open {} inside the container root", path));
    }
    above.push_back(std::move(next));
  }
  if (above.empty()) {
    return open("/", O_PATH | O_DIRECTORY);
  }
  return std::move(above.back());
}

UniqueFd try_open_child(BorrowedFd directory, const std::string& name, int flags) {
  return UniqueFd(::openat(directory.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
}

std::string read_link(BorrowedFd link) {
  char text[PATH_MAX];
  const ssize_t length = ::readlinkat(link.get(), "", text, sizeof(text));
  if (length < 0) {
    throw_errno("read a symbolic link");
  }
  return std::string(text, static_cast<std::size_t>(length));
}

std::string working_directory() {
  char where[PATH_MAX];
  if (::syscall(SYS_getcwd, where, sizeof(where)) < 0) {
    throw_errno("getcwd");
  }
  return where;
}

bool make_node(BorrowedFd directory, const std::string& name, mode_t mode, dev_t device, uid_t uid,
               gid_t gid) {
  if (::mknodat(directory.get(), name.c_str(), mode, device) < 0) {
    if (errno == EEXIST) {
      return false;
    }
    throw_errno("mknod {}", name);
  }
  if ((uid != 0 || gid != 0) &&
      ::fchownat(directory.get(), name.c_str(), uid, gid, AT_SYMLINK_NOFOLLOW) < 0) {
    throw_errno("chown {}", name);
  }
  return true;
}

bool make_symlink(BorrowedFd directory, const std::string& name, const std::string& target) {
  if (::symlinkat(target.c_str(), directory.get(), name.c_str()) == 0) {
    return true;
  }
  if (errno == EEXIST) {
    return false;
  }
  throw_errno("symlink {}", name);
}

}  // namespace wpar::sys
