// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <string_view>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

using std::string_view_literals::operator""sv;

// The specification knows four; the recursive forms are what containerd and Podman write.
constexpr std::string_view kPropagations[] = {"private"sv,    "shared"sv,     "slave"sv,
                                              "unbindable"sv, "rprivate"sv,   "rshared"sv,
                                              "rslave"sv,     "runbindable"sv};

Namespace read_namespace(const JsonCursor& at) {
  constexpr std::string_view kTypes[] = {"pid"sv, "network"sv, "mount"sv,  "ipc"sv,
                                         "uts"sv, "user"sv,    "cgroup"sv, "time"sv};
  Namespace space;
  space.type = word(at.at("type"), kTypes);
  // "" is how Go's runtimes read an absent path.
  if (const auto path = at.find("path"); path && !path->string().empty()) {
    space.path = absolute_path(*path);
  }
  return space;
}

std::vector<Namespace> find_namespaces(const JsonCursor& parent) {
  std::vector<Namespace> spaces;
  if (const auto member = parent.find("namespaces")) {
    for (const JsonCursor& element : member->elements()) {
      Namespace space = read_namespace(element);
      if (std::ranges::find(spaces, space.type, &Namespace::type) != spaces.end()) {
        element.at("type").fail(fmt::format("namespace {} is given twice", space.type));
      }
      spaces.push_back(std::move(space));
    }
  }
  return spaces;
}

TimeOffset read_time_offset(const JsonCursor& at) {
  return {.secs = find_integer<std::int64_t>(at, "secs").value_or(0),
          .nanosecs = find_integer<std::uint32_t>(at, "nanosecs", 0, 999'999'999).value_or(0)};
}

std::map<std::string, TimeOffset> find_time_offsets(const JsonCursor& parent) {
  auto offsets = find_map(parent, "timeOffsets", read_time_offset);
  for (const auto& [clock, offset] : offsets) {
    if (clock != "monotonic" && clock != "boottime") {
      parent.at("timeOffsets")
          .fail(fmt::format("\"{}\" is none of: monotonic, boottime", printable(clock)));
    }
  }
  return offsets;
}

// Permission bits. Engines that copy st_mode of a host device leave its type in: it must be the
// device's own, and is dropped, because `type` says it already.
std::optional<std::uint32_t> find_file_mode(const JsonCursor& device, char type) {
  const auto mode = find_integer<std::uint32_t>(device, "fileMode", 0, 0177777);
  if (!mode) {
    return std::nullopt;
  }
  const std::uint32_t own = type == 'b' ? S_IFBLK : type == 'p' ? S_IFIFO : S_IFCHR;
  const std::uint32_t given = *mode & S_IFMT;
  if (given != 0 && given != own) {
    device.at("fileMode").fail("the file type is not that of the device");
  }
  return *mode & ~std::uint32_t{S_IFMT};
}

std::optional<std::uint32_t> find_id(const JsonCursor& parent, std::string_view key) {
  return find_object(parent, key, id_number);
}

Device read_device(const JsonCursor& at) {
  constexpr std::string_view kTypes[] = {"c"sv, "b"sv, "u"sv, "p"sv};
  constexpr std::int64_t kLargestMajor = (1 << 12) - 1;  // of the kernel's dev_t
  constexpr std::int64_t kLargestMinor = (1 << 20) - 1;
  Device device;
  device.type = word(at.at("type"), kTypes);
  device.path = absolute_path(at.at("path"));
  device.major = find_integer<std::int64_t>(at, "major", 0, kLargestMajor);
  device.minor = find_integer<std::int64_t>(at, "minor", 0, kLargestMinor);
  if (device.type != "p" && (!device.major || !device.minor)) {
    at.fail(fmt::format("a device of type {} needs major and minor", device.type));
  }
  device.file_mode = find_file_mode(at, device.type.front());
  device.uid = find_id(at, "uid");
  device.gid = find_id(at, "gid");
  return device;
}

NetDevice read_net_device(const JsonCursor& at) {
  return {.name = find_string(at, "name")};
}

IntelRdt read_intel_rdt(const JsonCursor& at) {
  return {.clos_id = find_string(at, "closID"),
          .l3_cache_schema = find_string(at, "l3CacheSchema"),
          .mem_bw_schema = find_string(at, "memBwSchema"),
          .schemata = find_strings(at, "schemata"),
          .enable_monitoring = find_boolean(at, "enableMonitoring")};
}

MemoryPolicy read_memory_policy(const JsonCursor& at) {
  constexpr std::string_view kModes[] = {"MPOL_DEFAULT"sv,    "MPOL_BIND"sv,
                                         "MPOL_INTERLEAVE"sv, "MPOL_WEIGHTED_INTERLEAVE"sv,
                                         "MPOL_PREFERRED"sv,  "MPOL_PREFERRED_MANY"sv,
                                         "MPOL_LOCAL"sv};
  constexpr std::string_view kFlags[] = {"MPOL_F_NUMA_BALANCING"sv, "MPOL_F_RELATIVE_NODES"sv,
                                         "MPOL_F_STATIC_NODES"sv};
  return {.mode = word(at.at("mode"), kModes),
          .nodes = find_string(at, "nodes").value_or(""),
          .flags = find_words(at, "flags", kFlags)};
}

Personality read_personality(const JsonCursor& at) {
  constexpr std::string_view kDomains[] = {"LINUX"sv, "LINUX32"sv};
  return {.domain = word(at.at("domain"), kDomains), .flags = find_strings(at, "flags")};
}

}  // namespace

Linux read_linux(const JsonCursor& at) {
  Linux part;
  part.namespaces = find_namespaces(at);
  part.uid_mappings = find_id_mappings(at, "uidMappings");
  part.gid_mappings = find_id_mappings(at, "gidMappings");
  part.time_offsets = find_time_offsets(at);
  part.devices = find_list(at, "devices", read_device);
  part.net_devices = find_map(at, "netDevices", read_net_device);
  part.cgroups_path = find_string(at, "cgroupsPath");
  if (const auto resources = at.find("resources")) {
    part.resources = read_resources(*resources);
  }
  part.intel_rdt = find_object(at, "intelRdt", read_intel_rdt);
  part.memory_policy = find_object(at, "memoryPolicy", read_memory_policy);
  part.personality = find_object(at, "personality", read_personality);
  part.rootfs_propagation = find_word(at, "rootfsPropagation", kPropagations);
  part.seccomp = find_object(at, "seccomp", read_seccomp);
  part.sysctl = find_string_map(at, "sysctl");
  part.masked_paths = find_absolute_paths(at, "maskedPaths");
  part.readonly_paths = find_absolute_paths(at, "readonlyPaths");
  part.mount_label = find_string(at, "mountLabel");
  return part;
}

}  // namespace wpar::oci
