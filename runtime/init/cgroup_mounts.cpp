// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

constexpr std::uint64_t kSafe = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;

std::uint64_t locked(const CgroupSource& source) {
  return source.of_caller ? std::uint64_t{MOUNT_ATTR_RDONLY} : 0;
}

// v1: a tmpfs with one directory per hierarchy, and links for controllers that share one.
void mount_hierarchies(Context& context, const plan::MountPlan& mount, BorrowedFd target) {
  const std::uint64_t read_only =
      (mount.attributes.set | mount.recursive_attributes.set) & MOUNT_ATTR_RDONLY;
  sys::FilesystemContext tmpfs("tmpfs");
  tmpfs.set_string("source", "cgroup");
  tmpfs.set_string("mode", "755");
  sys::DetachedMount detached = std::move(tmpfs).mount(kSafe);
  // In a tree that stays detached, only its top can still be changed (mount_setattr(2)): there the
  // tmpfs is filled while it is a tree of its own, which takes a kernel that such a root needs too.
  const bool fill_first = context.plan().root.root_switch == plan::RootSwitch::kDetached;
  UniqueFd attached;
  if (!fill_first) {
    attached = std::move(detached).attach(target);
  }
  // NOLINTNEXTLINE(bugprone-use-after-move): moved from only where the other is taken
  const BorrowedFd top = fill_first ? detached.fd() : BorrowedFd(attached);
  for (CgroupSource& source : context.input.sources.cgroups) {
    if (::mkdirat(top.get(), source.name.c_str(), 0755) < 0) {
      throw_errno("mkdir {}", source.name);
    }
    const UniqueFd place = sys::try_open_child(top, source.name, O_PATH | O_DIRECTORY);
    if (!place) {
      throw_errno("open {}", source.name);
    }
    source.mount.set_attributes(kSafe | read_only | locked(source), 0, sys::Recursive::kYes);
    std::move(source.mount).attach(place);
    for (const std::string& link : source.links) {
      if (link != source.name) {
        sys::make_symlink(top, link, source.name);
      }
    }
  }
  if (read_only != 0) {
    sys::set_mount_attributes(top, MOUNT_ATTR_RDONLY, 0, 0, sys::Recursive::kNo);
  }
  if (fill_first) {
    std::move(detached).attach(target);
  }
}

}  // namespace

void mount_cgroups(Context& context, const plan::MountPlan& mount) {
  const UniqueFd target = context.root.make_directory(mount.destination);
  auto& sources = context.input.sources.cgroups;
  if (sources.size() == 1 && sources.front().name.empty()) {
    // The attribute is set before the mount can be seen: a bind that was writable for a moment is
    // what CVE-2023-25809 was about.
    const std::uint64_t lock = locked(sources.front());
    sources.front().mount.set_attributes(
        kSafe | mount.attributes.set | mount.recursive_attributes.set | lock,
        (mount.attributes.clear | mount.recursive_attributes.clear) & ~lock, sys::Recursive::kYes);
    std::move(sources.front().mount).attach(target);
    return;
  }
  mount_hierarchies(context, mount, target);
}

}  // namespace wpar::init
