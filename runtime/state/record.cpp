// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/record.h"

#include <nlohmann/json.hpp>

#include "specs/oci/json_cursor.h"
#include "specs/oci/json_document.h"
#include "specs/oci/read_members.h"

namespace wpar::state {

namespace {

// A record without the member is older than the other managers.
plan::CgroupManager read_cgroup_manager(const oci::JsonCursor& record) {
  const auto member = record.find("cgroupManager");
  if (!member) {
    return plan::CgroupManager::kCgroupfs;
  }
  for (const auto manager : {plan::CgroupManager::kCgroupfs, plan::CgroupManager::kSystemd,
                             plan::CgroupManager::kDisabled}) {
    if (member->string() == plan::cgroup_manager_word(manager)) {
      return manager;
    }
  }
  member->fail("expected cgroupfs, systemd or disabled");
}

void write_unit(const plan::SystemdUnit& unit, nlohmann::ordered_json& document) {
  if (!unit.name.empty()) {
    document["systemdUnit"] = unit.name;
    document["systemdUser"] = unit.of_user;
    document["systemdDescription"] = unit.description;
  }
}

plan::SystemdUnit read_unit(const oci::JsonCursor& at) {
  plan::SystemdUnit unit;
  if (const auto name = at.find("systemdUnit")) {
    unit.name = name->string();
    unit.of_user = at.at("systemdUser").boolean();
    unit.description = at.at("systemdDescription").string();
  }
  return unit;
}

}  // namespace

std::string write_journal(const Journal& journal) {
  nlohmann::ordered_json document;
  document["cgroupDirectories"] = journal.cgroup_directories;
  if (!journal.resctrl_directories.empty()) {
    document["resctrlDirectories"] = journal.resctrl_directories;
  }
  write_unit(journal.unit, document);
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Journal parse_journal(std::string_view text) {
  const oci::JsonValue document = oci::parse_json(text);
  const oci::JsonCursor at(document);
  return {.cgroup_directories = at.at("cgroupDirectories").strings(),
          .resctrl_directories = oci::find_strings(at, "resctrlDirectories"),
          .unit = read_unit(at)};
}

std::string write_record(const Record& record) {
  nlohmann::ordered_json document;
  document["id"] = record.id;
  document["ociVersion"] = record.oci_version;
  document["bundle"] = record.bundle;
  document["rootfs"] = record.rootfs;
  document["created"] = record.created;
  document["owner"] = record.owner;
  document["pid"] = record.pid;
  document["startTime"] = record.start_time;
  document["namespaces"] = record.namespaces;
  document["hasProcess"] = record.has_process;
  document["hasPoststartHooks"] = record.has_poststart_hooks;
  document["hasPoststopHooks"] = record.has_poststop_hooks;
  document["cgroupManager"] = plan::cgroup_manager_word(record.cgroup_manager);
  write_unit(record.unit, document);
  document["cgroupDirectories"] = record.cgroup_directories;
  document["freezerDirectory"] = record.freezer_directory;
  if (!record.resctrl_groups.empty()) {
    document["resctrlDirectories"] = record.resctrl_directories;
    document["resctrlGroups"] = record.resctrl_groups;
  }
  if (!record.standard_descriptors.empty()) {
    document["standardDescriptors"] = record.standard_descriptors;
  }
  document["stopSignal"] = record.stop_signal;
  document["annotations"] = record.annotations;
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Record parse_record(std::string_view text) {
  const oci::JsonValue document = oci::parse_json(text);
  const oci::JsonCursor at(document);
  Record record;
  record.id = at.at("id").string();
  record.oci_version = at.at("ociVersion").string();
  record.bundle = at.at("bundle").string();
  record.rootfs = at.at("rootfs").string();
  record.created = at.at("created").string();
  record.owner = at.at("owner").integer<uid_t>();
  record.pid = at.at("pid").integer<pid_t>();
  record.start_time = at.at("startTime").integer<std::uint64_t>();
  record.namespaces = at.at("namespaces").integer<std::uint64_t>();
  record.has_process = at.at("hasProcess").boolean();
  record.has_poststart_hooks = at.at("hasPoststartHooks").boolean();
  record.has_poststop_hooks = at.at("hasPoststopHooks").boolean();
  record.cgroup_manager = read_cgroup_manager(at);
  record.unit = read_unit(at);
  record.cgroup_directories = at.at("cgroupDirectories").strings();
  record.freezer_directory = oci::find_string(at, "freezerDirectory").value_or("");
  record.resctrl_directories = oci::find_strings(at, "resctrlDirectories");
  record.resctrl_groups = oci::find_strings(at, "resctrlGroups");
  record.standard_descriptors = oci::find_strings(at, "standardDescriptors");
  record.stop_signal = oci::find_integer<int>(at, "stopSignal").value_or(15);
  if (const auto annotations = at.find("annotations")) {
    for (const auto& [key, value] : annotations->members()) {
      record.annotations.emplace(key, value.string());
    }
  }
  return record;
}

}  // namespace wpar::state
