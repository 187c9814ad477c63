// SPDX-License-Identifier: Apache-2.0
#pragma once
// What limits_v1.cpp and limits_v2.cpp produce and apply.cpp performs: one text for one control
// file.

#include <string>

namespace wpar::cgroup {

// Files whose values bound each other, so that the right order depends on what is there now: a
// write that the kernel refuses with EINVAL is tried again after the others of its group.
enum class Dependence { kNone, kMemory, kBandwidth, kRealtime };

struct FileWrite {
  std::string controller = {};
  std::string file = {};
  std::string text = {};
  std::string pointer = {};  // the place in config.json, for errors
  Dependence dependence = Dependence::kNone;
  bool if_present = false;      // do nothing where the kernel has no such file
  std::string other_file = {};  // written instead where the kernel has no `file`
  std::string other_text = {};
  // The file's line for one key is set: how it begins ("8:0 ", "eth0 "), so that an update can be
  // taken back. Empty: the whole file.
  std::string key = {};
  std::string refusal = {};  // not empty: what was asked for cannot be done here, and why
  bool operator==(const FileWrite&) const = default;
};

}  // namespace wpar::cgroup
