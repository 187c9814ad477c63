// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/devices.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"

namespace wpar::plan {

namespace {

struct DefaultDevice {
  std::string_view path;
  unsigned int major;
  unsigned int minor;
};

constexpr auto kDefaultDevices = std::to_array<DefaultDevice>({
    {"/dev/null", 1, 3},
    {"/dev/zero", 1, 5},
    {"/dev/full", 1, 7},
    {"/dev/random", 1, 8},
    {"/dev/urandom", 1, 9},
    {"/dev/tty", 5, 0},
});

constexpr auto kLinks = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"/dev/fd", "/proc/self/fd"},
    {"/dev/stdin", "/proc/self/fd/0"},
    {"/dev/stdout", "/proc/self/fd/1"},
    {"/dev/stderr", "/proc/self/fd/2"},
    {"/dev/ptmx", "pts/ptmx"},
    {"/dev/core", "/proc/kcore"},
});

constexpr std::int64_t kMaxMajor = (1 << 12) - 1;
constexpr std::int64_t kMaxMinor = (1 << 20) - 1;
constexpr mode_t kDefaultMode = 0666;

bool dev_is_bind_mount(const std::vector<MountPlan>& mounts) {
  return std::ranges::any_of(mounts, [](const MountPlan& mount) {
    return mount.kind == MountKind::kBind && mount.destination == "/dev";
  });
}

// 0 for an unknown word. "u" is an unbuffered character device, which Linux does not tell from "c".
mode_t type_bits(std::string_view type) {
  if (type == "c" || type == "u") {
    return S_IFCHR;
  }
  if (type == "b") {
    return S_IFBLK;
  }
  return type == "p" ? S_IFIFO : 0;
}

bool accept_number(const std::optional<std::int64_t>& number, std::int64_t max, const Pointer& at,
                   Findings& findings) {
  if (!number) {
    findings.invalid(at, "is required for this type of device");
    return false;
  }
  if (*number < 0 || *number > max) {
    findings.invalid(at, "expected an integer from 0 to {}", max);
    return false;
  }
  return true;
}

DevicePlan plan_device(const oci::Device& device, bool in_user_namespace, const Pointer& at,
                       Findings& findings) {
  DevicePlan plan;
  if (findings.accept_absolute_path(at.at("/path"), device.path)) {
    plan.path = clean_path(device.path);
    if (plan.path == "/") {
      findings.invalid(at.at("/path"), "the root directory cannot be a device");
    }
  }
  const mode_t type = type_bits(device.type);
  if (type == 0) {
    findings.invalid(at.at("/type"), "expected \"c\", \"b\", \"u\" or \"p\", not \"{}\"",
                     device.type);
    return plan;
  }
  mode_t mode = device.file_mode.value_or(kDefaultMode);
  if ((mode & S_IFMT) == type) {
    mode &= ~mode_t{S_IFMT};  // some engines pass on the whole of st_mode
  }
  if (mode > 07777) {
    findings.invalid(at.at("/fileMode"), "expected an integer from 0 to {}", 07777);
  }
  plan.mode = type | mode;
  if (type != S_IFIFO) {
    const bool major_fits = accept_number(device.major, kMaxMajor, at.at("/major"), findings);
    const bool minor_fits = accept_number(device.minor, kMaxMinor, at.at("/minor"), findings);
    if (major_fits && minor_fits) {
      plan.device = makedev(static_cast<unsigned int>(*device.major),
                            static_cast<unsigned int>(*device.minor));
    }
    plan.bind = in_user_namespace;
  }
  plan.uid = device.uid.value_or(0);
  plan.gid = device.gid.value_or(0);
  return plan;
}

bool same_node(const DevicePlan& a, const DevicePlan& b) {
  return a.mode == b.mode && a.device == b.device && a.uid == b.uid && a.gid == b.gid;
}

DeviceRule rule_for(bool allow, char type, std::int64_t major, std::int64_t minor,
                    bool read_write) {
  return {.allow = allow,
          .type = type,
          .major = major,
          .minor = minor,
          .read = read_write,
          .write = read_write,
          .mknod = true};
}

bool accept_rule_number(const std::optional<std::int64_t>& number, const Pointer& at,
                        Findings& findings) {
  if (number && *number < DeviceRule::kAny) {
    findings.invalid(at, "expected a device number, or -1 for all");
    return false;
  }
  return true;
}

