// SPDX-License-Identifier: Apache-2.0
#include "tests/support/host_snapshot.h"

#include <fmt/format.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/command.h"
#include "tests/support/temp_dir.h"

namespace wpar::test {
namespace {

struct MountLine {
  std::string root;
  std::string point;
  std::string type;
  std::string source;
  std::string options;
};

std::vector<MountLine> mounts() {
  std::vector<MountLine> all;
  for (const std::string& line : read_lines("/proc/self/mountinfo")) {
    const std::size_t dash = line.find(" - ");
    const std::vector<std::string> front = split(line.substr(0, dash), ' ');
    const std::vector<std::string> back = split(line.substr(dash + 3), ' ');
    all.push_back({front[3], front[4], back[0], back[1], back.size() > 2 ? back[2] : ""});
  }
  return all;
}

std::vector<std::string> links() {
  std::vector<std::string> names;
  struct if_nameindex* all = ::if_nameindex();
  for (struct if_nameindex* one = all; one != nullptr && one->if_index != 0; ++one)
    names.emplace_back(one->if_name);
  ::if_freenameindex(all);
  return names;
}

}  // namespace

std::vector<std::string> cgroups_with(const std::string& tag) {
  std::vector<std::string> found;
  for (const MountLine& mount : mounts()) {
    if (!mount.type.starts_with("cgroup"))
      continue;
    std::error_code vanished;
    for (auto entry = std::filesystem::recursive_directory_iterator(mount.point, vanished);
         entry != std::filesystem::recursive_directory_iterator(); entry.increment(vanished)) {
      if (vanished)
        break;
      if (entry->is_directory(vanished) && contains(entry->path().string(), tag))
        found.push_back(entry->path().string());
    }
  }
  return found;
}

std::string cgroup_mount(const std::string& controller) {
  for (const MountLine& mount : mounts()) {
    if (controller.empty() && mount.type == "cgroup2")
      return mount.point;
    const std::vector<std::string> options = split(mount.options, ',');
    if (mount.type == "cgroup" &&
        std::find(options.begin(), options.end(), controller) != options.end())
      return mount.point;
  }
  return "";
}

HostSnapshot::HostSnapshot(std::string tag, std::string state)
    : tag_(std::move(tag)), state_(std::move(state)), then_(look()) {}

std::set<std::string> HostSnapshot::look() const {
  std::set<std::string> facts;
  for (const MountLine& mount : mounts())
    facts.insert(
        fmt::format("mount {} at {} ({}, {})", mount.root, mount.point, mount.type, mount.source));
  for (const std::string& path : cgroups_with(tag_))
    facts.insert("cgroup " + path);
  // Caches and locks of the runtime begin with a dot; a container never does.
  for (const std::string& name : list_directory(state_))
    if (!name.starts_with("."))
      facts.insert("state " + state_ + "/" + name);
  for (const std::string& name : links())
    facts.insert("link " + name);
  for (const pid_t pid : adopted_children())
    facts.insert(
        fmt::format("process {} {}", pid, read_trimmed(fmt::format("/proc/{}/comm", pid))));
  char name[256] = "";
  ::gethostname(name, sizeof name - 1);
  facts.insert(fmt::format("host name {}", name));
  return facts;
}

std::vector<std::string> HostSnapshot::differences() const {
  std::vector<std::string> found;
  eventually(
      [&] {
        const std::set<std::string> now = look();
        found.clear();
        for (const std::string& fact : now)
          if (!then_.contains(fact))
            found.push_back("left behind: " + fact);
        for (const std::string& fact : then_)
          if (!now.contains(fact))
            found.push_back("gone: " + fact);
        return found.empty();
      },
      Milliseconds(2000));
  return found;
}

}  // namespace wpar::test
