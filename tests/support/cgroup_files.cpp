// SPDX-License-Identifier: Apache-2.0
#include "tests/support/cgroup_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "tests/support/host_snapshot.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {

bool only_cgroup_v2() {
  return cgroup_mount("memory").empty() && cgroup_mount("pids").empty() &&
         !cgroup_mount("").empty();
}

bool controller_is_v2(const std::string& controller) {
  const std::string mount = cgroup_mount("");
  const std::vector<std::string> names = split(read_trimmed(mount + "/cgroup.controllers"), ' ');
  return !mount.empty() && std::find(names.begin(), names.end(),
                                     controller == "blkio" ? "io" : controller) != names.end();
}

std::string cgroup_folder(pid_t pid, const std::string& controller) {
  std::string v2;
  for (const std::string& line : read_lines(fmt::format("/proc/{}/cgroup", pid))) {
    const std::vector<std::string> parts = split(line, ':');
    const std::vector<std::string> names = split(parts[1], ',');
    if (parts[1].empty() && !cgroup_mount("").empty())
      v2 = cgroup_mount("") + parts[2];
    else if (std::find(names.begin(), names.end(), controller) != names.end())
      return cgroup_mount(controller) + parts[2];
  }
  return v2;
}

std::string cgroup_value(pid_t pid, const std::string& controller, const std::string& v1_file,
                         const std::string& v2_file) {
  const std::string folder = cgroup_folder(pid, controller);
  const bool v1 = !cgroup_mount(controller).empty();
  return read_trimmed(folder + "/" + (v1 ? v1_file : v2_file));
}

void remove_cgroups_with(const std::string& tag) {
  std::vector<std::string> left = cgroups_with(tag);
  std::sort(left.begin(), left.end(), std::greater<>());  // what is below before what is above
  for (const std::string& path : left)
    ::rmdir(path.c_str());
}

std::string a_disk() {
  for (const std::string& name : list_directory("/sys/block"))
    if (!name.starts_with("loop") && !name.starts_with("zram") && !name.starts_with("ram"))
      return read_trimmed("/sys/block/" + name + "/dev");
  return "";
}

void CgroupTest::SetUp() {
  ContainerTest::SetUp();
  if (temp_ != nullptr && cgroup_mount("memory").empty() && !controller_is_v2("memory"))
    GTEST_SKIP() << "no cgroup controller is mounted on this host";
}

std::string CgroupTest::start_in(const std::string& cgroups_path) {
  bundle().config["linux"]["cgroupsPath"] = cgroups_path;
  return start_waiting();
}

std::string CgroupTest::folder(const std::string& id, const std::string& controller) {
  return cgroup_folder(runtime().pid(id), controller);
}

std::string CgroupTest::value(const std::string& id, const std::string& controller,
                              const std::string& v1_file, const std::string& v2_file) {
  return cgroup_value(runtime().pid(id), controller, v1_file, v2_file);
}

void CgroupTest::add_log_device() {
  for (const char* set : {"bounding", "effective", "permitted"})
    bundle().config["process"]["capabilities"][set].push_back("CAP_SYSLOG");
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/log11"}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"fileMode", 0666}}};
}

}  // namespace wpar::test
