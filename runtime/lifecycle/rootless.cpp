// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/rootless.h"

#include <linux/capability.h>

#include "runtime/base/log.h"
#include "runtime/lifecycle/id_maps.h"
#include "runtime/plan/sub_ids.h"
#include "runtime/sys/mount.h"

namespace wpar::lifecycle {

bool in_user_namespace() {
  return plan::in_user_namespace();
}

plan::HostFacts look_at_host(const Context& context) {
  plan::HostFacts host = plan::look_at_host(context.root);
  if (context.rootless != Rootless::kAuto) {
    host.rootless = context.rootless == Rootless::kYes;
  }
  return host;
}

void give_user_namespace(oci::Config& config, plan::HostFacts& host) {
  if (!plan::needs_user_namespace(config, host)) {
    return;
  }
  if (has_id_map_helpers()) {
    plan::look_at_sub_ids(host);
  }
  plan::add_user_namespace(config, host);
  log::debug(
      "no user namespace in the configuration: uid {} gets one, with {} ranges of uids and {} of "
      "gids beside the own id",
      host.euid, config.linux_.uid_mappings.size() - 1, config.linux_.gid_mappings.size() - 1);
}

bool may_administer(const plan::HostFacts& host) {
  return host.has(CAP_SYS_ADMIN);
}

OpenBy who_opens_mounts(const plan::HostFacts& host) {
  if (!host.in_user_namespace && may_administer(host)) {
    return OpenBy::kRuntime;
  }
  // The root of a user namespace may, when the mount namespace belongs to it too.
  return sys::may_clone_mounts() ? OpenBy::kRuntime : OpenBy::kInit;
}

}  // namespace wpar::lifecycle
