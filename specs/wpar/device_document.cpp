// SPDX-License-Identifier: Apache-2.0
#include "specs/wpar/device_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/oci/json_cursor.h"
#include "specs/wpar/annotation_text.h"

namespace wpar::spec {
namespace {

void check(const DeviceEntry& entry, const std::string& pointer) {
  const auto refuse = [&](const char* member, std::string_view text) {
    throw_error(ErrorKind::kInvalidConfig, "{}/{}: {}", pointer, member, text);
  };
  if (!is_absolute(entry.path) || has_nul(entry.path)) {
    refuse("path", "expected an absolute path");
  }
  if (entry.type != "b" && entry.type != "c") {
    refuse("type", "expected b or c");
  }
  if (entry.major < 0 || entry.major > kMaxDeviceMajor) {
    refuse("major", fmt::format("expected a number from 0 to {}", kMaxDeviceMajor));
  }
  if (entry.minor < 0 || entry.minor > kMaxDeviceMinor) {
    refuse("minor", fmt::format("expected a number from 0 to {}", kMaxDeviceMinor));
  }
}

void check(const DeviceDocument& document) {
  if (document.version != 1) {
    throw_error(ErrorKind::kInvalidConfig,
                "/version: {} is unknown here; this program understands 1", document.version);
  }
  for (std::size_t i = 0; i < document.devices.size(); ++i) {
    check(document.devices[i], fmt::format("/devices/{}", i));
  }
}

template <std::size_t N>
void refuse_unknown(const oci::JsonCursor& at, const std::array<std::string_view, N>& known) {
  for (const auto& [key, member] : at.members()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      member.fail("unknown member");
    }
  }
}

}  // namespace

std::string write_device_document(const DeviceDocument& document) {
  check(document);
  nlohmann::ordered_json root{{"version", document.version}};
  root["devices"] = nlohmann::ordered_json::array();
  for (const DeviceEntry& entry : document.devices) {
    root["devices"].push_back({{"path", entry.path},
                               {"type", entry.type},
                               {"major", entry.major},
                               {"minor", entry.minor}});
  }
  return root.dump();
}

DeviceDocument parse_device_document(std::string_view text) {
  const oci::JsonValue value = oci::parse_json(decode_annotation(text));
  const oci::JsonCursor root(value);
  refuse_unknown(root, std::to_array<std::string_view>({"version", "devices"}));
  DeviceDocument document;
  document.version = root.at("version").integer<int>();
  for (const oci::JsonCursor& entry : root.at("devices").elements()) {
    refuse_unknown(entry, std::to_array<std::string_view>({"path", "type", "major", "minor"}));
    document.devices.push_back({.path = entry.at("path").string(),
                                .type = entry.at("type").string(),
                                .major = entry.at("major").integer<std::int64_t>(),
                                .minor = entry.at("minor").integer<std::int64_t>()});
  }
  check(document);
  return document;
}

std::string write_device_claim(const DeviceClaim& claim) {
  const nlohmann::ordered_json root{
      {"id", claim.id}, {"name", claim.name}, {"pid", claim.pid}, {"startTime", claim.start_time}};
  return root.dump();
}

DeviceClaim parse_device_claim(std::string_view text) {
  const oci::JsonValue value = oci::parse_json(std::string(text));
  const oci::JsonCursor root(value);
  return {.id = root.at("id").string(),
          .name = root.at("name").string(),
          .pid = root.at("pid").integer<int>(),
          .start_time = root.at("startTime").integer<std::uint64_t>()};
}

}  // namespace wpar::spec
