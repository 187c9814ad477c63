// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "runtime/base/file.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "runtime/cgroup/cgroup.h"

namespace wpar::cgroup {
namespace {

// A line of mountinfo as views into the text; root and mount_point are still escaped. proc(5).
struct MountLine {
  int id = 0;
  int parent = 0;
  std::string_view root;
  std::string_view mount_point;
  bool writable = false;
  std::string_view type;
  std::string_view options;  // of the superblock
};

struct OwnCgroup {
  std::string_view controllers;  // empty: v2
  std::string_view path;
};

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "36 35 98:0 /root /point rw,noatime shared:1 … - cgroup source rw,memory"; the source may be
// empty.
std::optional<MountLine> parse_mount_line(std::string_view line) {
  const auto fields = split(line, ' ');
  constexpr std::size_t kFirstOptional = 6;
  if (fields.size() < kFirstOptional) {
    return std::nullopt;
  }
  const auto separator = std::find(fields.begin() + kFirstOptional, fields.end(), "-");
  if (fields.end() - separator < 4) {
    return std::nullopt;
  }
  const auto id = parse_integer<int>(fields[0]);
  const auto parent = parse_integer<int>(fields[1]);
  if (!id || !parent || !fields[4].starts_with('/')) {
    return std::nullopt;
  }
  return MountLine{.id = *id,
                   .parent = *parent,
                   .root = fields[3],
                   .mount_point = fields[4],
                   .writable = contains(split(fields[5], ','), "rw"),
                   .type = separator[1],
                   .options = fields.back()};
}

// Blanks, tabs, newlines, backslashes and '#' stand as \ooo.
std::string unescape(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      const int code = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
      plain += static_cast<char>(code);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool strictly_below(std::string_view path, std::string_view ancestor) {
  if (ancestor == "/") {
    return path.size() > 1;
  }
  return path.size() > ancestor.size() && path.starts_with(ancestor) &&
         path[ancestor.size()] == '/';
}

// False where something is mounted over it, or over a directory on the way to it.
bool is_visible(const MountLine& mount, const std::vector<MountLine>& all) {
  for (const MountLine& other : all) {
    if (other.parent == mount.id && other.id != mount.id &&
        other.mount_point == mount.mount_point) {
      return false;
    }
  }
  const MountLine* step = &mount;
  for (std::size_t guard = 0; step != nullptr && guard < all.size(); ++guard) {
    const MountLine* parent = nullptr;
    for (const MountLine& other : all) {
      if (other.id != step->id && other.parent == step->parent &&
          strictly_below(step->mount_point, other.mount_point)) {
        return false;
      }
      if (other.id == step->parent && other.id != step->id) {
        parent = &other;
      }
    }
    step = parent;
  }
  return true;
}

std::vector<OwnCgroup> parse_own_cgroups(std::string_view text) {
  std::vector<OwnCgroup> own;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second != line.npos) {  // the path may hold colons too
      own.push_back({line.substr(first + 1, second - first - 1), line.substr(second + 1)});
    }
  }
  return own;
}

bool shows(const MountLine& mount, const OwnCgroup& own) {
  if (own.controllers.empty()) {
    return mount.type == "cgroup2";
  }
  if (mount.type != "cgroup") {
    return false;
  }
  const auto options = split(mount.options, ',');
  const auto controllers = split(own.controllers, ',');
  return std::all_of(controllers.begin(), controllers.end(),
                     [&](std::string_view name) { return contains(options, name); });
}

Hierarchy describe(const MountLine& mount, const OwnCgroup& own) {
  Hierarchy hierarchy;
  hierarchy.v2 = own.controllers.empty();
  if (!hierarchy.v2) {
    for (const std::string_view name : split(own.controllers, ',')) {
      hierarchy.controllers.emplace_back(name);
    }
  }
  hierarchy.mount_point = unescape(mount.mount_point);
  hierarchy.mount_root = unescape(mount.root);
  hierarchy.own_path = std::string(own.path);
  return hierarchy;
}

// A hierarchy may be mounted in several places: one that shows our own cgroup and is writable is
// best.
const MountLine* best_mount(const std::vector<MountLine>& mounts, const OwnCgroup& own) {
  const MountLine* best = nullptr;
  int best_score = -1;
  for (const MountLine& mount : mounts) {
    if (!shows(mount, own) || !is_visible(mount, mounts)) {
      continue;
    }
    const int score =
        (is_same_or_below(own.path, unescape(mount.root)) ? 2 : 0) + (mount.writable ? 1 : 0);
    if (score > best_score) {
      best = &mount;
      best_score = score;
    }
  }
  return best;
}

}  // namespace

Host parse_hierarchies(std::string_view mountinfo, std::string_view own_cgroups) {
  std::vector<MountLine> mounts;
  for (const std::string_view line : split(mountinfo, '\n')) {
    if (const auto mount = parse_mount_line(line)) {
      mounts.push_back(*mount);
    }
  }
  struct Found {
    const MountLine* mount;
    Hierarchy hierarchy;
  };
  std::vector<Found> found;
  for (const OwnCgroup& own : parse_own_cgroups(own_cgroups)) {
    if (const MountLine* mount = best_mount(mounts, own)) {
      found.push_back({mount, describe(*mount, own)});
    }
  }
  // In the order of the mounts, which stays while the host runs; v2 last.
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return a.hierarchy.v2 != b.hierarchy.v2 ? b.hierarchy.v2 : a.mount < b.mount;
  });
  Host host;
  for (Found& one : found) {
    host.hierarchies.push_back(std::move(one.hierarchy));
  }
  const bool has_v2 = !host.hierarchies.empty() && host.hierarchies.back().v2;
  const bool has_v1 = !host.hierarchies.empty() && !host.hierarchies.front().v2;
  host.mode = !has_v2 ? Mode::kV1 : has_v1 ? Mode::kHybrid : Mode::kV2;
  return host;
}

Host look_at_hierarchies(const std::string& proc) {
  Host host =
      parse_hierarchies(read_file(proc + "/self/mountinfo"), read_file(proc + "/self/cgroup"));
  for (Hierarchy& hierarchy : host.hierarchies) {
    if (!hierarchy.v2) {
      continue;
    }
    const std::string controllers =
        find_file(hierarchy.mount_point + "/cgroup.controllers").value_or("");
    for (const std::string_view name : split_words(controllers)) {
      hierarchy.controllers.emplace_back(name);
    }
  }
  return host;
}

}  // namespace wpar::cgroup
