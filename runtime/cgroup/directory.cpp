// SPDX-License-Identifier: Apache-2.0
#include "runtime/cgroup/directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/sys/raw.h"

namespace wpar::cgroup {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr std::uint64_t kBeneath =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;

UniqueFd try_open_directory(int at, const std::string& path, std::uint64_t resolve) {
  open_how how{};
  how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
  how.resolve = resolve;
  for (;;) {
    UniqueFd fd(sys::raw::openat2(at, path.c_str(), how));
    if (fd || (errno != EINTR && errno != EAGAIN)) {  // EAGAIN: a rename somewhere raced with us
      return fd;
    }
  }
}

// "a/b/c" → {"a", "a/b", "a/b/c"}
std::vector<std::string> prefixes(const std::string& path) {
  std::vector<std::string> all;
  for (std::size_t slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    all.push_back(path.substr(0, slash));
  }
  all.push_back(path);
  return all;
}

}  // namespace

Directory::Directory(Hierarchy hierarchy, std::string path)
    : hierarchy_(std::move(hierarchy)), path_(std::move(path)) {
  const std::string mount = clean_path(hierarchy_.mount_point);
  if (clean_path(path_) != path_ || path_ == mount || !is_same_or_below(path_, mount)) {
    throw_error(ErrorKind::kInternal, "{} is not a cgroup below {}", path_, mount);
  }
  below_ = path_.substr(mount == "/" ? 1 : mount.size() + 1);
}

bool Directory::has(std::string_view controller) const {
  const auto& names = hierarchy_.controllers;
  return std::find(names.begin(), names.end(), controller) != names.end();
}

BorrowedFd Directory::root() const {
  if (root_) {
    return root_;
  }
  UniqueFd root = try_open_directory(AT_FDCWD, hierarchy_.mount_point,
                                     RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
  if (!root) {
    throw_errno("open {}", hierarchy_.mount_point);
  }
  struct statfs info = {};
  if (::fstatfs(root.get(), &info) < 0) {
    throw_errno("look at the file system of {}", hierarchy_.mount_point);
  }
  if (info.f_type != (v2() ? CGROUP2_SUPER_MAGIC : CGROUP_SUPER_MAGIC)) {
    throw_error(ErrorKind::kUnsupported, "{} is not a cgroup {} file system",
                hierarchy_.mount_point, v2() ? "v2" : "v1");
  }
  root_ = std::move(root);
  return root_;
}

// 0 or errno, then with the path that could not be made.
int Directory::try_make(bool& made, std::string& failed) {
  const int at = root().get();
  // The parent stands in most cases: one system call. cgroup file systems have no symbolic links.
  made = ::mkdirat(at, below_.c_str(), kDirectoryMode) == 0;
  if (made) {
    made_.push_back(below_);
    return 0;
  }
  failed = path_;
  if (errno != ENOENT) {
    return errno == EEXIST ? 0 : errno;
  }
  for (std::string& prefix : prefixes(below_)) {
    made = ::mkdirat(at, prefix.c_str(), kDirectoryMode) == 0;
    if (made) {
      made_.push_back(std::move(prefix));
    } else if (errno != EEXIST) {
      const int error = errno;
      failed = fmt::format("{}/{}", hierarchy_.mount_point, prefix);
      return error;
    }
  }
  return 0;
}

bool Directory::make() {
  bool made = false;
  std::string failed;
  if (const int error = try_make(made, failed)) {
    throw Error(error, fmt::format("make {}", failed));
  }
  return made;
}

int Directory::try_make_enterable(bool& made) {
  std::string failed;
  if (const int error = try_make(made, failed)) {
    return error;
  }
  const char* entrance = v2() ? "cgroup.procs" : "tasks";
  return ::faccessat(handle().get(), entrance, W_OK, AT_EACCESS) == 0 ? 0 : errno;
}

BorrowedFd Directory::find_handle() const {
  if (!handle_) {
    handle_ = try_open_directory(root().get(), below_, kBeneath);
    if (!handle_ && errno != ENOENT) {
      throw_errno("open {}", path_);
    }
  }
  return handle_;
}

BorrowedFd Directory::handle() const {
  if (!find_handle()) {
    throw Error(ENOENT, fmt::format("open {}", path_));
  }
  return handle_;
}

std::vector<UniqueFd> Directory::ancestors() const {
  std::vector<UniqueFd> handles;
  handles.push_back(try_open_directory(root().get(), ".", kBeneath));
  const std::vector<std::string> all = prefixes(below_);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    handles.push_back(try_open_directory(root().get(), all[i], kBeneath));
    if (!handles.back()) {
      throw_errno("open {}/{}", hierarchy_.mount_point, all[i]);
    }
  }
  return handles;
}

UniqueFd Directory::open_file(const std::string& file, int flags) const {
  UniqueFd fd(::openat(handle().get(), file.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    throw_errno("open {}/{}", path_, file);
  }
  return fd;
}

int Directory::try_write(const std::string& file, std::string_view text) const {
  if (!open_file_ || open_file_name_ != file) {
    open_file_.reset(::openat(handle().get(), file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!open_file_) {
      return errno;
    }
    open_file_name_ = file;
  }
  for (;;) {
    // One write(2) is one command for a control file, so a part of it must never be repeated.
    const ssize_t put = ::write(open_file_.get(), text.data(), text.size());
    if (put >= 0) {
      return static_cast<std::size_t>(put) == text.size() ? 0 : EIO;
    }
    if (errno != EINTR) {
      return errno;
    }
  }
}

void Directory::write(const std::string& file, std::string_view text) const {
  if (const int error = try_write(file, text)) {
    throw Error(error, fmt::format("write {} to {}/{}", text, path_, file));
  }
}

std::optional<std::string> Directory::find(const std::string& file) const {
  const BorrowedFd directory = find_handle();
  return directory ? find_text(directory, file) : std::nullopt;
}

std::string Directory::read(const std::string& file) const {
  auto text = find_text(handle(), file);
  if (!text) {
    throw_errno("read {}/{}", path_, file);
  }
  return std::move(*text);
}

int Directory::try_remove() const {
  if (::unlinkat(root().get(), below_.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) {
    return 0;
  }
  return errno;
}

void Directory::undo() {
  for (auto one = made_.rbegin(); one != made_.rend(); ++one) {
    // A parent that somebody else uses by now stays: EBUSY.
    ::unlinkat(root().get(), one->c_str(), AT_REMOVEDIR);
  }
  made_.clear();
  handle_.reset();
  open_file_.reset();
}

std::optional<std::string> find_text(BorrowedFd directory, const std::string& file) {
  const UniqueFd fd(::openat(directory.get(), file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t got = fd ? ::read(fd.get(), buffer, sizeof(buffer)) : -1;
    if (got > 0) {
      text.append(buffer, static_cast<std::size_t>(got));
    } else if (got == 0) {
      return text;
    } else if (errno == ENOENT || errno == ENODEV || errno == EOPNOTSUPP) {
      return std::nullopt;
    } else if (errno != EINTR || !fd) {
      throw_errno("read {}", file);
    }
  }
}

int try_write_text(BorrowedFd directory, const std::string& file, std::string_view text) {
  const UniqueFd fd(::openat(directory.get(), file.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    return errno;
  }
  return ::write(fd.get(), text.data(), text.size()) < 0 ? errno : 0;
}

}  // namespace wpar::cgroup
