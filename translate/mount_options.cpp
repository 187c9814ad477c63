// SPDX-License-Identifier: Apache-2.0
#include "translate/mount_options.h"

#include <algorithm>
#include <array>

namespace wpar::translate {
namespace {

constexpr std::array<std::string_view, 12> kOptions = {
    "ro",   "rw",     "nosuid", "suid",    "nodev",      "dev",
    "exec", "noexec", "sync",   "noatime", "nodiratime", "relatime"};

// Those of nfs(5) that the kernel itself parses.
constexpr std::array<std::string_view, 12> kNfsWords = {
    "hard", "soft", "intr", "nointr", "bg", "fg", "tcp", "udp", "lock", "nolock", "ac", "noac"};
constexpr std::array<std::string_view, 16> kNfsKeys = {
    "vers=",     "nfsvers=",  "proto=",   "port=", "rsize=",    "wsize=",
    "timeo=",    "retrans=",  "retry=",   "sec=",  "acregmin=", "acregmax=",
    "acdirmin=", "acdirmax=", "actimeo=", "addr="};

oci::Mount mount(std::string destination, std::string type, std::string source,
                 std::vector<std::string> options) {
  return {.destination = std::move(destination),
          .type = std::move(type),
          .source = std::move(source),
          .options = std::move(options),
          .uid_mappings = {},
          .gid_mappings = {}};
}

}  // namespace

oci::Mount bind_mount(const std::string& path, std::vector<std::string> options) {
  return mount(path, "bind", path, std::move(options));
}

std::vector<oci::Mount> base_mounts(const BaseMounts& wanted) {
  std::vector<oci::Mount> mounts = {
      mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}),
      mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}),
      mount("/dev/pts", "devpts", "devpts",
            {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"})};
  if (wanted.shared_ipc) {
    mounts.push_back(bind_mount("/dev/shm", {"rbind"}));
    mounts.push_back(bind_mount("/dev/mqueue", {"rbind"}));
  } else {
    mounts.push_back(mount("/dev/shm", "tmpfs", "shm",
                           {"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}));
    mounts.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  }
  if (wanted.own_network) {
    mounts.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", "ro"}));
  } else {
    // The kernel refuses the same sysfs twice at one place, and the host's root has one already.
    mounts.push_back(bind_mount("/sys", {"bind", "nosuid", "noexec", "nodev", "ro"}));
  }
  mounts.push_back(
      mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", "ro"}));
  if (!wanted.application) {
    mounts.push_back(mount("/run", "tmpfs", "tmpfs", {"nosuid", "nodev", "mode=755"}));
  }
  return mounts;
}

bool is_linux_mount_option(std::string_view option, bool nfs) {
  const auto is = [&](std::string_view word) { return option == word; };
  const auto begins = [&](std::string_view key) { return option.starts_with(key); };
  return std::any_of(kOptions.begin(), kOptions.end(), is) ||
         (nfs && (std::any_of(kNfsWords.begin(), kNfsWords.end(), is) ||
                  std::any_of(kNfsKeys.begin(), kNfsKeys.end(), begins)));
}

bool names_nfs_version(const std::vector<std::string>& options) {
  return std::any_of(options.begin(), options.end(), [](const std::string& option) {
    return option.starts_with("vers=") || option.starts_with("nfsvers=");
  });
}

}  // namespace wpar::translate
