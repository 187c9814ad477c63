// SPDX-License-Identifier: Apache-2.0
// How processes get into a cgroup, and who may move them in it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {
namespace {

constexpr gid_t kLeaveGroup = ~gid_t{0};

void open_entry(const Directory& directory, Entry& entry) {
  if (!directory.v2()) {
    entry.v1_tasks.push_back(directory.open_file("tasks", O_WRONLY));
    return;
  }
  entry.v2_directory = UniqueFd(::fcntl(directory.handle().get(), F_DUPFD_CLOEXEC, 3));
  if (!entry.v2_directory) {
    throw_errno("open {}", directory.path());
  }
}

Directory below(const Directory& directory, const std::string& path) {
  const auto parts = split(path, '/');
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) {
    throw_error(ErrorKind::kInvalidArgument, "{} is not a cgroup below the container's", path);
  }
  return {directory.hierarchy(), clean_path(directory.path() + "/" + path)};
}

// "0::/path" of proc_pid_cgroup(5).
std::string_view v2_path(std::string_view cgroups) {
  for (const std::string_view line : split(cgroups, '\n')) {
    if (line.starts_with("0::")) {
      return line.substr(3);
    }
  }
  return {};
}

}  // namespace

Entry Cgroup::entry() const {
  Entry entry;
  entry.v1_tasks.reserve(directories_.size());
  for (const Directory& directory : directories_) {
    open_entry(directory, entry);
  }
  return entry;
}

Entry Cgroup::entry(const std::map<std::string, std::string>& below_paths) const {
  std::map<std::string, bool> used;
  Entry entry;
  for (const Directory& directory : directories_) {
    const std::string* path = nullptr;
    for (const auto& [controller, wanted] : below_paths) {
      // All v2 controllers share one directory, so that none of them can be meant alone.
      if (controller.empty() || (directory.has(controller) && mode_ != Mode::kV2)) {
        used[controller] = true;
        path = &wanted;
      }
    }
    path == nullptr ? open_entry(directory, entry) : open_entry(below(directory, *path), entry);
  }
  for (const auto& [controller, wanted] : below_paths) {
    if (!used[controller]) {
      throw_error(ErrorKind::kInvalidArgument,
                  "the container has no cgroup of its own for the controller \"{}\"", controller);
    }
  }
  return entry;
}

Entry Cgroup::entry_beside(const std::function<std::string()>& init_cgroups) const {
  Entry entry;
  entry.v1_tasks.reserve(directories_.size());
  for (const Directory& directory : directories_) {
    if (directory.v2() && !trim(directory.find("cgroup.subtree_control").value_or("")).empty()) {
      const Hierarchy& hierarchy = directory.hierarchy();
      const std::string root = clean_path(hierarchy.mount_root);
      const std::string text = init_cgroups();
      const std::string inside = clean_path(v2_path(text));
      const std::string path =
          clean_path(hierarchy.mount_point +
                     inside.substr(root == "/" ? 0 : std::min(root.size(), inside.size())));
      if (is_same_or_below(inside, root) && is_same_or_below(path, directory.path())) {
        open_entry(Directory(hierarchy, path), entry);
        continue;
      }
    }
    open_entry(directory, entry);
  }
  return entry;
}

void Cgroup::delegate(uid_t uid) const {
  const Directory* v2 = v2_directory();
  if (v2 == nullptr) {
    return;
  }
  // The names as of Linux 4.15, which had no list yet.
  const std::string names = find_file("/sys/kernel/cgroup/delegate")
                                .value_or("cgroup.procs\ncgroup.threads\ncgroup.subtree_control\n");
  const BorrowedFd directory = v2->handle();
  if (::fchownat(directory.get(), "", uid, kLeaveGroup, AT_EMPTY_PATH) < 0) {
    throw_errno("give {} to uid {}", v2->path(), uid);
  }
  for (const std::string_view name : split_words(names)) {
    const std::string file(name);
    if (::fchownat(directory.get(), file.c_str(), uid, kLeaveGroup, AT_SYMLINK_NOFOLLOW) < 0 &&
        errno != ENOENT) {  // of a controller that is not on
      throw_errno("give {}/{} to uid {}", v2->path(), file, uid);
    }
  }
}

}  // namespace wpar::cgroup
