// SPDX-License-Identifier: Apache-2.0
#pragma once
// One directory in one hierarchy, held open. Every name below the mount point is resolved by the
// kernel beneath it, without symbolic links and without crossing into another mount (openat2(2)),
// and the mount point must be a cgroup file system (statfs(2)): nothing outside is read, written,
// removed.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/cgroup/cgroup.h"

namespace wpar::cgroup {

class Directory {
 public:
  // `path` is absolute and below the hierarchy's mount point.
  Directory(Hierarchy hierarchy, std::string path);

  const Hierarchy& hierarchy() const { return hierarchy_; }
  bool v2() const { return hierarchy_.v2; }
  bool has(std::string_view controller) const;
  const std::string& path() const { return path_; }

  // mkdir(2), parents too. False when it stood there already.
  bool make();
  // The same with 0 or errno, and EACCES where a process of ours could not enter.
  int try_make_enterable(bool& made);
  // Opened once, O_PATH. find_handle(): invalid when the directory does not exist.
  BorrowedFd handle() const;
  BorrowedFd find_handle() const;
  // Handles of the directories between the mount point and this one, the mount point's first.
  std::vector<UniqueFd> ancestors() const;

  // open(2) of one of its files, close-on-exec, never through a link. Throws with the path.
  UniqueFd open_file(const std::string& file, int flags) const;
  // 0 or errno. The file stays open until another one is written: device rules are many lines.
  int try_write(const std::string& file, std::string_view text) const;
  void write(const std::string& file, std::string_view text) const;
  std::string read(const std::string& file) const;
  // Nothing when the file or the directory is not (or no longer) there.
  std::optional<std::string> find(const std::string& file) const;

  // 0 or errno of rmdir(2); ENOENT counts as success.
  int try_remove() const;
  // Removes what make() made, leaf first.
  void undo();

 private:
  BorrowedFd root() const;
  int try_make(bool& made, std::string& failed);

  Hierarchy hierarchy_;
  std::string path_;
  std::string below_;  // relative to the mount point: "a/b"
  mutable UniqueFd root_;
  mutable UniqueFd handle_;
  mutable UniqueFd open_file_;
  mutable std::string open_file_name_;
  std::vector<std::string> made_;  // relative to the mount point, in the order of making
};

// The same for a directory handle. Nothing also for a file that a dying or threaded cgroup refuses.
std::optional<std::string> find_text(BorrowedFd directory, const std::string& file);
int try_write_text(BorrowedFd directory, const std::string& file, std::string_view text);

// Visits every directory below `top`, children before parents, with two descriptors open however
// deep it goes: enter(the directory) on the way down, leave(its parent, its name) on the way up.
void walk_below(BorrowedFd top, const std::function<void(BorrowedFd)>& enter,
                const std::function<void(BorrowedFd, const std::string&)>& leave);

}  // namespace wpar::cgroup
