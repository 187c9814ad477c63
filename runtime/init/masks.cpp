// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

// What hides files (the host's /dev/null) and directories (one empty read-only tmpfs). The first
// use attaches the original, later ones attach clones of it: one superblock serves every mask.
class Covers {
 public:
  explicit Covers(Context& context) : context_(context) {}

  void hide(BorrowedFd target, bool is_directory) {
    UniqueFd& first = is_directory ? directory_ : file_;
    if (first) {
      sys::DetachedMount::bind(first, sys::Recursive::kNo).attach(target);
      return;
    }
    first = is_directory ? make_empty_directory().attach(target)
                         : std::move(context_.input.sources.null_device).attach(target);
  }

 private:
  static sys::DetachedMount make_empty_directory() {
    sys::FilesystemContext tmpfs("tmpfs");
    tmpfs.set_string("source", "tmpfs");
    tmpfs.set_string("mode", "755");
    tmpfs.set_string("nr_blocks", "1");
    tmpfs.set_string("nr_inodes", "2");
    return std::move(tmpfs).mount(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                                  MOUNT_ATTR_NOEXEC);
  }

  Context& context_;
  UniqueFd file_;
  UniqueFd directory_;
};

bool is_directory(BorrowedFd object) {
  struct stat info = {};
  if (::fstat(object.get(), &info) < 0) {
    throw_errno("stat");
  }
  return S_ISDIR(info.st_mode);
}

void lock_path(Context& context, const std::string& path) {
  const UniqueFd target = context.root.find(path, O_PATH);
  if (!target) {
    return;  // a path that is not there needs no protection (config-linux.md, readonlyPaths)
  }
  sys::DetachedMount copy = sys::DetachedMount::bind(target, sys::Recursive::kYes);
  copy.set_attributes(MOUNT_ATTR_RDONLY, 0, sys::Recursive::kYes);
  std::move(copy).attach(target);
}

}  // namespace

void apply_masks(Context& context) {
  for (const std::string& path : context.plan().readonly_paths) {
    in_context(fmt::format("readonlyPath {}", path), [&] { lock_path(context, path); });
  }
  Covers covers(context);
  for (const std::string& path : context.plan().masked_paths) {
    in_context(fmt::format("maskedPath {}", path), [&] {
      if (const UniqueFd target = context.root.find(path, O_PATH)) {
        covers.hide(target, is_directory(target));
      }
    });
  }
}

}  // namespace wpar::init
