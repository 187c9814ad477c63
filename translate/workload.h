// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a translation knows beyond config.json, resolved and neutral: where things come from on the
// host, not how one runtime is told. Filled by the mappers beside the configuration, read by
// targets/: limits, capabilities, environment and arguments are in the configuration itself.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/oci/mounts.h"
#include "specs/wpar/device_document.h"
#include "specs/wpar/network_document.h"
#include "specs/wpar/value.h"

namespace wpar::translate {

struct WorkloadInterface {
  std::string name;     // inside, "en0"
  std::string mode;     // "bridge" "macvlan" "routed" "device" "engine"
  std::string parent;   // on the host; empty for "routed" and "engine"
  std::string network;  // an engine's network that leads to the same place; may be empty
  std::vector<spec::AddressEntry> addresses;
  bool in_profile = false;  // the site profile knows it; else mode and parent are assumed
};

struct WorkloadDevice {
  std::string host_path;  // "/dev/sdb"
  std::string path;       // inside, "/dev/hdisk1"
  std::string type;       // "b" "c"
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  std::string access = "rwm";
  bool exclusive = true;  // one WPAR at a time may have it
};

// Where the specification says it, for targets that answer better; line 0: nowhere.
struct MountPlaces {
  spec::Position directory;
  spec::Position size;
};

// A mount that the specification asks for, or that follows from the WPAR's kind; not those that
// every container has.
struct WorkloadMount {
  enum class Kind {
    kBind,         // a directory or file of the host
    kVolumeGroup,  // a directory of the site profile's volume group: has to be made
    kNfs,
    kDisk,
    kNameFile,  // a file of the host that copynameres gives
  };
  Kind kind = Kind::kBind;
  oci::Mount mount;
  std::optional<std::uint64_t> size;  // bytes asked for; a bundle does not enforce it
  MountPlaces places = {};
};

// A file system that AIX makes, and that is a directory of the root here.
struct WorkloadFileSystem {
  std::string directory;
  std::optional<std::uint64_t> size;
  MountPlaces places = {};
};

// Settings of name resolution, of the site profile.
struct Names {
  std::vector<std::string> nameservers;
  std::vector<std::string> search;
  std::map<std::string, std::string> hosts;  // name → address
};

enum class RootKind {
  kHost,     // an application WPAR: the host's own root
  kGiven,    // --rootfs
  kProfile,  // the site profile's, for WPARs of this kind
  kSpec,     // the specification's directory, or its default
};

// Who gives the WPAR its interfaces under Podman.
enum class PodmanNetworks {
  kAsNeeded,  // Podman's networks, but the hook where they would lose something
  kHook,
  kEngine,
};

// Which root file system a WPAR wants: one kind has one entry in the site profile.
enum class WparKind { kApplication, kShared, kPrivate, kVersioned, kRootvg, kSystemCopy };

struct Workload {
  WparKind kind = WparKind::kShared;
  bool application = false;
  bool own_network = true;  // a network namespace of its own
  bool shared_ipc = false;  // the host's ipc namespace
  bool shared_usr = false;  // /usr and /opt are the host's, read-only
  RootKind root_kind = RootKind::kSpec;
  std::string image;         // an OCI image of the site profile; empty: a directory
  std::string architecture;  // of the programs inside, as OCI names it; empty: the host's
  std::string script;        // start/stop script on the host; empty: none
  bool auto_start = false;
  bool checkpointable = false;
  bool cgroup_v2 = false;  // the site profile says that the host has only version 2
  PodmanNetworks podman_networks = PodmanNetworks::kAsNeeded;
  std::string podman_hooks;  // the directory of the hooks' configurations
  std::vector<WorkloadInterface> interfaces;
  std::vector<spec::RouteEntry> routes;
  std::vector<WorkloadMount> mounts;  // parents before children
  std::vector<WorkloadFileSystem> file_systems;
  bool copies_names = false;  // copynameres
  Names names;
  std::vector<WorkloadDevice> devices;
  std::vector<std::string> privileges;  // AIX names, resolved: what the capabilities came from
};

const char* name_of(WparKind kind);  // "application" "shared" …

// False for a route that leads by an interface of mode "engine", which no bundle has.
bool is_in_bundle(const Workload& workload, const spec::RouteEntry& route);

// What hooks/devices claims.
spec::DeviceDocument device_document(const std::vector<WorkloadDevice>& devices);

// What hooks/network does: all but what only an engine can attach.
spec::NetworkDocument network_document(const Workload& workload);

}  // namespace wpar::translate
