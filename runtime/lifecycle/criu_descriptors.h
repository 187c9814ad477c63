// SPDX-License-Identifier: Apache-2.0
#pragma once
// Standard input, output and error of a container without a terminal belong to the caller: CRIU is
// told their names at the dump, and which descriptors take their place at the restore. Called by
// checkpoint.cpp and restore.cpp.

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/lifecycle/criu_mounts.h"
#include "runtime/lifecycle/criu_request.h"

namespace wpar::lifecycle {

// What 0, 1 and 2 of the process are: "pipe:[42]", "file[1a:2b]" for a file that none of the
// container's mounts shows (mount and inode, as CRIU spells it), else the text of their link.
std::vector<std::string> standard_descriptors(pid_t pid, const std::vector<MountLine>& table);
// Those that CRIU must be told of: "file[1a:2b]".
std::vector<std::string> external_files(const std::vector<std::string>& keys);

struct InheritedDescriptors {
  std::vector<CriuInheritedFd> entries;
  std::vector<UniqueFd> opened;  // the first becomes number kFirstCriuDescriptor, …
};
// Our 0, 1 and 2 for what `keys` says they were.
InheritedDescriptors inherit_standard(const std::vector<std::string>& keys);

}  // namespace wpar::lifecycle
