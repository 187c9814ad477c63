// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "specs/oci/read_members.h"
#include "specs/oci/read_parts.h"

namespace wpar::oci {
namespace {

IdMapping read_id_mapping(const JsonCursor& at) {
  constexpr std::uint32_t kNoId = std::numeric_limits<std::uint32_t>::max();
  const IdMapping mapping{.container_id = id_number(at.at("containerID")),
                          .host_id = id_number(at.at("hostID")),
                          .size = at.at("size").integer<std::uint32_t>(1, kNoId)};
  // The ids of a range end below 4294967295, which is no id (user_namespaces(7)).
  if (mapping.size > kNoId - mapping.container_id || mapping.size > kNoId - mapping.host_id) {
    at.fail("the range of ids goes beyond 4294967294");
  }
  return mapping;
}

}  // namespace

std::vector<IdMapping> find_id_mappings(const JsonCursor& parent, std::string_view key) {
  return find_list(parent, key, read_id_mapping);
}

Mount read_mount(const JsonCursor& at) {
  Mount mount;
  mount.destination = nonempty(at.at("destination"));
  mount.type = find_string(at, "type");
  mount.source = find_string(at, "source");
  mount.options = find_strings(at, "options");
  mount.uid_mappings = find_id_mappings(at, "uidMappings");
  mount.gid_mappings = find_id_mappings(at, "gidMappings");
  if (mount.uid_mappings.empty() != mount.gid_mappings.empty()) {
    at.fail("uidMappings and gidMappings need each other");
  }
  return mount;
}

}  // namespace wpar::oci
