// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "runtime/base/error.h"
#include "runtime/base/path.h"

namespace wpar {
namespace {

UniqueFd try_open(int directory, const std::string& path, int flags) {
  for (;;) {
    UniqueFd fd(::openat(directory, path.c_str(), flags | O_CLOEXEC));
    if (fd || errno != EINTR) {
      return fd;
    }
  }
}

// Nothing with errno when reading fails.
std::optional<std::string> try_read(BorrowedFd fd, std::string_view name, std::size_t max_bytes) {
  struct stat info = {};
  std::size_t expected = 0;
  if (::fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
    expected = static_cast<std::size_t>(info.st_size);
  }
  // One byte more than expected, so that an unchanged file ends with the second read.
  std::string text(
      std::min(expected, max_bytes) + 1 < 4096 ? 4096 : std::min(expected, max_bytes) + 1, '\0');
  std::size_t used = 0;
  for (;;) {
    if (used == text.size()) {
      text.resize(text.size() * 2);
    }
    const ssize_t got = ::read(fd.get(), text.data() + used, text.size() - used);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return std::nullopt;
    }
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) {
      throw_error(ErrorKind::kInvalidConfig, "{}: larger than {} bytes", name, max_bytes);
    }
    if (got == 0) {
      text.resize(used);
      return text;
    }
  }
}

std::optional<std::string> find_at(int directory, const std::string& path, int flags,
                                   std::size_t max_bytes) {
  // O_NONBLOCK: a pipe that lies where a file should must not make us wait for its writer.
  const UniqueFd fd = try_open(directory, path, O_RDONLY | O_NONBLOCK | flags);
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return std::nullopt;
    }
    throw_errno("open {}", path);
  }
  auto text = try_read(fd, path, max_bytes);
  // A file of /proc whose process ends between open and read is as absent as one never there.
  if (!text && errno != ESRCH) {
    throw_errno("read {}", path);
  }
  return text;
}

void write_at(int directory, const std::string& path, std::string_view text, mode_t mode) {
  const UniqueFd fd(::openat(directory, path.c_str(),
                             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!fd) {
    throw_errno("create {}", path);
  }
  write_all(fd, text, path);
}

void replace_at(int directory, const std::string& path, std::string_view text, mode_t mode) {
  const std::string temporary = fmt::format("{}.{}.tmp", path, ::getpid());
  write_at(directory, temporary, text, mode);
  if (::renameat(directory, temporary.c_str(), directory, path.c_str()) < 0) {
    const int saved = errno;
    ::unlinkat(directory, temporary.c_str(), 0);
    throw Error(saved, fmt::format("rename {} to {}", temporary, path));
  }
}

}  // namespace

std::string read_fd(BorrowedFd fd, std::string_view name, std::size_t max_bytes) {
  auto text = try_read(fd, name, max_bytes);
  if (!text) {
    throw_errno("read {}", name);
  }
  return std::move(*text);
}

std::optional<std::string> find_file(const std::string& path, std::size_t max_bytes) {
  return find_at(AT_FDCWD, path, 0, max_bytes);
}

std::string read_file(const std::string& path, std::size_t max_bytes) {
  const UniqueFd fd = try_open(AT_FDCWD, path, O_RDONLY);
  if (!fd) {
    throw_errno("open {}", path);
  }
  return read_fd(fd, path, max_bytes);
}

std::string read_file_at(BorrowedFd directory, const std::string& relative, std::size_t max_bytes) {
  const UniqueFd fd = try_open(directory.get(), relative, O_RDONLY | O_NOFOLLOW);
  if (!fd) {
    throw_errno("open {}", relative);
  }
  return read_fd(fd, relative, max_bytes);
}

std::optional<std::string> find_file_at(BorrowedFd directory, const std::string& relative,
                                        std::size_t max_bytes) {
  return find_at(directory.get(), relative, O_NOFOLLOW, max_bytes);
}

void write_all(BorrowedFd fd, std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd.get(), text.data(), text.size());
    if (put < 0 && errno == EINTR) {
      continue;
    }
    if (put < 0) {
      throw_errno("write {}", name);
    }
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void write_file(const std::string& path, std::string_view text, mode_t mode) {
  write_at(AT_FDCWD, path, text, mode);
}

void write_file_at(BorrowedFd directory, const std::string& relative, std::string_view text,
                   mode_t mode) {
  write_at(directory.get(), relative, text, mode);
}

void replace_file(const std::string& path, std::string_view text, mode_t mode) {
  replace_at(AT_FDCWD, path, text, mode);
}

void replace_file_at(BorrowedFd directory, const std::string& relative, std::string_view text,
                     mode_t mode) {
  replace_at(directory.get(), relative, text, mode);
}

void make_private_directories(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) {
    return;
  }
  if (errno != ENOENT) {
    throw_errno("create {}", path);
  }
  make_private_directories(parent_path(path));
  if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST) {
    throw_errno("create {}", path);
  }
}

}  // namespace wpar
