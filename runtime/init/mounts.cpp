// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "runtime/init/copy_up.h"
#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

// A link at /proc or /sys can only be an attack: the file system would land somewhere else, and
// what relies on it (labels, sysctls, masks) would be the container's to write (CVE-2019-19921).
sys::Links links_allowed(const plan::MountPlan& mount) {
  return mount.type == "proc" || mount.type == "sysfs" ? sys::Links::kRefuse : sys::Links::kFollow;
}

void set_propagation(const plan::MountPlan& mount, const sys::DetachedMount& detached) {
  for (const std::uint64_t propagation : mount.propagation) {
    detached.set_propagation(propagation & ~std::uint64_t{MS_REC}, (propagation & MS_REC) != 0
                                                                       ? sys::Recursive::kYes
                                                                       : sys::Recursive::kNo);
  }
}

void bind(Context& context, const plan::MountPlan& mount, MountSource& source) {
  const UniqueFd target = source.is_directory ? context.root.make_directory(mount.destination)
                                              : context.root.make_file(mount.destination);
  source.mount.set_attributes(mount.attributes.set, mount.attributes.clear, sys::Recursive::kNo);
  source.mount.set_attributes(mount.recursive_attributes.set, mount.recursive_attributes.clear,
                              sys::Recursive::kYes);
  set_propagation(mount, source.mount);
  std::move(source.mount).attach(target);
}

void mount_filesystem(Context& context, const plan::MountPlan& mount) {
  const UniqueFd target = context.root.make_directory(mount.destination, links_allowed(mount));
  sys::FilesystemContext filesystem(mount.type);
  if (!mount.source.empty()) {
    filesystem.set_string("source", mount.source);
  }
  for (const plan::FilesystemParameter& parameter : mount.parameters) {
    if (parameter.is_flag) {
      filesystem.set_flag(parameter.key);
    } else {
      filesystem.set_string(parameter.key, parameter.value);
    }
  }
  if (mount.inherit_mode) {
    struct stat info = {};
    if (::fstat(target.get(), &info) < 0) {
      throw_errno("stat {}", mount.destination);
    }
    filesystem.set_string("mode", fmt::format("{:o}", info.st_mode & 07777U));
  }
  const std::uint64_t late = mount.read_only_late ? std::uint64_t{MOUNT_ATTR_RDONLY} : 0;
  const std::uint64_t read_only = mount.copy_up ? mount.attributes.set & MOUNT_ATTR_RDONLY : 0;
  sys::DetachedMount detached =
      std::move(filesystem).mount(mount.attributes.set & ~late & ~read_only);
  if (mount.copy_up) {
    copy_up(target, detached.fd());
    detached.set_attributes(read_only & ~late, 0, sys::Recursive::kNo);
  }
  detached.set_attributes(mount.recursive_attributes.set & ~late, mount.recursive_attributes.clear,
                          sys::Recursive::kYes);
  set_propagation(mount, detached);
  std::move(detached).attach(target);
}

void mount_one(Context& context, const plan::MountPlan& mount, MountSource& source) {
  switch (mount.kind) {
    case plan::MountKind::kBind:
      bind(context, mount, source);
      return;
    case plan::MountKind::kFilesystem:
      mount_filesystem(context, mount);
      return;
    case plan::MountKind::kCgroup:
      mount_cgroups(context, mount);
      return;
  }
}

}  // namespace

void mount_everything(Context& context) {
  const auto& mounts = context.plan().mounts;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    in_context(fmt::format("mount {}", mounts[i].destination),
               [&] { mount_one(context, mounts[i], context.input.sources.binds[i]); });
  }
}

}  // namespace wpar::init
