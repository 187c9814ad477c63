// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/sub_ids.h"

#include <linux/capability.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "runtime/base/file.h"
#include "runtime/base/text.h"
#include "runtime/plan/id_maps.h"

namespace wpar::plan {

namespace {

constexpr std::uint64_t kEnd = std::numeric_limits<std::uint32_t>::max();  // the "no id"

bool overlaps(const oci::IdMapping& a, const oci::IdMapping& b) {
  return a.host_id < std::uint64_t{b.host_id} + b.size &&
         b.host_id < std::uint64_t{a.host_id} + a.size;
}

// 0 is the user himself, then one range after the other.
std::vector<oci::IdMapping> map_all(std::uint32_t own, const std::vector<oci::IdMapping>& ranges) {
  std::vector<oci::IdMapping> mappings = {{.container_id = 0, .host_id = own, .size = 1}};
  std::uint64_t next = 1;
  for (oci::IdMapping range : ranges) {
    range.container_id = static_cast<std::uint32_t>(next);
    // The kernel takes no id twice.
    if (mappings.size() == kMaxIdMapExtents || next + range.size > kEnd ||
        std::ranges::any_of(mappings, [&](const auto& one) { return overlaps(one, range); })) {
      continue;
    }
    next += range.size;
    mappings.push_back(range);
  }
  return mappings;
}

}  // namespace

std::vector<oci::IdMapping> parse_sub_ids(std::string_view text, std::string_view user, uid_t uid) {
  std::vector<oci::IdMapping> ranges;
  for (const std::string_view line : split(text, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() != 3 || fields[0].empty() ||
        (fields[0] != user && parse_integer<uid_t>(fields[0]) != uid)) {
      continue;
    }
    const auto first = parse_integer<std::uint32_t>(trim(fields[1]));
    const auto size = parse_integer<std::uint32_t>(trim(fields[2]));
    if (first && size && *size > 0 && std::uint64_t{*first} + *size <= kEnd) {
      ranges.push_back({.container_id = 0, .host_id = *first, .size = *size});
    }
  }
  return ranges;
}

std::string find_user_name(std::string_view passwd, uid_t uid) {
  for (const std::string_view line : split(passwd, '\n')) {
    const auto fields = split(line, ':');
    if (fields.size() > 2 && parse_integer<uid_t>(fields[2]) == uid) {
      return std::string(fields[0]);
    }
  }
  return {};
}

bool needs_user_namespace(const oci::Config& config, const HostFacts& host) {
  return host.euid != 0 && !host.has(CAP_SYS_ADMIN) &&
         std::ranges::none_of(config.linux_.namespaces,
                              [](const oci::Namespace& one) { return one.type == "user"; });
}

void look_at_sub_ids(HostFacts& host) {
  const uid_t uid = ::getuid();  // newuidmap(1) asks for the real one
  const std::string user = find_user_name(find_file("/etc/passwd").value_or(""), uid);
  host.sub_uids = parse_sub_ids(find_file("/etc/subuid").value_or(""), user, uid);
  host.sub_gids = parse_sub_ids(find_file("/etc/subgid").value_or(""), user, uid);
}

void add_user_namespace(oci::Config& config, const HostFacts& host) {
  oci::Linux& container = config.linux_;
  container.namespaces.push_back({.type = "user", .path = {}});
  if (container.uid_mappings.empty()) {
    container.uid_mappings = map_all(host.euid, host.sub_uids);
  }
  if (container.gid_mappings.empty()) {
    container.gid_mappings = map_all(host.egid, host.sub_gids);
  }
}

}  // namespace wpar::plan
