// SPDX-License-Identifier: Apache-2.0
#pragma once
// The mounts that every WPAR has, and which options of a mount stanza Linux understands.
// Private to translate/.

#include <string>
#include <string_view>
#include <vector>

#include "specs/oci/mounts.h"

namespace wpar::translate {

// proc, dev, devpts, shm, mqueue, sys, cgroup; /run for a system WPAR, whose init expects it.
struct BaseMounts {
  bool application = false;
  bool shared_ipc = false;  // the host's shared memory and message queues
  bool own_network = true;  // a sysfs of its own needs a network namespace of its own
};
std::vector<oci::Mount> base_mounts(const BaseMounts& wanted);
// The host's path at the same place.
oci::Mount bind_mount(const std::string& path, std::vector<std::string> options);

bool is_linux_mount_option(std::string_view option, bool nfs);
bool names_nfs_version(const std::vector<std::string>& options);

}  // namespace wpar::translate
