// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include "runtime/base/path.h"
#include "runtime/base/rollback.h"
#include "runtime/init/step_functions.h"

namespace wpar::init {
namespace {

// By the directory above and a name that is not followed: what the container puts there can make
// this fail, never reach anything else.
void detach(Context& context, const plan::MountPlan& mount) {
  const UniqueFd parent = context.root.open(parent_path(mount.destination), O_PATH | O_DIRECTORY);
  sys::detach_mount_at(parent, std::string(base_name(mount.destination)));
}

bool makes_a_mount(const Context& context, std::size_t index) {
  return context.plan().mounts[index].kind != plan::MountKind::kRemount &&
         context.input.sources.mounts[index].symlink.empty();
}

}  // namespace

void close_mount_descriptors(Context& context) {
  std::vector<int> kept = {context.channel.fd().get(), context.input.target.get()};
  for (const MountSource& source : context.input.sources.mounts) {
    kept.push_back(source.mount.fd().get());
  }
  for (const CgroupSource& source : context.input.sources.cgroups) {
    kept.push_back(source.mount.fd().get());
  }
  close_all_but(3, std::move(kept));
}

void add_mounts(Context& context) {
  Rollback rollback;
  for (std::size_t i = 0; i < context.plan().mounts.size(); ++i) {
    const bool made = makes_a_mount(context, i);
    mount_at(context, i);
    if (made) {
      rollback.on_failure([&context, i] { detach(context, context.plan().mounts[i]); });
    }
  }
  finish_read_only(context);
  rollback.keep();
}

void remove_mounts(Context& context) {
  const auto& mounts = context.plan().mounts;
  for (std::size_t i = mounts.size(); i-- > 0;) {
    in_context(fmt::format("mount {}", mounts[i].destination), [&] { detach(context, mounts[i]); });
  }
}

void say_done(Context& context) {
  context.channel.send(protocol::Topic::kReady);
  ::_exit(0);
}

}  // namespace wpar::init
