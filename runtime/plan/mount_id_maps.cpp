// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mount_id_maps.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "runtime/base/text.h"
#include "runtime/plan/id_maps.h"
#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

constexpr std::uint32_t kNoId = std::numeric_limits<std::uint32_t>::max();

// The option of a mount that asks for an id map; `place` is its index.
struct Request {
  bool wanted = false;
  bool recursive = false;
  std::string_view lists;  // behind "idmap="
  std::size_t place = 0;
};

Request find_request(const std::vector<std::string>& options) {
  Request request;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string_view option = options[i];
    const std::string_view word = option.substr(0, option.find('='));
    if (word == "idmap" || word == "ridmap") {
      request = {.wanted = true,
                 .recursive = word == "ridmap",
                 .lists = word == option ? std::string_view() : option.substr(word.size() + 1),
                 .place = i};
    }
  }
  return request;
}

std::optional<oci::IdMapping> find_triplet(std::string_view text) {
  const auto numbers = split(text, '-');
  if (numbers.size() != 3) {
    return std::nullopt;
  }
  const auto from = parse_integer<std::uint32_t>(numbers[0]);
  const auto to = parse_integer<std::uint32_t>(numbers[1]);
  const auto size = parse_integer<std::uint32_t>(numbers[2]);
  if (!from || !to || !size || *size == 0 || *size > kNoId - *from || *size > kNoId - *to) {
    return std::nullopt;
  }
  return oci::IdMapping{.container_id = *from, .host_id = *to, .size = *size};
}

// TO is an id of the container: the host's ids behind it may lie in several ranges. False when one
// of the ids has none.
bool append_in_host_ids(oci::IdMapping range, const std::vector<oci::IdMapping>& container,
                        std::vector<oci::IdMapping>& result) {
  while (range.size > 0) {
    const auto found = std::ranges::find_if(container, [&](const oci::IdMapping& each) {
      return range.host_id >= each.container_id && range.host_id - each.container_id < each.size;
    });
    if (found == container.end()) {
      return false;
    }
    const std::uint32_t offset = range.host_id - found->container_id;
    const std::uint32_t size = std::min(range.size, found->size - offset);
    result.push_back(
        {.container_id = range.container_id, .host_id = found->host_id + offset, .size = size});
    range.container_id += size;
    range.host_id += size;
    range.size -= size;
  }
  return true;
}

// "uids" or "gids" among the lists, as mappings; empty with a finding when it cannot be used.
std::vector<oci::IdMapping> find_list(std::string_view lists, std::string_view name,
                                      const std::vector<oci::IdMapping>& container,
                                      const Pointer& at, Findings& findings) {
  std::vector<oci::IdMapping> result;
  for (std::string_view list : split(lists, ';')) {
    if (!list.starts_with(name) || list.size() <= name.size() || list[name.size()] != '=') {
      continue;
    }
    list.remove_prefix(name.size() + 1);
    const bool relative = list.starts_with('@');
    for (const std::string_view text : split(list.substr(relative ? 1 : 0), '#')) {
      const auto range = find_triplet(text);
      if (!range) {
        findings.invalid(at, "expected FROM-TO-SIZE, not \"{}\"", text);
        return {};
      }
      if (!relative) {
        result.push_back(*range);
      } else if (!append_in_host_ids(*range, container, result)) {
        findings.invalid(at, "\"{}\" has ids that the container does not map", text);
        return {};
      }
    }
  }
  if (result.empty()) {
    findings.invalid(at, "idmap= needs uids=… and gids=…");
  }
  return result;
}

IdMapPlan plan_lists(const Request& request, const oci::Linux& config, const Pointer& at,
                     Findings& findings) {
  for (const std::string_view list : split(request.lists, ';')) {
    if (!list.starts_with("uids=") && !list.starts_with("gids=")) {
      findings.invalid(at, "expected uids=… or gids=…, not \"{}\"", list);
      return {};
    }
  }
  const std::string pointer = at.text();
  const auto uids = find_list(request.lists, "uids", config.uid_mappings, at, findings);
  const auto gids = find_list(request.lists, "gids", config.gid_mappings, at, findings);
  return {.uid_map = id_map_text(uids, pointer, findings),
          .gid_map = id_map_text(gids, pointer, findings)};
}

// idmap without mappings: as the container's own user namespace has it.
void use_container_maps(const oci::Linux& config, const NamespacePlan& namespaces,
                        const Pointer& at, MountIdMapPlan& plan, Findings& findings) {
  if (is_new(namespaces, NamespaceKind::kUser)) {
    Findings told_already;  // the container's maps have findings of their own
    plan.maps = {.uid_map = id_map_text(config.uid_mappings, "", told_already),
                 .gid_map = id_map_text(config.gid_mappings, "", told_already)};
    return;
  }
  for (const NamespaceJoin& join : namespaces.join) {
    if (join.kind == NamespaceKind::kUser) {
      plan.user_namespace = join.path;
      return;
    }
  }
  findings.invalid(at, "needs uidMappings and gidMappings, or a user namespace of the container");
}

}  // namespace

MountIdMapPlan plan_mount_id_map(const oci::Mount& mount, const oci::Linux& config,
                                 const NamespacePlan& namespaces, const Pointer& at,
                                 Findings& findings) {
  const Request request = find_request(mount.options);
  const bool has_mappings = !mount.uid_mappings.empty() || !mount.gid_mappings.empty();
  MountIdMapPlan plan;
  plan.wanted = request.wanted || has_mappings;
  plan.recursive = request.recursive;
  if (!plan.wanted) {
    return plan;
  }
  const Pointer option = at.at("/options", request.place);
  if (mount.uid_mappings.empty() != mount.gid_mappings.empty()) {
    findings.invalid(at, "uidMappings and gidMappings need each other");
  } else if (has_mappings && !request.lists.empty()) {
    findings.invalid(option, "the mount has uidMappings and gidMappings already");
  } else if (has_mappings) {
    plan.maps = {
        .uid_map = id_map_text(mount.uid_mappings, at.at("/uidMappings").text(), findings),
        .gid_map = id_map_text(mount.gid_mappings, at.at("/gidMappings").text(), findings)};
  } else if (!request.lists.empty()) {
    plan.maps = plan_lists(request, config, option, findings);
  } else {
    use_container_maps(config, namespaces, option, plan, findings);
  }
  return plan;
}

}  // namespace wpar::plan