void read_access(const oci::DeviceRule& rule, DeviceRule& plan, const Pointer& at,
                 Findings& findings) {
  if (!rule.access) {
    return;  // absent: all three
  }
  if (rule.access->empty() || rule.access->find_first_not_of("rwm") != std::string::npos) {
    findings.invalid(at.at("/access"), "expected one or more of r, w and m, not \"{}\"",
                     *rule.access);
    return;
  }
  plan.read = rule.access->find('r') != std::string::npos;
  plan.write = rule.access->find('w') != std::string::npos;
  plan.mknod = rule.access->find('m') != std::string::npos;
}

}  // namespace

std::vector<DevicePlan> plan_devices(const oci::Linux& config, const std::vector<MountPlan>& mounts,
                                     bool in_user_namespace, Findings& findings) {
  std::vector<DevicePlan> plans;
  if (!dev_is_bind_mount(mounts)) {
    for (const DefaultDevice& device : kDefaultDevices) {
      plans.push_back({.path = std::string(device.path),
                       .mode = S_IFCHR | kDefaultMode,
                       .device = makedev(device.major, device.minor),
                       .uid = 0,
                       .gid = 0,
                       .bind = in_user_namespace});
    }
  }
  const std::size_t defaults = plans.size();
  std::vector<std::string> requested;
  for (std::size_t i = 0; i < config.devices.size(); ++i) {
    const Pointer at{"/linux/devices", i};
    DevicePlan plan = plan_device(config.devices[i], in_user_namespace, at, findings);
    std::string path = plan.path;
    const auto same_path = std::ranges::find(plans, plan.path, &DevicePlan::path);
    if (same_path == plans.end()) {
      plans.push_back(std::move(plan));
    } else if (static_cast<std::size_t>(same_path - plans.begin()) < defaults &&
               std::ranges::find(requested, plan.path) == requested.end()) {
      *same_path = std::move(plan);
    } else if (!same_node(*same_path, plan)) {
      findings.invalid(at.at("/path"), "{} is in the list already, as another device", plan.path);
    }
    requested.push_back(std::move(path));
  }
  return plans;
}

std::vector<SymlinkPlan> plan_links(const std::vector<MountPlan>& mounts) {
  std::vector<SymlinkPlan> plans;
  if (!dev_is_bind_mount(mounts)) {
    for (const auto& [path, target] : kLinks) {
      plans.push_back({.path = std::string(path), .target = std::string(target)});
    }
  }
  return plans;
}

std::vector<DeviceRule> plan_device_rules(const std::vector<oci::DeviceRule>& rules,
                                          std::string_view at, Findings& findings) {
  std::vector<DeviceRule> plans;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const oci::DeviceRule& rule = rules[i];
    const Pointer here{at, i};
    const std::string type = rule.type.value_or("a");
    if (type != "a" && type != "b" && type != "c") {
      findings.invalid(here.at("/type"), "expected \"a\", \"b\" or \"c\", not \"{}\"", type);
      continue;
    }
    if (!accept_rule_number(rule.major, here.at("/major"), findings) ||
        !accept_rule_number(rule.minor, here.at("/minor"), findings)) {
      continue;
    }
    DeviceRule plan = rule_for(rule.allow, type.front(), rule.major.value_or(DeviceRule::kAny),
                               rule.minor.value_or(DeviceRule::kAny), true);
    read_access(rule, plan, here, findings);
    const bool everything = plan.major == DeviceRule::kAny && plan.minor == DeviceRule::kAny &&
                            plan.read && plan.write && plan.mknod;
    if (plan.type != 'a' || everything) {
      plans.push_back(plan);
      continue;
    }
    // The kernel reads "a" as "everything", whatever numbers follow it.
    for (const char kind : {'b', 'c'}) {
      plan.type = kind;
      plans.push_back(plan);
    }
  }
  return plans;
}

std::vector<DeviceRule> with_default_rules(const std::vector<DeviceRule>& rules) {
  constexpr std::int64_t kAny = DeviceRule::kAny;
  constexpr std::int64_t kPtySlaves = 136;
  std::vector<DeviceRule> plans = {rule_for(false, 'a', kAny, kAny, true)};
  plans.insert(plans.end(), rules.begin(), rules.end());
  // A node by itself opens nothing, so making one is always allowed.
  plans.push_back(rule_for(true, 'c', kAny, kAny, false));
  plans.push_back(rule_for(true, 'b', kAny, kAny, false));
  for (const DefaultDevice& device : kDefaultDevices) {
    plans.push_back(rule_for(true, 'c', device.major, device.minor, true));
  }
  plans.push_back(rule_for(true, 'c', kPtySlaves, kAny, true));
  plans.push_back(rule_for(true, 'c', 5, 2, true));  // ptmx
  return plans;
}

}  // namespace wpar::plan
