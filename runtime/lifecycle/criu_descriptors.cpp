// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu_descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"
#include "runtime/lifecycle/criu.h"
#include "runtime/sys/open.h"
#include "runtime/sys/root_dir.h"

namespace wpar::lifecycle {
namespace {

constexpr int kStandard = 3;
constexpr unsigned int kMemoryDevices = 1;  // /dev/null and its like

std::uint64_t mount_of(const std::string& fdinfo) {
  for (const std::string_view line : split(fdinfo, '\n')) {
    if (line.starts_with("mnt_id:")) {
      return parse_integer<std::uint64_t>(trim(line.substr(7))).value_or(0);
    }
  }
  return 0;
}

// Kinds that CRIU finds by their path. Terminals it treats otherwise.
bool is_found_by_path(const struct stat& info) {
  return S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode) ||
         (S_ISCHR(info.st_mode) && major(info.st_rdev) == kMemoryDevices);
}

std::string key_of(pid_t pid, int fd, const std::vector<MountLine>& table) {
  const std::string path = fmt::format("/proc/{}/fd/{}", pid, fd);
  struct stat info = {};
  if (::stat(path.c_str(), &info) < 0) {
    if (errno == ENOENT) {
      return "";  // closed
    }
    throw_errno("stat {}", path);
  }
  std::string link = sys::read_link(sys::open_path(path, O_PATH | O_NOFOLLOW));
  const std::uint64_t mount = mount_of(read_file(fmt::format("/proc/{}/fdinfo/{}", pid, fd)));
  const bool is_inside = std::ranges::find(table, mount, &MountLine::id) != table.end();
  if (is_inside || !link.starts_with('/') || !is_found_by_path(info)) {
    return link;
  }
  return fmt::format("file[{:x}:{:x}]", mount, info.st_ino);
}

UniqueFd duplicate(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy) {
    throw_errno("duplicate descriptor {}", fd);
  }
  return copy;
}

bool is_inherited(std::string_view key) {
  return key.starts_with("pipe:[") || key.starts_with("file[");
}

}  // namespace

std::vector<std::string> standard_descriptors(pid_t pid, const std::vector<MountLine>& table) {
  std::vector<std::string> keys;
  for (int fd = 0; fd < kStandard; ++fd) {
    keys.push_back(key_of(pid, fd, table));
  }
  return keys;
}

std::vector<std::string> external_files(const std::vector<std::string>& keys) {
  std::vector<std::string> files;
  for (const std::string& key : keys) {
    if (key.starts_with("file[") && std::ranges::find(files, key) == files.end()) {
      files.push_back(key);
    }
  }
  return files;
}

InheritedDescriptors inherit_standard(const std::vector<std::string>& keys) {
  InheritedDescriptors inherited;
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
