// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /linux, except resources and seccomp, which have their own files.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "specs/oci/mounts.h"
#include "specs/oci/resources.h"
#include "specs/oci/seccomp.h"

namespace wpar::oci {

struct Namespace {
  std::string type;  // "pid" "network" "mount" "ipc" "uts" "user" "cgroup" "time"
  std::optional<std::string> path;
  bool operator==(const Namespace&) const = default;
};

struct TimeOffset {
  std::int64_t secs = 0;
  std::uint32_t nanosecs = 0;
  bool operator==(const TimeOffset&) const = default;
};

struct Device {
  std::string type;  // "c" "b" "u" "p"
  std::string path;
  std::optional<std::int64_t> major;
  std::optional<std::int64_t> minor;
  std::optional<std::uint32_t> file_mode;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  bool operator==(const Device&) const = default;
};

struct NetDevice {
  std::optional<std::string> name;  // inside; absent: as on the host
  bool operator==(const NetDevice&) const = default;
};

struct IntelRdt {
  std::optional<std::string> clos_id;
  std::optional<std::string> l3_cache_schema;
  std::optional<std::string> mem_bw_schema;
  std::vector<std::string> schemata;
  std::optional<bool> enable_monitoring;
  bool operator==(const IntelRdt&) const = default;
};

struct MemoryPolicy {
  std::string mode;  // "MPOL_BIND"
  std::string nodes;
  std::vector<std::string> flags;
  bool operator==(const MemoryPolicy&) const = default;
};

struct Personality {
  std::string domain;  // "LINUX" "LINUX32"
  std::vector<std::string> flags;
  bool operator==(const Personality&) const = default;
};

struct Linux {
  std::vector<Namespace> namespaces;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  std::map<std::string, TimeOffset> time_offsets;
  std::vector<Device> devices;
  std::map<std::string, NetDevice> net_devices;
  std::optional<std::string> cgroups_path;
  Resources resources;
  std::optional<IntelRdt> intel_rdt;
  std::optional<MemoryPolicy> memory_policy;
  std::optional<Personality> personality;
  std::optional<std::string> rootfs_propagation;
  std::optional<Seccomp> seccomp;
  std::map<std::string, std::string> sysctl;
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::optional<std::string> mount_label;
  bool operator==(const Linux&) const = default;
};

}  // namespace wpar::oci
