// SPDX-License-Identifier: Apache-2.0
#pragma once
// The site profile: what this host calls the things that a specification names in AIX words.
// A YAML file, openwpar-site(5). Every error begins with "file:line: "; unknown keys are refused
// with the nearest known one. Used by the mappers.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "translate/machine.h"

namespace wpar::translate {

inline constexpr const char* kHookDirectory = "/usr/libexec/openwpar";

struct InterfaceProfile {
  std::string mode;    // "bridge" "macvlan" "routed" "device"
  std::string parent;  // empty for "routed"
};

struct DiskProfile {
  std::string path;        // on this host
  std::string type = "b";  // "b" "c"
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
};

struct RsetProfile {
  std::string cpus;  // "0-3,7"
  std::string mems;  // empty: all
};

struct Profile {
  std::string filename;
  std::map<std::string, InterfaceProfile> interfaces;
  std::map<std::string, DiskProfile> disks;          // also logical volumes
  std::map<std::string, std::string> volume_groups;  // name → host directory
  std::map<std::string, std::string> filesystems;    // AIX vfs → Linux type
  std::map<std::string, RsetProfile> rsets;
  std::optional<std::uint64_t> machine_cpus;
  std::optional<std::uint64_t> machine_memory;  // bytes
  std::string hook_directory = kHookDirectory;
  std::set<std::string> allowed_capabilities;  // of those that reach beyond a WPAR
};

// `text` empty or only comments: a profile that says nothing.
Profile parse_profile(std::string_view text, const std::string& filename);

// What the profile says of the machine, and `host` for what it leaves open.
Machine machine_of(const Profile& profile, const Machine& host);

}  // namespace wpar::translate
