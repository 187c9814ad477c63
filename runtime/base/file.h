// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whole files: read, write, replace. Host files only; below a container root use sys::RootDir.
// Every function throws Error(kSystem) naming the path.

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/fd.h"

namespace wpar {

inline constexpr std::size_t kMaxFileBytes = std::size_t{16}
                                             << 20;  // more than any document of ours

// Contents of a regular file, proc or cgroup file. A file longer than `max_bytes` is refused.
std::string read_file(const std::string& path, std::size_t max_bytes = kMaxFileBytes);
// Nothing when the file does not exist (ENOENT, ENOTDIR).
std::optional<std::string> find_file(const std::string& path,
                                     std::size_t max_bytes = kMaxFileBytes);
// `name` is what errors call the descriptor.
std::string read_fd(BorrowedFd fd, std::string_view name, std::size_t max_bytes = kMaxFileBytes);

// The same below a directory handle; `relative` must not be a symbolic link.
std::string read_file_at(BorrowedFd directory, const std::string& relative,
                         std::size_t max_bytes = kMaxFileBytes);
std::optional<std::string> find_file_at(BorrowedFd directory, const std::string& relative,
                                        std::size_t max_bytes = kMaxFileBytes);

// All of `text`, continuing after short writes and EINTR.
void write_all(BorrowedFd fd, std::string_view text, std::string_view name);
// Creates or truncates; never follows a symbolic link in the last component.
void write_file(const std::string& path, std::string_view text, mode_t mode);
void write_file_at(BorrowedFd directory, const std::string& relative, std::string_view text,
                   mode_t mode);
// Readers see the old or the new text, never a part: temporary name beside it, then rename(2).
// No fsync: what we keep under /run does not outlive the kernel it describes.
void replace_file(const std::string& path, std::string_view text, mode_t mode);
void replace_file_at(BorrowedFd directory, const std::string& relative, std::string_view text,
                     mode_t mode);

// The directory and those above it that are missing, for their owner alone (0700).
void make_private_directories(const std::string& path);

}  // namespace wpar
