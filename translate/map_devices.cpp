// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
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

// A device of the site profile, by its name or by the last part of its path.
const DiskProfile* find_known(const Context& c, const std::string& name) {
  auto known = c.profile.disks.find(name);
  if (known == c.profile.disks.end()) {
    known = c.profile.disks.find(std::string(base_name(name)));
  }
  return known == c.profile.disks.end() ? nullptr : &known->second;
}

void give(Context& c, const DiskProfile& known, const std::string& path) {
  c.workload.devices.push_back({.host_path = known.path,
                                .path = path,
                                .type = known.type,
                                .major = known.major,
                                .minor = known.minor,
                                .exclusive = !known.shared});
  c.config.linux_.devices.push_back({.type = known.type,
                                     .path = path,
                                     .major = known.major,
                                     .minor = known.minor,
                                     .file_mode = 0600,
                                     .uid = 0,
                                     .gid = 0});
  c.config.linux_.resources.devices.push_back(rule(true, known.type, known.major, known.minor));
}

// `inside`: the name inside, a path or the last part of one.
Verdict map_known(Context& c, const std::string& name, const std::string& inside,
                  spec::Position at) {
  const DiskProfile* known = find_known(c, name);
  if (known == nullptr) {
    return {Fidelity::kNeedsAction, "the site profile does not know the device; it is left out",
            fmt::format("add it to the site profile (disks: {{{}: {{path: ..., major: ..., minor: "
                        "...}}}})",
                        name)};
  }
  if (!known->major) {
    return {
        Fidelity::kNeedsAction,
        fmt::format("the site profile gives no device numbers for {}; it is left out", known->path),
        fmt::format("add major and minor of {} to the site profile", known->path)};
  }
  const std::string path = clean_path(is_absolute(inside) ? inside : "/dev/" + inside);
  if (!is_same_or_below(path, "/dev") || path == "/dev") {
    c.problems.add(at, fmt::format("device: {} is not below /dev", path));
  }
  for (const WorkloadDevice& device : c.workload.devices) {
    if (device.path == path) {
      return {Fidelity::kNeedsAction, fmt::format("{} is given to the WPAR already", path),
              "give one of the devices another vdevname"};
    }
  }
  give(c, *known, path);
  return {Fidelity::kEquivalent,
          fmt::format("{} of the host as {}, {}", known->path, path,
                      known->shared ? "shared with others" : "for one WPAR at a time"),
          ""};
}

// One device that has neither a pattern in its name nor `export = no`.
Verdict map_one(Context& c, const std::string& name, const std::string& inside, spec::Position at) {
  if (is_default(name)) {
    return {Fidelity::kExact, "made in every container", ""};
  }
  if (is_aix_only(name) && find_known(c, name) == nullptr) {
    return {Fidelity::kIgnored, "Linux has no such device", ""};
  }
  return map_known(c, name, inside, at);
}

// What a pattern can mean: the default devices, AIX's own, and what the site profile knows.
std::vector<std::string> expand(const Context& c, const std::string& pattern) {
  std::set<std::string> names;
  const auto add = [&](std::string name) {
    if (spec::matches(pattern, name)) {
      names.insert(std::move(name));
    }
  };
  for (const Known& known : kDefaults) {
    add(std::string(known.path));
  }
  add("/dev/console");
  for (const std::string_view name : kAixOnly) {
    add(std::string(name));
  }
  for (const char* name : {"tcp", "tcp6", "udp", "udp6", "unixdg", "unixst"}) {
    add(fmt::format("/dev/xti/{}", name));
  }
  for (const auto& [name, known] : c.profile.disks) {
    add(is_absolute(pattern) && !is_absolute(name) ? "/dev/" + name : name);
  }
  return {names.begin(), names.end()};
}

Verdict map_pattern(Context& c, const std::string& pattern, spec::Position at) {
  const std::vector<std::string> names = expand(c, pattern);
  if (names.empty()) {
    return {Fidelity::kNeedsAction, "the pattern matches no device that is known here",
            "add the devices to the site profile (disks: ...)"};
  }
  Verdict worst{Fidelity::kExact, "", ""};
  for (const std::string& name : names) {
    Verdict verdict = map_one(c, name, std::string(base_name(name)), at);
    if (verdict.fidelity > worst.fidelity) {
      worst = std::move(verdict);
    }
  }
  worst.reason = fmt::format("matches {}{}{}", join(names, ", "), worst.reason.empty() ? "" : ": ",
                             worst.reason);
  return worst;
}

