// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>

#include "runtime/base/error.h"
#include "runtime/cgroup/directory.h"

namespace wpar::cgroup {
namespace {

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

bool has_children(BorrowedFd directory) {
  struct stat info = {};
  // cgroup file systems count the directories below in the link count, as most do.
  return ::fstat(directory.get(), &info) < 0 || info.st_nlink != 2;
}

std::vector<std::string> children(BorrowedFd directory) {
  if (!has_children(directory)) {
    return {};
  }
  UniqueFd readable(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!readable) {
    if (errno == ENOENT) {
      return {};
    }
    throw_errno("list the cgroups below a cgroup");
  }
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(readable.get()));
  if (!stream) {
    throw_errno("list the cgroups below a cgroup");
  }
  readable.release();
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") {
      names.emplace_back(name);
    }
  }
  return names;
}

struct Level {
  std::string name;                  // of the directory, in its parent
  std::vector<std::string> pending;  // its children not yet visited
};

}  // namespace

void walk_below(BorrowedFd top, const std::function<void(BorrowedFd)>& enter,
                const std::function<void(BorrowedFd, const std::string&)>& leave) {
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  std::vector<Level> levels;
  levels.push_back({"", children(top)});
  UniqueFd below;  // where we are; invalid: at the top
  const auto here = [&] { return below ? BorrowedFd(below) : top; };
  for (;;) {
    Level& level = levels.back();
    if (!level.pending.empty()) {
      std::string name = std::move(level.pending.back());
      level.pending.pop_back();
      UniqueFd child(::openat(here().get(), name.c_str(), kFlags));
      if (!child) {
        if (errno == ENOENT) {
          continue;
        }
        throw_errno("open the cgroup {}", name);
      }
      enter(child);
      levels.push_back({std::move(name), children(child)});
      below = std::move(child);
      continue;
    }
    if (levels.size() == 1) {
      return;
    }
    // A cgroup cannot be moved to another parent, so ".." is the directory that we came from.
    UniqueFd parent(::openat(below.get(), "..", kFlags));
    if (!parent) {
      throw_errno("open the parent of the cgroup {}", level.name);
    }
    const std::string name = std::move(level.name);
    levels.pop_back();
    below = levels.size() == 1 ? UniqueFd() : std::move(parent);
    leave(here(), name);
  }
}

}  // namespace wpar::cgroup
