// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"
#include "translate/context.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "device";

struct Known {
  std::string_view path;
  std::int64_t major;
  std::int64_t minor;
};

// What a runtime makes in every container (config-linux.md, "Default Devices").
constexpr std::array<Known, 6> kDefaults = {{{"/dev/null", 1, 3},
                                             {"/dev/zero", 1, 5},
                                             {"/dev/full", 1, 7},
                                             {"/dev/random", 1, 8},
                                             {"/dev/urandom", 1, 9},
                                             {"/dev/tty", 5, 0}}};

// Exported by default on AIX; Linux has nothing of the name.
constexpr std::array<std::string_view, 6> kAixOnly = {"/dev/audit",    "/dev/clone", "/dev/error",
                                                      "/dev/errorctl", "/dev/nvram", "/dev/sad"};

bool is_default(std::string_view path) {
  return path == "/dev/console" ||
         std::any_of(kDefaults.begin(), kDefaults.end(),
                     [&](const Known& known) { return known.path == path; });
}

bool is_aix_only(std::string_view path) {
  return is_same_or_below(path, "/dev/xti") ||
         std::find(kAixOnly.begin(), kAixOnly.end(), path) != kAixOnly.end();
}

oci::DeviceRule rule(bool allow, std::optional<std::string> type, std::optional<std::int64_t> major,
                     std::optional<std::int64_t> minor) {
  return {.allow = allow,
          .type = std::move(type),
          .major = major,
          .minor = minor,
          .access = std::string("rwm")};
}

void add_default_rules(Context& c) {
  std::vector<oci::DeviceRule>& rules = c.config.linux_.resources.devices;
  rules.push_back(rule(false, std::nullopt, std::nullopt, std::nullopt));
  for (const Known& known : kDefaults) {
    rules.push_back(rule(true, "c", known.major, known.minor));
  }
  rules.push_back(rule(true, "c", 5, 2));               // ptmx
  rules.push_back(rule(true, "c", 136, std::nullopt));  // pts
}

struct Verdict {
  Fidelity fidelity;
  std::string reason;
  std::string action;
};

Verdict map_disk(Context& c, const spec::Device& device, const std::string& name) {
  auto disk = c.profile.disks.find(name);
  if (disk == c.profile.disks.end()) {
    disk = c.profile.disks.find(std::string(base_name(name)));
  }
  if (disk == c.profile.disks.end()) {
    return {Fidelity::kNeedsAction, "the site profile does not know the device; it is left out",
            fmt::format("add it to the site profile (disks: {{{}: {{path: ..., major: ..., minor: "
                        "...}}}})",
                        name)};
  }
  const DiskProfile& known = disk->second;
  if (!known.major) {
    return {
        Fidelity::kNeedsAction,
        fmt::format("the site profile gives no device numbers for {}; it is left out", known.path),
        fmt::format("add major and minor of {} to the site profile", known.path)};
  }
  std::string path = device.vdevname ? device.vdevname->value : std::string(base_name(name));
  if (!is_absolute(path)) {
    path = "/dev/" + path;
  }
  path = clean_path(path);
  if (!is_same_or_below(path, "/dev") || path == "/dev") {
    c.problems.add(device.vdevname ? device.vdevname->at : device.at,
                   fmt::format("device: {} is not below /dev", path));
  }
  c.config.linux_.devices.push_back({.type = known.type,
                                     .path = path,
                                     .major = known.major,
                                     .minor = known.minor,
                                     .file_mode = 0600,
                                     .uid = 0,
                                     .gid = 0});
  c.config.linux_.resources.devices.push_back(rule(true, known.type, known.major, known.minor));
  return {Fidelity::kEquivalent, fmt::format("{} of the host as {}", known.path, path), ""};
}

Verdict map_device(Context& c, const spec::Device& device) {
  const bool exported = !(device.export_ && !device.export_->value);
  const std::string name = device.devname ? device.devname->value : device.devid->value;
  const bool is_default_device = is_default(name);
  if (!exported) {
    return {is_default_device ? Fidelity::kIgnored : Fidelity::kExact,
            is_default_device ? "every runtime makes this device; it cannot be withheld"
                              : "not exported: the device is left out",
            ""};
  }
  if (is_default_device) {
    return {Fidelity::kExact, "made in every container", ""};
  }
  if (is_aix_only(name)) {
    return {Fidelity::kIgnored, "Linux has no such device", ""};
  }
  if (device.devtype && device.devtype->value == "adapter") {
    return {Fidelity::kNeedsAction, "a whole adapter cannot be given to a container",
            "give its disks by device stanzas"};
  }
  if (device.devtype && device.devtype->value == "object") {
    return {Fidelity::kIgnored, "an object of AIX's device database", ""};
  }
  return map_disk(c, device, name);
}

}  // namespace

void map_devices(Context& c) {
  add_default_rules(c);
  for (const spec::Device& device : c.wpar.devices) {
    const Verdict verdict = map_device(c, device);
    const bool made = verdict.fidelity <= Fidelity::kEquivalent;
    c.note(kStanza, "devname", device.devname, verdict.fidelity, verdict.reason, verdict.action);
    c.note(kStanza, "devid", device.devid, verdict.fidelity, verdict.reason, verdict.action);
    c.note(kStanza, "devtype", device.devtype, Fidelity::kEquivalent,
           "the kind of device follows from the site profile");
    c.note(kStanza, "vdevname", device.vdevname,
           made ? Fidelity::kEquivalent : Fidelity::kNeedsAction,
           made ? "name of the node inside" : "the device itself is left out");
    const bool rootvg = device.rootvg && device.rootvg->value;
    c.note(kStanza, "rootvg", device.rootvg, rootvg ? Fidelity::kNeedsAction : Fidelity::kExact,
           rootvg ? "the disk holds the WPAR's root" : "not the disk of the root",
           rootvg ? fmt::format("mount its file system at {} or give --rootfs", c.config.root->path)
                  : "");
    c.note(kStanza, "export", device.export_,
           device.export_ && !device.export_->value ? verdict.fidelity : Fidelity::kEquivalent,
           "decides whether the node is made");
    c.note(kStanza, "adapter", device.adapter, Fidelity::kIgnored,
           "the path to a disk is the host's affair");
    c.note(kStanza, "xfactor", device.xfactor, Fidelity::kIgnored,
           "sizes of rootvg logical volumes have no counterpart");
    c.note(kStanza, "bootset", device.bootset, Fidelity::kIgnored,
           "there are no alternate boot disks");
  }
}

}  // namespace wpar::translate
