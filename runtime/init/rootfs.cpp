// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>

#include "runtime/init/step_functions.h"
#include "runtime/sys/open.h"

namespace wpar::init {

void mount_root(Context& context) {
  const plan::RootPlan& root = context.plan().root;
  if (root.root_switch == plan::RootSwitch::kDetached) {
    context.root = sys::RootDir(std::move(context.input.sources.root).take());
    return;
  }
  // With rootfsPropagation "shared" the host's mounts stay shared, so that what the container
  // mounts can travel out; but "/" itself must not carry our root mount out.
  sys::set_root_propagation(root.host_propagation != 0 ? root.host_propagation
                                                       : std::uint64_t{MS_PRIVATE});
  const UniqueFd top = sys::open_root();
  // On top of "/" instead of on its own path: that needs no right to walk the path in a user
  // namespace, and no path that somebody could exchange. Processes keep the root they have; only
  // the pivot moves us.
  context.root = sys::RootDir(std::move(context.input.sources.root).attach(top));
}

void change_root(Context& context) {
  // Nothing to pivot in a tree that is in no namespace: the root is all that a process has of it.
  if (context.plan().root.root_switch == plan::RootSwitch::kPivot) {
    sys::pivot_to(context.root.fd());
  } else {
    sys::chroot_to(context.root.fd());
  }
}

void set_container_propagation(Context& context) {
  if (context.plan().root.container_propagation != 0) {
    sys::set_root_propagation(context.plan().root.container_propagation);
  }
}

void finish_read_only(Context& context) {
  for (const plan::MountPlan& mount : context.plan().mounts) {
    if (mount.read_only_late) {
      in_context(mount.destination, [&] {
        const UniqueFd place = context.root.open(mount.destination, O_PATH);
        sys::set_mount_attributes(place, MOUNT_ATTR_RDONLY, 0, 0, sys::Recursive::kNo);
      });
    }
  }
  if (context.plan().root.read_only) {
    sys::set_mount_attributes(context.root.fd(), MOUNT_ATTR_RDONLY, 0, 0, sys::Recursive::kNo);
  }
}

}  // namespace wpar::init