// Only what devexports names can be exported; disks and adapters have no path, and are not in it.
bool may_be_exported(const Context& c, const std::string& name) {
  return !c.options.devexports || !is_absolute(name) || spec::is_pattern(name) ||
         spec::find_export(*c.options.devexports, name) != nullptr;
}

Verdict map_device(Context& c, const spec::Device& device) {
  const bool exported = !(device.export_ && !device.export_->value);
  const std::string name = device.devname ? device.devname->value : device.devid->value;
  if (!exported) {
    const bool always = is_default(name);
    return {always ? Fidelity::kIgnored : Fidelity::kExact,
            always ? "every runtime makes this device; it cannot be withheld"
                   : "not exported: the device is left out",
            ""};
  }
  if (!may_be_exported(c, name)) {
    return {Fidelity::kNeedsAction,
            fmt::format("{} does not allow it to be exported; it is left out",
                        c.options.devexports->filename),
            fmt::format("add it to {}", c.options.devexports->filename)};
  }
  if (device.devtype && device.devtype->value == "adapter") {
    return {Fidelity::kNeedsAction, "a whole adapter cannot be given to a container",
            "give its disks by device stanzas"};
  }
  if (device.devtype && device.devtype->value == "object") {
    return {Fidelity::kIgnored, "an object of AIX's device database", ""};
  }
  const spec::Position at = device.vdevname ? device.vdevname->at : device.at;
  if (device.devname && spec::is_pattern(name)) {
    return map_pattern(c, name, at);
  }
  return map_one(c, name, device.vdevname ? device.vdevname->value : std::string(base_name(name)),
                 at);
}

bool has_stanza(const Context& c, const std::string& value) {
  return std::any_of(c.wpar.devices.begin(), c.wpar.devices.end(), [&](const spec::Device& device) {
    return device.devname &&
           (device.devname->value == value || spec::matches(value, device.devname->value));
  });
}

// What devexports exports without being asked, and what it withholds in vain.
void map_devexports(Context& c) {
  const spec::DevExports& exports = *c.options.devexports;
  for (const spec::DeviceExport& entry : exports.entries) {
    if (!entry.auto_export || has_stanza(c, entry.value)) {
      continue;
    }
    const Verdict verdict = spec::is_pattern(entry.value)
                                ? map_pattern(c, entry.value, {})
                                : map_one(c, entry.value, std::string(base_name(entry.value)), {});
    if (verdict.fidelity > Fidelity::kExact) {
      c.remark(kStanza, verdict.fidelity,
               fmt::format("{}:{}: {} is exported to every WPAR: {}", exports.filename,
                           entry.at.line, entry.value, verdict.reason),
               verdict.action);
    }
  }
  std::vector<std::string> withheld;
  for (const Known& known : kDefaults) {
    const std::string path(known.path);
    const spec::DeviceExport* entry = spec::find_export(exports, path);
    if ((entry == nullptr || !entry->auto_export) && !has_stanza(c, path)) {
      withheld.push_back(path);
    }
  }
  if (!withheld.empty()) {
    c.remark(kStanza, Fidelity::kApproximate,
             fmt::format("{} does not export {}, which every container has", exports.filename,
                         join(withheld, ", ")));
  }
}

// A disk is a block device, a tape a character device.
void note_type(Context& c, const spec::Device& device) {
  const DiskProfile* known =
      find_known(c, device.devname ? device.devname->value : device.devid->value);
  const std::string type = device.devtype ? device.devtype->value : "";
  const char* wanted = type == "disk" || type == "cdrom" ? "b" : type == "tape" ? "c" : nullptr;
  if (wanted != nullptr && known != nullptr && known->major && known->type != wanted) {
    c.note(kStanza, "devtype", device.devtype, Fidelity::kNeedsAction,
           fmt::format("{} is of type {} in the site profile", known->path, known->type),
           fmt::format("correct the type of {} there, or the device", known->path));
    return;
  }
  c.note(kStanza, "devtype", device.devtype, Fidelity::kEquivalent,
         "the kind of device follows from the site profile");
}

}  // namespace

void map_devices(Context& c) {
  add_default_rules(c);
  for (const spec::Device& device : c.wpar.devices) {
    const Verdict verdict = map_device(c, device);
    const bool made = verdict.fidelity <= Fidelity::kEquivalent;
    c.note(kStanza, "devname", device.devname, verdict.fidelity, verdict.reason, verdict.action);
    c.note(kStanza, "devid", device.devid, verdict.fidelity, verdict.reason, verdict.action);
    note_type(c, device);
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
  if (c.options.devexports) {
    map_devexports(c);
  }
}

}  // namespace wpar::translate
