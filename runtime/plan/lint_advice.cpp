// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/plan/lint.h"

namespace wpar::plan {
namespace {

class Advice {
 public:
  template <typename... Args>
  void say(std::string_view pointer, fmt::format_string<Args...> text, Args&&... args) {
    lines_.push_back(
        fmt::format("{}: {}", pointer, fmt::format(text, std::forward<Args>(args)...)));
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

bool has_namespace(const oci::Config& config, std::string_view type) {
  return std::ranges::find(config.linux_.namespaces, type, &oci::Namespace::type) !=
         config.linux_.namespaces.end();
}

const oci::Mount* find_mount(const oci::Config& config, std::string_view destination) {
  const auto mount = std::ranges::find_if(config.mounts, [&](const oci::Mount& one) {
    return clean_path(one.destination) == destination;
  });
  return mount == config.mounts.end() ? nullptr : &*mount;
}

void look_at_process(const oci::Config& config, Advice& advice) {
  if (!config.process) {
    advice.say("/process", "is missing: create works, start will refuse");
    return;
  }
  const oci::Process& process = *config.process;
  const bool terminal = process.terminal.value_or(false);
  if (terminal) {
    advice.say("/process/terminal",
               "create and run --detach need --console-socket for the terminal");
  } else if (process.console_size) {
    advice.say("/process/consoleSize", "is ignored without a terminal");
  }
  const auto has_variable = [&](std::string_view name) {
    return std::ranges::any_of(process.env, [&](const std::string& variable) {
      return variable.starts_with(std::string(name) + "=");
    });
  };
  if (!process.args.empty() && process.args.front().find('/') == std::string::npos &&
      !has_variable("PATH")) {
    advice.say("/process/env", "has no PATH, which \"{}\" is looked for in", process.args.front());
  }
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < process.env.size(); ++i) {
    const std::string_view name = split(process.env[i], '=').front();
    if (std::ranges::find(names, name) != names.end()) {
      advice.say(fmt::format("/process/env/{}", i), "\"{}\" is given twice: the last one counts",
                 name);
    }
    names.push_back(name);
  }
  if (process.capabilities && !process.capabilities->inheritable.empty()) {
    advice.say("/process/capabilities/inheritable",
               "gives programs with file capabilities more than the process has "
               "(CVE-2022-24769); engines leave it empty");
  }
  if (!process.no_new_privileges.value_or(false)) {
    advice.say("/process/noNewPrivileges",
               "is not set: set-user-ID programs in the container can gain privileges");
  }
}

void look_at_mounts(const oci::Config& config, Advice& advice) {
  for (std::size_t i = 0; i < config.mounts.size(); ++i) {
    const oci::Mount& mount = config.mounts[i];
    const std::string at = fmt::format("/mounts/{}", i);
    if (!is_absolute(mount.destination)) {
      advice.say(at + "/destination", "relative paths are deprecated: \"/{}\" is meant",
                 mount.destination);
    }
    if (mount.type == "cgroup" && std::ranges::find(mount.options, "ro") == mount.options.end()) {
      advice.say(at + "/options", "without \"ro\" the container can write to its own cgroup");
    }
    for (const char* option : {"mand", "nomand"}) {
      if (std::ranges::find(mount.options, option) != mount.options.end()) {
        advice.say(at + "/options", "\"{}\" has no effect since Linux 5.15", option);
      }
    }
  }
  struct Default {
    const char* path;
    const char* why;
  };
  // config-linux.md, Default Filesystems.
  constexpr Default kDefaults[] = {
      {"/proc", "the specification wants a proc file system there"},
      {"/sys", "the specification wants a sysfs there"},
      {"/dev/pts", "the specification wants a devpts there, and terminals need it"},
      {"/dev/shm", "the specification wants a tmpfs there, and shm_open(3) needs it"}};
  for (const auto& [path, why] : kDefaults) {
    if (find_mount(config, path) == nullptr) {
      advice.say("/mounts", "nothing is mounted on {}: {}", path, why);
    }
  }
}

void look_at_resources(const oci::Resources& resources, Advice& advice) {
  if (resources.memory && resources.memory->kernel) {
    advice.say("/linux/resources/memory/kernel", "is not recommended and ignored");
  }
  if (resources.memory && resources.memory->kernel_tcp) {
    advice.say("/linux/resources/memory/kernelTCP", "is not recommended and ignored");
  }
  if (!resources.pids_limit) {
    advice.say("/linux/resources/pids", "no limit: one container can use up the host's processes");
  }
}

void look_at_isolation(const oci::Config& config, Advice& advice) {
  const oci::Linux& part = config.linux_;
  constexpr const char* kUsual[] = {"pid", "mount", "ipc", "uts", "network"};
  for (const char* type : kUsual) {
    if (!has_namespace(config, type)) {
      advice.say("/linux/namespaces", "without \"{}\" the container shares the host's", type);
    }
  }
  const bool shows_host_ids = std::ranges::any_of(
      part.uid_mappings, [](const oci::IdMapping& mapping) { return mapping.host_id == 0; });
  if (shows_host_ids) {
    advice.say("/linux/uidMappings", "gives the container the host's root");
  }
  if (find_mount(config, "/proc") != nullptr && !has_namespace(config, "user")) {
    if (part.masked_paths.empty()) {
      advice.say("/linux/maskedPaths", "is empty: /proc shows the host's kernel to the container");
    }
    if (part.readonly_paths.empty()) {
      advice.say("/linux/readonlyPaths", "is empty: /proc/sys is open to a container's root");
    }
  }
  if (!part.seccomp) {
    advice.say("/linux/seccomp", "is missing: every system call reaches the kernel");
  }
}

void look_at_devices(const oci::Linux& part, Advice& advice) {
  const auto number = [](const oci::Device& device) {
    return std::tuple(device.type, device.major, device.minor);
  };
  for (std::size_t i = 0; i < part.devices.size(); ++i) {
    const auto first = std::ranges::find(part.devices, number(part.devices[i]), number);
    if (&*first != &part.devices[i]) {
      advice.say(fmt::format("/linux/devices/{}", i), "is the same device as {}", first->path);
    }
  }
}

// "1.10.0-rc.1" → 10
unsigned minor_version(const std::string& version) {
  const auto parts = split(version, '.');
  return parts.size() > 1 ? parse_integer<unsigned>(parts[1]).value_or(0) : 0;
}

}  // namespace

std::vector<std::string> advice(const oci::Config& config) {
  Advice advice;
  if (minor_version(config.oci_version) > minor_version(oci::kSpecVersion)) {
    advice.say("/ociVersion", "{} is newer than {}, which this program knows", config.oci_version,
               oci::kSpecVersion);
  }
  look_at_mounts(config, advice);
  look_at_process(config, advice);
  if (!config.hooks.prestart.empty()) {
    advice.say("/hooks/prestart", "is deprecated: use createRuntime");
  }
  look_at_isolation(config, advice);
  look_at_devices(config.linux_, advice);
  look_at_resources(config.linux_.resources, advice);
  return advice.take();
}

}  // namespace wpar::plan
