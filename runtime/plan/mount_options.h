// SPDX-License-Identifier: Apache-2.0
#pragma once
// The option words of a mount → numbers for mount_setattr(2) and parameters for fsconfig(2). Called
// by mounts.cpp; `features` prints known_mount_options(). config.md, "Linux mount options";
// mount(8).

#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"

namespace wpar::plan {

struct MountOptions {
  MountAttributes attributes;
  MountAttributes recursive_attributes;
  std::vector<std::uint64_t> propagation;
  bool copy_up = false;
  bool remount = false;
  bool copy_symlink = false;
  bool follow_source = true;
  bool follow_destination = true;
  // What is left for the file system or its superblock, in the order asked for …
  std::vector<FilesystemParameter> parameters;
  // … and the place of each in the list of options, for error texts.
  std::vector<std::size_t> parameter_places;
};

enum class BindRequest { kNo, kBind, kRecursive };

// bind or rbind among the words: everything else is read in its light.
BindRequest find_bind_request(const std::vector<std::string>& options);

// `mount` is the mount's own pointer. The idmap words are known here and planned by
// mount_id_maps.h.
MountOptions plan_mount_options(const std::vector<std::string>& options, BindRequest bind,
                                const Pointer& mount, Findings& findings);

// Sorted; without words that only some file systems know.
std::vector<std::string_view> known_mount_options();

}  // namespace wpar::plan
