// SPDX-License-Identifier: Apache-2.0
#include "runtime/lifecycle/criu/mounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "runtime/base/path.h"
#include "runtime/base/text.h"

namespace wpar::lifecycle {
namespace {

constexpr const char* kNullDevice = "/dev/null";

// "\040" → " ": blanks, line breaks and backslashes are octal in mountinfo.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_octal = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(i + 1) && is_octal(i + 2) &&
        is_octal(i + 3)) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// "/data/sub" below "/data" → "/sub"; "" for the same path.
std::string rest_below(std::string_view path, std::string_view top) {
  return path == top ? std::string() : std::string(path.substr(top == "/" ? 0 : top.size()));
}

bool is_cgroup(const MountLine& line) {
  return line.type == "cgroup" || line.type == "cgroup2";
}

class Names {
 public:
  Names(const plan::Plan& plan, const MountedNow& now) : plan_(plan), now_(now) {
    for (const MountLine& line : now.table) {
      lines_.emplace(line.id, &line);
    }
    // A later mount at the same place covers the earlier one: it is the one that is seen.
    for (std::size_t i = 0; i < now.mounts.size(); ++i) {
      configured_[now.mounts[i]] = i;
    }
    configured_.erase(0);
  }

  // "" for a mount that CRIU can make anew.
  std::string of(const MountLine& line) const {
    if (contains(now_.hidden, line.id)) {
      return kNullDevice;
    }
    const auto device = std::ranges::find(now_.devices, line.id);
    if (device != now_.devices.end()) {
      const plan::DevicePlan& found =
          plan_.devices[static_cast<std::size_t>(device - now_.devices.begin())];
      return found.bind ? found.path : std::string();
    }
    const MountLine* top = &line;
    while (!configured_.contains(top->id)) {
      const auto parent = lines_.find(top->parent);
      if (parent == lines_.end() || parent->second == top) {
        return {};
      }
      top = parent->second;
    }
    const plan::MountPlan& mount = plan_.mounts[configured_.at(top->id)];
    const bool outside =
        mount.kind == plan::MountKind::kBind ||
        (mount.kind == plan::MountKind::kCgroup && !now_.own_cgroup_namespace && is_cgroup(line));
    return outside ? mount.destination + rest_below(line.mount_point, top->mount_point)
                   : std::string();
  }

 private:
  static bool contains(const std::vector<std::uint64_t>& ids, std::uint64_t id) {
    return std::ranges::find(ids, id) != ids.end();
  }

  const plan::Plan& plan_;
  const MountedNow& now_;
  std::map<std::uint64_t, const MountLine*> lines_;
  std::map<std::uint64_t, std::size_t> configured_;  // mount id → index in plan.mounts
};

void add_bind(NamedMounts& sources, const plan::MountPlan& mount,
              const std::vector<MountLine>& host_table) {
  sources.emplace_back(mount.destination, mount.source);
  for (const MountLine& line : host_table) {
    if (mount.recursive && line.mount_point != mount.source &&
        is_same_or_below(line.mount_point, mount.source)) {
      sources.emplace_back(mount.destination + rest_below(line.mount_point, mount.source),
                           line.mount_point);
    }
  }
}

}  // namespace

std::vector<MountLine> parse_mount_lines(std::string_view mountinfo) {
  constexpr std::size_t kFirstOptional = 6;
  std::vector<MountLine> lines;
  for (const std::string_view text : split(mountinfo, '\n')) {
    const auto words = split_words(text);
    const auto separator = std::find(words.begin(), words.end(), "-");
    if (words.size() <= kFirstOptional || words.end() - separator < 2) {
      continue;
    }
    lines.push_back({.id = parse_integer<std::uint64_t>(words[0]).value_or(0),
                     .parent = parse_integer<std::uint64_t>(words[1]).value_or(0),
                     .mount_point = unescape(words[4]),
                     .type = std::string(separator[1])});
  }
  return lines;
}

NamedMounts external_mounts(const plan::Plan& plan, const MountedNow& now) {
  NamedMounts found;
  const Names names(plan, now);
  for (const MountLine& line : now.table) {
    std::string name = names.of(line);
    if (!name.empty()) {
      found.emplace_back(line.mount_point, std::move(name));
    }
  }
  return found;
}

NamedMounts mount_sources_by_name(const plan::Plan& plan, const std::vector<MountLine>& host_table,
                                  const cgroup::Host& hierarchies,
                                  const std::vector<std::string>& cgroup_directories) {
  NamedMounts sources;
  for (const plan::MountPlan& mount : plan.mounts) {
    if (mount.kind == plan::MountKind::kBind) {
      add_bind(sources, mount, host_table);
    } else if (mount.kind == plan::MountKind::kCgroup) {
      for (std::size_t i = 0; i < cgroup_directories.size(); ++i) {
        const std::string_view name = base_name(hierarchies.hierarchies[i].mount_point);
        sources.emplace_back(hierarchies.mode == cgroup::Mode::kV2
                                 ? mount.destination
                                 : fmt::format("{}/{}", mount.destination, name),
                             cgroup_directories[i]);
      }
    }
  }
  for (const plan::DevicePlan& device : plan.devices) {
    if (device.bind) {
      sources.emplace_back(device.path, device.path);
    }
  }
  if (!plan.masked_paths.empty()) {
    sources.emplace_back(kNullDevice, kNullDevice);
  }
  return sources;
}

}  // namespace wpar::lifecycle
