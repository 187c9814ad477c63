// SPDX-License-Identifier: Apache-2.0
#pragma once
// The site profile: what this host calls the things that a specification names in AIX words.
// A YAML file, openwpar-site(5). Every error begins with "file:line: ", all are given at once;
// unknown keys are refused with the nearest known one. Used by the mappers.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "translate/machine.h"
#include "translate/workload.h"

namespace wpar::translate {

inline constexpr const char* kHookDirectory = "/usr/libexec/openwpar";
// Where Podman finds the hooks' configurations (oci-hooks(5)), a folder for each hook.
inline constexpr const char* kPodmanHooks = "/usr/share/openwpar/hooks.d";

struct Subnet {
  std::string network;  // without host bits
  unsigned prefix = 0;
};

struct InterfaceProfile {
  std::string mode;     // "bridge" "macvlan" "routed" "device" "engine"
  std::string parent;   // empty for "routed" and "engine"
  std::string network;  // an engine's network; required for "engine"
  // What the interface is connected to, "192.0.2.0/24": where AIX would look for an address without
  // an interface or a netmask.
  std::vector<Subnet> subnets;
};

struct DiskProfile {
  std::string path;        // on this host
  std::string type = "b";  // "b" "c"
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  bool shared = false;  // several WPARs may have it at once
};

struct RsetProfile {
  std::string cpus;  // "0-3,7"
  std::string mems;  // empty: all
};

struct Profile {
  std::string filename;
  std::map<std::string, InterfaceProfile> interfaces;
  std::map<std::string, std::string> interface_names;  // AIX's devmap: symbolic name → interface
  std::map<std::string, DiskProfile> disks;            // also logical volumes
  std::map<std::string, std::string> volume_groups;    // name → host directory
  std::map<std::string, std::string> filesystems;      // AIX vfs → Linux type
  std::map<std::string, RsetProfile> rsets;
  // Root file system by the kind of the WPAR ("shared", workload.h); "%n" is the WPAR's name.
  std::map<std::string, std::string> roots;
  // OCI image by ostype ("0" "1" "1024"), or by the kind of the WPAR, which is looked up first.
  std::map<std::string, std::string> images;
  std::map<std::string, std::string> architectures;  // AIX's name → OCI's, "pwr7" → "ppc64le"
  Names names;
  std::optional<std::uint64_t> machine_cpus;
  std::optional<std::uint64_t> machine_memory;  // bytes
  bool cgroup_v2 = false;  // the machine that the bundle is for has only version 2
  std::string hook_directory = kHookDirectory;
  std::string podman_hooks = kPodmanHooks;
  PodmanNetworks podman_networks = PodmanNetworks::kAsNeeded;
  std::set<std::string> allowed_capabilities;  // of those that reach beyond a WPAR
};

// `text` empty or only comments: a profile that says nothing. Throws Error(kInvalidConfig).
Profile parse_profile(std::string_view text, const std::string& filename);

// The entry for a WPAR's root, with its name filled in; empty when the profile has none.
std::string root_of(const Profile& profile, std::string_view kind, const std::string& name);

// What the profile says of the machine, and `host` for what it leaves open.
Machine machine_of(const Profile& profile, const Machine& host);

}  // namespace wpar::translate
