// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runtime/base/path.h"
#include "runtime/init/copy_up.h"
#include "runtime/init/filesystem.h"
#include "runtime/init/mount_sources.h"
#include "runtime/init/step_functions.h"
#include "runtime/sys/open.h"

namespace wpar::init {
namespace {

// A link at /proc or /sys can only be an attack: the file system would land somewhere else, and
// what relies on it (labels, sysctls, masks) would be the container's to write (CVE-2019-19921).
sys::Links links_allowed(const plan::MountPlan& mount) {
  return mount.type == "proc" || mount.type == "sysfs" ? sys::Links::kRefuse : sys::Links::kFollow;
}

sys::Recursive recursion_of(std::uint64_t propagation) {
  return (propagation & MS_REC) != 0 ? sys::Recursive::kYes : sys::Recursive::kNo;
}

void set_propagation(const plan::MountPlan& mount, const sys::DetachedMount& detached) {
  for (const std::uint64_t propagation : mount.propagation) {
    detached.set_propagation(propagation & ~std::uint64_t{MS_REC}, recursion_of(propagation));
  }
}

void set_parameters(const plan::MountPlan& mount, sys::FilesystemContext& filesystem) {
  for (const plan::FilesystemParameter& parameter : mount.parameters) {
    if (parameter.is_flag) {
      filesystem.set_flag(parameter.key);
    } else {
      filesystem.set_string(parameter.key, parameter.value);
    }
  }
}

void set_attributes(const plan::MountPlan& mount, const sys::DetachedMount& detached) {
  detached.set_attributes(mount.attributes.set, mount.attributes.clear, sys::Recursive::kNo);
  detached.set_attributes(mount.recursive_attributes.set, mount.recursive_attributes.clear,
                          sys::Recursive::kYes);
}

// The directory of the destination and its last component, for what must not follow a link there.
UniqueFd open_parent(Context& context, const plan::MountPlan& mount) {
  return context.root.make_directory(parent_path(mount.destination));
}

UniqueFd bind_target(Context& context, const plan::MountPlan& mount, bool is_directory) {
  if (!mount.follow_destination) {
    const UniqueFd parent = open_parent(context, mount);
    UniqueFd target =
        sys::try_open_child(parent, std::string(base_name(mount.destination)), O_PATH);
    if (target) {
      return target;
    }
    if (errno != ENOENT) {
      throw_errno("open {}", mount.destination);
    }
  }
  return is_directory ? context.root.make_directory(mount.destination)
                      : context.root.make_file(mount.destination);
}

void copy_symlink(Context& context, const plan::MountPlan& mount, const std::string& text) {
  const UniqueFd parent = open_parent(context, mount);
  const std::string name(base_name(mount.destination));
  if (sys::make_symlink(parent, name, text)) {
    return;
  }
  const UniqueFd existing = sys::try_open_child(parent, name, O_PATH);
  struct stat info = {};
  if (!existing || ::fstat(existing.get(), &info) < 0 || !S_ISLNK(info.st_mode) ||
      sys::read_link(existing) != text) {
    throw_error(ErrorKind::kAlreadyExists, "exists and is not a symbolic link to {}", text);
  }
}

void bind(Context& context, const plan::MountPlan& mount, MountSource& source) {
  if (!source.symlink.empty()) {
    copy_symlink(context, mount, source.symlink);
    return;
  }
  const UniqueFd target = bind_target(context, mount, source.is_directory);
  clone_source(context.plan(), mount, source);
  set_attributes(mount, source.mount);
  set_propagation(mount, source.mount);
  std::move(source.mount).attach(target);
}

mode_t mode_of(BorrowedFd object, const plan::MountPlan& mount) {
  struct stat info = {};
  if (::fstat(object.get(), &info) < 0) {
    throw_errno("stat {}", mount.destination);
  }
  return info.st_mode & 07777U;
}

// The parent could not know the mode of the directory below.
void take_over_mode(const plan::MountPlan& mount, mode_t mode, BorrowedFd filesystem) {
  const UniqueFd top = sys::open_at(filesystem, ".", O_RDONLY | O_DIRECTORY);
  if (::fchmod(top.get(), mode) < 0) {
    throw_errno("chmod {}", mount.destination);
  }
}

// The host's view instead of a new file system: nothing in it may be changed from here.
void bind_fallback(const plan::MountPlan& mount, MountSource& source, BorrowedFd target) {
  constexpr std::uint64_t kLocked =
      MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  source.mount.set_attributes(kLocked, 0, sys::Recursive::kYes);
  set_propagation(mount, source.mount);
  std::move(source.mount).attach(target);
}

void mount_filesystem(Context& context, const plan::MountPlan& mount, MountSource& source) {
  // Only a directory that was there before says something about modes: ours are all alike.
  UniqueFd target =
      mount.inherit_mode ? context.root.find(mount.destination, O_PATH | O_DIRECTORY) : UniqueFd();
  const auto mode = target ? std::optional(mode_of(target, mount)) : std::nullopt;
  if (!target) {
    target = context.root.make_directory(mount.destination, links_allowed(mount));
  }
  if (!mount.fallback.empty() && source.mount && !sys::try_mount_new(mount.type)) {
    bind_fallback(mount, source, target);
    return;
  }
  const bool made_by_parent = mount.id_map.wanted;
  sys::DetachedMount detached =
      made_by_parent ? std::move(source.mount) : make_filesystem(mount, mode);
  if (made_by_parent && mode) {
    take_over_mode(mount, *mode, detached.fd());
  }
  if (mount.copy_up) {
    copy_up(target, detached.fd());
  }
  const std::uint64_t late = mount.read_only_late ? std::uint64_t{MOUNT_ATTR_RDONLY} : 0;
  detached.set_attributes(mount.recursive_attributes.set & ~late, mount.recursive_attributes.clear,
                          sys::Recursive::kYes);
  set_propagation(mount, detached);
  std::move(detached).attach(target);
}

// Unlike mount(2), which resets what is not named, only what the options say changes.
void remount(Context& context, const plan::MountPlan& mount) {
  const UniqueFd place = context.root.open(mount.destination, O_PATH);
  if (!mount.parameters.empty()) {
    sys::FilesystemContext filesystem(place);
    set_parameters(mount, filesystem);
    std::move(filesystem).reconfigure();
  }
  for (const auto& [attributes, recursive] :
       {std::pair(mount.attributes, sys::Recursive::kNo),
        std::pair(mount.recursive_attributes, sys::Recursive::kYes)}) {
    if (!attributes.empty()) {
      sys::set_mount_attributes(place, attributes.set, attributes.clear, 0, recursive);
    }
  }
  for (const std::uint64_t propagation : mount.propagation) {
    sys::set_mount_attributes(place, 0, 0, propagation & ~std::uint64_t{MS_REC},
                              recursion_of(propagation));
  }
}

void mount_one(Context& context, const plan::MountPlan& mount, MountSource& source) {
  switch (mount.kind) {
    case plan::MountKind::kBind:
      bind(context, mount, source);
      return;
    case plan::MountKind::kFilesystem:
      mount_filesystem(context, mount, source);
      return;
    case plan::MountKind::kCgroup:
      mount_cgroups(context, mount);
      return;
    case plan::MountKind::kRemount:
      remount(context, mount);
      return;
  }
}

}  // namespace

sys::DetachedMount make_filesystem(const plan::MountPlan& mount, std::optional<mode_t> mode) {
  sys::FilesystemContext filesystem(mount.type);
  if (!mount.source.empty()) {
    filesystem.set_string("source", mount.source);
  }
  set_parameters(mount, filesystem);
  if (mode) {
    filesystem.set_string("mode", fmt::format("{:o}", *mode));
  }
  return std::move(filesystem).mount(mount.attributes.set);
}

void mount_at(Context& context, std::size_t index) {
  const plan::MountPlan& mount = context.plan().mounts[index];
  in_context(fmt::format("mount {}", mount.destination),
             [&] { mount_one(context, mount, context.input.sources.mounts[index]); });
}

void mount_everything(Context& context) {
  for (std::size_t i = 0; i < context.plan().mounts.size(); ++i) {
    mount_at(context, i);
  }
}

}  // namespace wpar::init
