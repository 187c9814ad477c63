// SPDX-License-Identifier: Apache-2.0
#pragma once
// config.json /mounts and the id mapping type they share with /linux.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wpar::oci {

struct IdMapping {
  std::uint32_t container_id = 0;
  std::uint32_t host_id = 0;
  std::uint32_t size = 0;
  bool operator==(const IdMapping&) const = default;
};

struct Mount {
  std::string destination;
  std::optional<std::string> type;
  std::optional<std::string> source;
  std::vector<std::string> options;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  bool operator==(const Mount&) const = default;
};

}  // namespace wpar::oci
