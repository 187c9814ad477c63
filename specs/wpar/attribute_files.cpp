// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/attribute_files.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <array>
#include <span>

#include "runtime/base/path.h"
#include "specs/wpar/name.h"
#include "specs/wpar/stanza.h"

namespace wpar::spec {
namespace {

constexpr std::array<std::string_view, 2> kExportKeys = {"value", "auto"};
constexpr std::array<std::string_view, 2> kPrivilegeKeys = {"value", "privs"};

// Complains about an attribute that the file does not have, and about += where it means nothing.
bool is_known(const Stanza& stanza, const Attribute& attribute,
              std::span<const std::string_view> known, bool may_change, Problems& problems) {
  for (const std::string_view key : known) {
    if (attribute.key != key) {
      continue;
    }
    if (attribute.assign != Assign::kSet && !may_change) {
      problems.add(attribute.at,
                   fmt::format("{}: {}: only = has a meaning here", stanza.name, key));
      return false;
    }
    return true;
  }
  problems.add(attribute.at,
               fmt::format("{}: unknown attribute \"{}\", the nearest known one is \"{}\"",
                           stanza.name, attribute.key, nearest_name(attribute.key, known)));
  return false;
}

bool has_name(const Stanza& stanza, std::string_view name, Problems& problems) {
  if (stanza.name != name) {
    problems.add(stanza.at,
                 fmt::format("unknown stanza \"{}\": all stanzas of this file are \"{}\"",
                             stanza.name, name));
  }
  return stanza.name == name;
}

DeviceExport read_export(const Stanza& stanza, Problems& problems) {
  DeviceExport entry{.value = {}, .at = stanza.at};
  const std::size_t before = problems.all().size();
  for (const Attribute& attribute : stanza.attributes) {
    if (!is_known(stanza, attribute, kExportKeys, false, problems)) {
      continue;
    }
    if (attribute.key == "value") {
      entry.value = attribute.value;
      entry.at = attribute.at;
      if (!is_absolute(entry.value)) {
        problems.add(attribute.value_at,
                     fmt::format("{}: value: expected the path of a device, not \"{}\"",
                                 stanza.name, entry.value));
      }
    } else if (!attribute.value.empty()) {
      const std::string complaint = read_into(entry.auto_export, attribute.value);
      if (!complaint.empty()) {
        problems.add(attribute.value_at, fmt::format("{}: auto: {}", stanza.name, complaint));
      }
    }
  }
  if (entry.value.empty() && problems.all().size() == before) {
    problems.add(stanza.at, fmt::format("{}: value is missing", stanza.name));
  }
  return entry;
}

}  // namespace

DevExports read_devexports(std::string_view text, Problems& problems) {
  DevExports exports{.filename = problems.sources().back(), .entries = {}};
  for (const Stanza& stanza : parse_stanzas(text, problems)) {
    if (has_name(stanza, "name", problems)) {
      exports.entries.push_back(read_export(stanza, problems));
    }
  }
  return exports;
}

SecAttrs read_secattrs(std::string_view text, Problems& problems) {
  SecAttrs attributes{.filename = problems.sources().back(), .privs = {}};
  for (const Stanza& stanza : parse_stanzas(text, problems)) {
    if (!has_name(stanza, "privs", problems)) {
      continue;
    }
    for (const Attribute& attribute : stanza.attributes) {
      if (!is_known(stanza, attribute, kPrivilegeKeys, true, problems)) {
        continue;
      }
      Value<NameList> line{.value = {}, .text = attribute.value, .at = attribute.at};
      const std::string complaint = read_into(line.value, attribute.value);
      if (!complaint.empty()) {
        problems.add(attribute.value_at,
                     fmt::format("{}: {}: {}", stanza.name, attribute.key, complaint));
        continue;
      }
      line.value.assign = attribute.assign;
      attributes.privs.push_back(std::move(line));
    }
  }
  if (attributes.privs.empty() && problems.empty()) {
    problems.add({1, 0, problems.source()}, "no privs stanza: there would be no privilege at all");
  }
  return attributes;
}

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool matches(const std::string& pattern, const std::string& path) {
  return ::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0;
}

const DeviceExport* find_export(const DevExports& exports, const std::string& path) {
  const DeviceExport* first = nullptr;
  for (const DeviceExport& entry : exports.entries) {
    if (entry.value == path) {
      return &entry;
    }
    if (first == nullptr && is_pattern(entry.value) && matches(entry.value, path)) {
      first = &entry;
    }
  }
  return first;
}

}  // namespace wpar::spec
