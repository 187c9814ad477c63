// SPDX-License-Identifier: Apache-2.0
// The bundle that `spec` starts a user with: a shell with few privileges in a read-only root.
#include <algorithm>

#include "runtime/cli/requests.h"

namespace wpar::cli {
namespace {

oci::Mount make_mount(std::string destination, std::string type, std::string source,
                      std::vector<std::string> options) {
  oci::Mount made;
  made.destination = std::move(destination);
  made.type = std::move(type);
  made.source = std::move(source);
  made.options = std::move(options);
  return made;
}

std::vector<oci::Mount> example_mounts() {
  return {
      make_mount("/proc", "proc", "proc", {}),
      make_mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      make_mount("/dev/pts", "devpts", "devpts",
                 {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}),
      make_mount("/dev/shm", "tmpfs", "shm",
                 {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}),
      make_mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}),
      make_mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}),
      make_mount("/sys/fs/cgroup", "cgroup", "cgroup",
                 {"nosuid", "noexec", "nodev", "relatime", "ro"}),
  };
}

oci::Process example_process() {
  const std::vector<std::string> few = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  oci::Process process;
  process.terminal = true;
  process.args = {"sh"};
  process.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"};
  process.cwd = "/";
  process.capabilities = oci::Capabilities{
      .bounding = few, .effective = few, .inheritable = {}, .permitted = few, .ambient = {}};
  process.rlimits = {{.type = "RLIMIT_NOFILE", .soft = 1024, .hard = 1024}};
  process.no_new_privileges = true;
  return process;
}

oci::Linux example_linux() {
  oci::Linux made;
  oci::DeviceRule deny_all;
  deny_all.access = "rwm";
  made.resources.devices = {deny_all};
  for (const char* type : {"pid", "network", "ipc", "uts", "mount", "cgroup"}) {
    made.namespaces.push_back({.type = type, .path = std::nullopt});
  }
  made.masked_paths = {"/proc/acpi",
                       "/proc/asound",
                       "/proc/kcore",
                       "/proc/keys",
                       "/proc/latency_stats",
                       "/proc/timer_list",
                       "/proc/timer_stats",
                       "/proc/sched_debug",
                       "/proc/scsi",
                       "/sys/firmware",
                       "/sys/devices/virtual/powercap"};
  made.readonly_paths = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  return made;
}

}  // namespace

oci::Config example_config() {
  oci::Config config;
  config.oci_version = oci::kSpecVersion;
  config.root = oci::Root{.path = "rootfs", .readonly = true};
  config.mounts = example_mounts();
  config.process = example_process();
  config.hostname = "runwpar";
  config.linux_ = example_linux();
  return config;
}

oci::Config rootless_example_config(uid_t uid, gid_t gid) {
  oci::Config config = example_config();
  oci::Linux& container = config.linux_;
  // Without privileges there is no network to give, and no cgroup to write to.
  std::erase_if(container.namespaces, [](const oci::Namespace& n) { return n.type == "network"; });
  container.namespaces.push_back({.type = "user", .path = std::nullopt});
  container.uid_mappings = {{.container_id = 0, .host_id = uid, .size = 1}};
  container.gid_mappings = {{.container_id = 0, .host_id = gid, .size = 1}};
  container.resources = {};
  for (oci::Mount& mount : config.mounts) {
    // Group 5 has no mapping.
    std::erase(mount.options, "gid=5");
    // A new sysfs needs a network namespace of one's own.
    if (mount.destination == "/sys") {
      mount = make_mount("/sys", "none", "/sys", {"rbind", "nosuid", "noexec", "nodev", "ro"});
    }
  }
  return config;
}

}  // namespace wpar::cli
