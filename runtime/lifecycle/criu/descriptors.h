// SPDX-License-Identifier: Apache-2.0
#pragma once
// Standard input, output and error of a container without a terminal belong to the caller: CRIU is
// told their names at the dump, and which descriptors take their place at the restore. Called by
// create.cpp, checkpoint.cpp and restore.cpp.

#include <string>
#include <vector>

#include "runtime/base/fd.h"
#include "runtime/lifecycle/criu/mounts.h"
#include "runtime/lifecycle/criu/request.h"

namespace wpar::lifecycle {

// What our 0, 1 and 2 are, which a container without a terminal gets: "pipe:[42]", "file[1a:2b]"
// for what CRIU would look for by its path (mount and inode, as CRIU spells it), "" when it is
// closed, else the text of its link. Taken when the container is made: later its process may have
// led them elsewhere, for a moment or for good.
std::vector<std::string> standard_descriptors();
// Without those, now "", that the container reaches by a mount of its own.
std::vector<std::string> from_outside(std::vector<std::string> keys,
                                      const std::vector<MountLine>& table);
// Those that CRIU must be told of: files and terminals.
std::vector<std::string> external_files(const std::vector<std::string>& keys);

struct InheritedDescriptors {
  std::vector<CriuInheritedFd> entries;
  std::vector<UniqueFd> opened;  // the first becomes number kFirstCriuDescriptor, …
  std::vector<std::string> now;  // what the restored container's are
};
// Our 0, 1 and 2 for what `keys` says they were.
InheritedDescriptors inherit_standard(const std::vector<std::string>& keys);

}  // namespace wpar::lifecycle
