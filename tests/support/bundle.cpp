// SPDX-License-Identifier: Apache-2.0
#include "tests/support/bundle.h"

#include <fmt/format.h>

#include <stdexcept>

#include "tests/support/command.h"
#include "tests/support/syscall_names.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

Json base_mounts() {
  return Json::parse(R"([
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
     "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
    {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
     "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
    {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
     "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
    {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
     "options": ["nosuid", "noexec", "nodev"]},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs",
     "options": ["nosuid", "noexec", "nodev", "ro"]},
    {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
     "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}])");
}

Json base_linux() {
  return Json::parse(R"({
    "resources": {"devices": [{"allow": false, "access": "rwm"}]},
    "namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"},
                   {"type": "mount"}, {"type": "cgroup"}],
    "maskedPaths": ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
      "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug",
      "/sys/firmware", "/proc/scsi"],
    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]})");
}

Json base_process() {
  return Json::parse(R"({
    "terminal": false, "user": {"uid": 0, "gid": 0}, "args": ["/probe"],
    "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], "cwd": "/",
    "capabilities": {
      "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
      "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
      "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]},
    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
    "noNewPrivileges": true})");
}

}  // namespace

Json base_config() {
  return Json{{"ociVersion", "1.0.2"},  {"process", base_process()}, {"root", {{"path", "rootfs"}}},
              {"hostname", "wpartest"}, {"mounts", base_mounts()},   {"linux", base_linux()}};
}

Json engine_seccomp() {
  Json names = Json::array();
  for (const std::string& name : split(kOrdinaryCalls, ' '))
    if (!name.empty())
      names.push_back(name);
  Json rules = Json::array();
  rules.push_back({{"names", names}, {"action", "SCMP_ACT_ALLOW"}});
  rules.push_back({{"names", {"clone3"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 38}});
  for (const std::uint64_t value : {0ULL, 8ULL, 131072ULL, 131080ULL, 4294967295ULL})
    rules.push_back({{"names", {"personality"}},
                     {"action", "SCMP_ACT_ALLOW"},
                     {"args", {{{"index", 0}, {"value", value}, {"op", "SCMP_CMP_EQ"}}}}});
  return Json{{"defaultAction", "SCMP_ACT_ERRNO"},
              {"architectures", {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"}},
              {"syscalls", rules}};
}

Json bind_mount(const std::string& source, const std::string& destination,
                std::vector<std::string> options) {
  return Json{
      {"destination", destination}, {"type", "none"}, {"source", source}, {"options", options}};
}

std::string busybox_program() {
  const std::string program = find_program("busybox");
  if (program.empty())
    return "";
  // A dynamic program names its loader in the first kilobytes.
  return contains(read_text(program).substr(0, 4096), "ld-linux") ? "" : program;
}

void make_busybox_root(const std::string& path) {
  for (const char* folder :
       {"bin", "etc", "proc", "sys", "dev", "tmp", "root", "home", "var", "run"})
    make_directories(path + "/" + folder);
  make_directories(path + "/tmp", 01777);
  const std::string program = busybox_program();
  if (program.empty())
    throw std::runtime_error("no static busybox (Debian: busybox-static)");
  copy_file(program, path + "/bin/busybox");
  copy_file(WPAR_PROBE_PATH, path + "/probe");
  for (const char* name :
       {"sh",    "cat",   "ls",     "echo",   "sleep", "true",     "false",    "id",   "env",
        "stat",  "mount", "umount", "mkdir",  "touch", "readlink", "hostname", "test", "rm",
        "head",  "ps",    "kill",   "printf", "dd",    "ip",       "wc",       "stty", "tty",
        "chmod", "seq",   "mv",     "cp",     "ln",    "tr",       "grep",     "pwd"})
    make_symlink("busybox", path + "/bin/" + name);
  write_text(path + "/etc/passwd",
             "root:x:0:0:root:/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/sh\n");
  write_text(path + "/etc/group", "root:x:0:\nalice:x:1000:\nstaff:x:50:alice\n");
  write_text(path + "/etc/hostname", "from-the-root\n");
}

Bundle::Bundle(std::string path) : config(base_config()), path_(std::move(path)) {
  make_directories(path_);
  make_directories(root());
}

void Bundle::drop_mount(const std::string& destination) {
  Json kept = Json::array();
  for (const Json& one : config["mounts"])
    if (one["destination"] != destination)
      kept.push_back(one);
  config["mounts"] = kept;
}

void Bundle::drop_namespace(const std::string& type) {
  Json kept = Json::array();
  for (const Json& one : config["linux"]["namespaces"])
    if (one["type"] != type)
      kept.push_back(one);
  config["linux"]["namespaces"] = kept;
}

void Bundle::set_namespace(const std::string& type, const std::string& path) {
  drop_namespace(type);
  config["linux"]["namespaces"].push_back({{"type", type}});
  if (!path.empty())
    config["linux"]["namespaces"].back()["path"] = path;
}

void Bundle::write() const {
  write_text(path_ + "/config.json", config.dump(1));
}

}  // namespace wpar::test
