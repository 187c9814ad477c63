// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "runtime/base/error.h"
#include "runtime/lifecycle/criu/criu.h"
#include "runtime/sys/mount.h"
#include "runtime/sys/open.h"
#include "runtime/sys/root_dir.h"

namespace wpar::lifecycle {
namespace {

constexpr int kStandard = 3;
constexpr std::string_view kFileKey = "file[";
constexpr std::string_view kTerminalKey = "tty[";
constexpr unsigned int kMemoryDevices = 1;  // /dev/null and its like

// Kinds that CRIU finds by their path.
bool is_found_by_path(const struct stat& info) {
  return S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode) ||
         (S_ISCHR(info.st_mode) && major(info.st_rdev) == kMemoryDevices);
}

// Of our own descriptor.
std::string key_of(int fd) {
  struct stat info = {};
  if (::fstat(fd, &info) < 0) {
    if (errno == EBADF) {
      return "";
    }
    throw_errno("stat descriptor {}", fd);
  }
  std::string link =
      sys::read_link(sys::open_path(fmt::format("/proc/self/fd/{}", fd), O_PATH | O_NOFOLLOW));
  if (::isatty(fd) == 1) {
    return fmt::format("{}{:x}:{:x}]", kTerminalKey, info.st_rdev, info.st_dev);
  }
  if (!link.starts_with('/') || !is_found_by_path(info)) {
    return link;
  }
  return fmt::format("file[{:x}:{:x}]", sys::mount_id(BorrowedFd(fd)), info.st_ino);
}

// "file[1a:2b]" → 0x1a; 0 for other kinds.
std::uint64_t mount_of(std::string_view key) {
  if (!key.starts_with(kFileKey)) {
    return 0;
  }
  const std::string_view number = key.substr(kFileKey.size(), key.find(':') - kFileKey.size());
  std::uint64_t mount = 0;
  std::from_chars(number.data(), number.data() + number.size(), mount, 16);
  return mount;
}

UniqueFd duplicate(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) {
    throw_errno("duplicate descriptor {}", fd);
  }
  return copy;
}

bool is_inherited(std::string_view key) {
  return key.starts_with("pipe:[") || key.starts_with(kTerminalKey) || key.starts_with(kFileKey);
}

}  // namespace

std::vector<std::string> standard_descriptors() {
  std::vector<std::string> keys;
  for (int fd = 0; fd < kStandard; ++fd) {
    keys.push_back(key_of(fd));
  }
  return keys;
}

std::vector<std::string> from_outside(std::vector<std::string> keys,
                                      const std::vector<MountLine>& table) {
  for (std::string& key : keys) {
    if (std::ranges::find(table, mount_of(key), &MountLine::id) != table.end()) {
      key.clear();
    }
  }
  return keys;
}

std::vector<std::string> external_files(const std::vector<std::string>& keys) {
  std::vector<std::string> files;
  for (const std::string& key : keys) {
    if ((key.starts_with(kFileKey) || key.starts_with(kTerminalKey)) &&
        std::ranges::find(files, key) == files.end()) {
      files.push_back(key);
    }
  }
  return files;
}

InheritedDescriptors inherit_standard(const std::vector<std::string>& keys) {
  InheritedDescriptors inherited;
  inherited.now = keys;
  const auto count = std::min<std::size_t>(keys.size(), kStandard);
  // Backwards: of several with one key, standard output is the better one to write to.
  for (std::size_t i = count; i-- > 0;) {
    const std::string& key = keys[i];
    const bool seen =
        std::ranges::find(inherited.entries, key, &CriuInheritedFd::key) != inherited.entries.end();
    if (!is_inherited(key) || seen) {
      continue;
    }
    int number = static_cast<int>(i);
    for (std::size_t other = 0; other < count; ++other) {
      if (keys[other] == key) {
        inherited.now[other] = key_of(number);
      }
    }
    const std::size_t opened_before = inherited.opened.size();
    struct stat info = {};
    if (std::count(keys.begin(), keys.end(), key) > 1 && ::fstat(number, &info) == 0 &&
        S_ISCHR(info.st_mode)) {
      // One /dev/null for input and output: CRIU knows only one name for both.
      inherited.opened.push_back(
          sys::open_path(fmt::format("/proc/self/fd/{}", number), O_RDWR | O_NOCTTY));
    } else if (number == STDERR_FILENO) {
      inherited.opened.push_back(duplicate(number));  // CRIU's own 2 leads elsewhere
    }
    if (inherited.opened.size() != opened_before) {
      number = kFirstCriuDescriptor + static_cast<int>(opened_before);
    }
    inherited.entries.push_back({.key = key, .fd = number});
  }
  return inherited;
}

}  // namespace wpar::lifecycle
