// SPDX-License-Identifier: Apache-2.0
#include "translate/privileges.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "runtime/base/text.h"
#include "specs/oci/capability_names.h"
#include "specs/wpar/name.h"
#include "translate/privilege_table.h"

namespace wpar::translate {
namespace {

constexpr std::array<std::string_view, 14> kHostWide = {
    "CAP_DAC_READ_SEARCH",  // open_by_handle_at(2) reaches files outside of the root
    "CAP_SYS_MODULE",      "CAP_SYS_RAWIO",     "CAP_SYS_ADMIN",
    "CAP_SYS_BOOT",      // kexec_load(2)
    "CAP_SYS_NICE",      // real-time priority starves the host
    "CAP_SYS_RESOURCE",  // lifts the WPAR's own resource limits
    "CAP_SYS_TIME",        "CAP_AUDIT_CONTROL", "CAP_AUDIT_READ",        "CAP_SYSLOG",
    "CAP_PERFMON",         "CAP_BPF",           "CAP_CHECKPOINT_RESTORE"};

bool is_family(std::string_view name) {
  return name.ends_with('_');
}

const PrivilegeRow* find_row(std::string_view name) {
  static const std::unordered_map<std::string_view, const PrivilegeRow*> kByName = [] {
    std::unordered_map<std::string_view, const PrivilegeRow*> rows;
    for (const PrivilegeRow& row : privilege_table()) {
      rows.emplace(row.name, &row);
    }
    return rows;
  }();
  const auto found = kByName.find(name);
  return found == kByName.end() ? nullptr : found->second;
}

// The privileges that `name` stands for: itself and, for a family, all of its members.
std::vector<std::string> expand(std::string_view name) {
  std::vector<std::string> members = {std::string(name)};
  for (const PrivilegeRow& row : privilege_table()) {
    const bool member = is_family(name) && row.name.starts_with(name) && row.name != name;
    const bool by_root = name == "PV_ROOT" && !row.name.starts_with("PV_SU_") && row.name != name;
    if (member || by_root) {
      members.emplace_back(row.name);
    }
  }
  return members;
}

void add(std::vector<std::string>& set, const std::string& name) {
  if (std::find(set.begin(), set.end(), name) == set.end()) {
    set.push_back(name);
  }
}

}  // namespace

std::span<const std::string_view> host_wide_capabilities() {
  return kHostWide;
}

bool is_known_privilege(std::string_view name) {
  return find_row(name) != nullptr;
}

std::string_view nearest_privilege(std::string_view name) {
  std::vector<std::string_view> known;
  for (const PrivilegeRow& row : privilege_table()) {
    known.push_back(row.name);
  }
  return spec::nearest_name(name, known);
}

std::vector<std::string> apply_privileges(std::vector<std::string> set,
                                          const std::vector<spec::Value<spec::NameList>>& lines) {
  for (const spec::Value<spec::NameList>& line : lines) {
    if (line.value.assign == spec::Assign::kSet) {
      set.clear();
    }
    for (const std::string& name : line.value.names) {
      for (const std::string& member : expand(name)) {
        if (line.value.assign == spec::Assign::kRemove) {
          std::erase(set, member);
          // A family that lost a member is no longer the whole family.
          std::erase_if(set, [&](const std::string& kept) {
            return is_family(kept) && member.starts_with(kept);
          });
        } else {
          add(set, member);
        }
      }
    }
  }
  return set;
}

CapabilitySet map_privileges(const std::vector<std::string>& privileges,
                             const std::set<std::string>& allowed, bool own_network) {
  CapabilitySet result;
  std::set<std::string_view> granted;
  for (const std::string& privilege : privileges) {
    const PrivilegeRow* row = find_row(privilege);
    if (row == nullptr) {
      result.unknown.push_back(privilege);
      continue;
    }
    const std::vector<std::string_view> names = split_words(row->capabilities);
    if (names.empty() && !is_family(privilege) && privilege != "PV_ROOT") {
      result.unmapped.push_back(privilege);
    }
    for (const std::string_view name : names) {
      const bool host_wide =
          std::find(kHostWide.begin(), kHostWide.end(), name) != kHostWide.end() ||
          (!own_network && (name == "CAP_NET_ADMIN" || name == "CAP_NET_RAW"));
      if (host_wide && !allowed.contains(std::string(name))) {
        result.withheld.push_back(std::string(privilege).append(" (").append(name).append(")"));
      } else {
        granted.insert(name);
      }
    }
  }
  if (granted.contains("CAP_DAC_OVERRIDE")) {
    std::erase(result.withheld, "PV_DAC_R (CAP_DAC_READ_SEARCH)");  // includes reading
  }
  for (const std::string_view name : oci::kCapabilityNames) {
    if (granted.contains(name)) {
      result.granted.emplace_back(name);
    }
  }
  return result;
}

}  // namespace wpar::translate
