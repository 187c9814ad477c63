// SPDX-License-Identifier: Apache-2.0
#include "translate/profile.h"

#include <yaml-cpp/yaml.h>

#include <array>
#include <functional>
#include <span>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "specs/wpar/name.h"
#include "specs/wpar/value.h"
#include "translate/privileges.h"

namespace wpar::translate {
namespace {

// One mapping of the document; knows how to complain about it.
class Section {
 public:
  Section(const YAML::Node& node, std::string name, const std::string& file)
      : node_(node), name_(std::move(name)), file_(file) {}

  template <typename... Args>
  [[noreturn]] void fail(const YAML::Node& at, fmt::format_string<Args...> text,
                         Args&&... args) const {
    const int line = at.Mark().is_null() ? 1 : at.Mark().line + 1;
    throw_error(ErrorKind::kInvalidConfig, "{}:{}: {}{}{}", file_, line, name_,
                name_.empty() ? "" : ": ", fmt::format(text, std::forward<Args>(args)...));
  }

  using Visit = std::function<void(const std::string& key, const YAML::Node& value)>;
  void each(const Visit& visit) const {
    if (node_.IsNull()) {
      return;
    }
    if (!node_.IsMap()) {
      fail(node_, "expected a mapping \"name: value\"");
    }
    std::set<std::string> seen;
    for (const auto& member : node_) {
      if (!member.first.IsScalar()) {
        fail(member.first, "a key must be a plain word");
      }
      if (!seen.insert(member.first.Scalar()).second) {
        fail(member.first, "\"{}\" is given twice", member.first.Scalar());
      }
      visit(member.first.Scalar(), member.second);
    }
  }

  // Every key must be a member of `known`.
  void each_known(std::span<const std::string_view> known, const Visit& visit) const {
    each([&](const std::string& key, const YAML::Node& value) {
      for (const std::string_view name : known) {
        if (key == name) {
          return visit(key, value);
        }
      }
      fail(value, "unknown key \"{}\", the nearest known one is \"{}\"", key,
           spec::nearest_name(key, known));
    });
  }

  Section below(const std::string& key, const YAML::Node& value) const {
    return {value, name_.empty() ? key : name_ + "." + key, file_};
  }

  std::string word(const std::string& key, const YAML::Node& value) const {
    if (!value.IsScalar() || value.Scalar().empty()) {
      fail(value, "{}: expected a word", key);
    }
    return value.Scalar();
  }

  std::string path(const std::string& key, const YAML::Node& value) const {
    std::string text = word(key, value);
    if (!is_absolute(text)) {
      fail(value, "{}: expected an absolute path, not \"{}\"", key, text);
    }
    return text;
  }

  std::int64_t number(const std::string& key, const YAML::Node& value, std::int64_t least) const {
    const std::optional<std::int64_t> number = parse_integer<std::int64_t>(word(key, value));
    if (!number || *number < least) {
      fail(value, "{}: expected a number of at least {}", key, least);
    }
    return *number;
  }

  const YAML::Node& node() const { return node_; }

 private:
  YAML::Node node_;
  std::string name_;
  const std::string& file_;
};

constexpr std::array<std::string_view, 8> kKeys = {"interfaces",   "disks",  "volume_groups",
                                                   "filesystems",  "rsets",  "hooks",
                                                   "capabilities", "machine"};
constexpr std::array<std::string_view, 4> kModes = {"bridge", "macvlan", "routed", "device"};
constexpr std::array<std::string_view, 5> kFileSystems = {"jfs2", "jfs", "vxfs", "namefs", "nfs"};

InterfaceProfile read_interface(const Section& section) {
  constexpr std::array<std::string_view, 2> kKnown = {"mode", "parent"};
  InterfaceProfile profile;
  section.each_known(kKnown, [&](const std::string& key, const YAML::Node& value) {
    (key == "mode" ? profile.mode : profile.parent) = section.word(key, value);
  });
  if (std::find(kModes.begin(), kModes.end(), profile.mode) == kModes.end()) {
    section.fail(section.node(), "mode must be bridge, macvlan, routed or device, not \"{}\"",
                 profile.mode);
  }
  if (profile.parent.empty() != (profile.mode == "routed")) {
    section.fail(section.node(), "mode {} {}", profile.mode,
                 profile.parent.empty() ? "needs a parent" : "has no parent");
  }
  if (!profile.parent.empty() && !spec::is_interface_name(profile.parent)) {
    section.fail(section.node(), "parent: \"{}\" cannot be the name of an interface",
                 profile.parent);
  }
  return profile;
}

DiskProfile read_disk(const Section& section) {
  constexpr std::array<std::string_view, 4> kKnown = {"path", "type", "major", "minor"};
  DiskProfile disk;
  if (section.node().IsScalar()) {
    disk.path = section.path("path", section.node());
    return disk;
  }
  section.each_known(kKnown, [&](const std::string& key, const YAML::Node& value) {
    if (key == "path") {
      disk.path = section.path(key, value);
    } else if (key == "type") {
      disk.type = section.word(key, value);
    } else {
      (key == "major" ? disk.major : disk.minor) = section.number(key, value, 0);
    }
  });
  if (disk.path.empty()) {
    section.fail(section.node(), "path is missing");
  }
  if (disk.type != "b" && disk.type != "c") {
    section.fail(section.node(), "type must be b or c, not \"{}\"", disk.type);
  }
  if (disk.major.has_value() != disk.minor.has_value()) {
    section.fail(section.node(), "major and minor belong together");
  }
  return disk;
}

RsetProfile read_rset(const Section& section) {
  constexpr std::array<std::string_view, 2> kKnown = {"cpus", "mems"};
  RsetProfile rset;
  section.each_known(kKnown, [&](const std::string& key, const YAML::Node& value) {
    std::string list = section.word(key, value);
    if (list.find_first_not_of("0123456789,-") != std::string::npos) {
      section.fail(value, "{}: expected a list such as 0-3,7, not \"{}\"", key, list);
    }
    (key == "cpus" ? rset.cpus : rset.mems) = std::move(list);
  });
  if (rset.cpus.empty() && rset.mems.empty()) {
    section.fail(section.node(), "neither cpus nor mems is given");
  }
  return rset;
}

void read_machine(const Section& section, Profile& profile) {
  constexpr std::array<std::string_view, 2> kKnown = {"cpus", "memory"};
  section.each_known(kKnown, [&](const std::string& key, const YAML::Node& value) {
    if (key == "cpus") {
      profile.machine_cpus = static_cast<std::uint64_t>(section.number(key, value, 1));
      return;
    }
    spec::MemorySize size;
    const std::string complaint = spec::read_into(size, section.word(key, value));
    if (!complaint.empty() || !size.bytes) {
      section.fail(value, "memory: expected a size such as 512M or 16G");
    }
    profile.machine_memory = size.bytes;
  });
}

void read_capabilities(const Section& section, Profile& profile) {
  constexpr std::array<std::string_view, 1> kKnown = {"allow"};
  section.each_known(kKnown, [&](const std::string& key, const YAML::Node& value) {
    if (!value.IsSequence()) {
      section.fail(value, "allow: expected a list of capabilities");
    }
    for (const YAML::Node& element : value) {
      const std::string name = section.word(key, element);
      const std::span<const std::string_view> known = host_wide_capabilities();
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        section.fail(element, "allow: \"{}\" is not withheld, the nearest that is: \"{}\"", name,
                     spec::nearest_name(name, known));
      }
      profile.allowed_capabilities.insert(name);
    }
  });
}

void read_maps(const Section& root, const std::string& key, const YAML::Node& value,
               Profile& profile) {
  const Section section = root.below(key, value);
  if (key == "filesystems") {
    section.each_known(kFileSystems, [&](const std::string& name, const YAML::Node& member) {
      profile.filesystems[name] = section.word(name, member);
    });
    return;
  }
  section.each([&](const std::string& name, const YAML::Node& member) {
    const Section entry = section.below(name, member);
    if (key == "interfaces") {
      profile.interfaces[name] = read_interface(entry);
    } else if (key == "disks") {
      profile.disks[name] = read_disk(entry);
    } else if (key == "volume_groups") {
      profile.volume_groups[name] = section.path(name, member);
    } else {
      profile.rsets[name] = read_rset(entry);
    }
  });
}

void read_key(const Section& root, const std::string& key, const YAML::Node& value,
              Profile& profile) {
  const Section section = root.below(key, value);
  if (key == "machine") {
    return read_machine(section, profile);
  }
  if (key == "capabilities") {
    return read_capabilities(section, profile);
  }
  if (key == "hooks") {
    constexpr std::array<std::string_view, 1> kKnown = {"directory"};
    return section.each_known(kKnown, [&](const std::string& name, const YAML::Node& member) {
      profile.hook_directory = section.path(name, member);
    });
  }
  read_maps(root, key, value, profile);
}

// The border to yaml-cpp: its exceptions become ours here and nowhere else.
YAML::Node load(std::string_view text, const std::string& filename) {
  try {
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& error) {
    throw_error(ErrorKind::kInvalidConfig, "{}:{}: {} (column {})", filename, error.mark.line + 1,
                to_lower(error.msg), error.mark.column + 1);
  }
}

}  // namespace

Profile parse_profile(std::string_view text, const std::string& filename) {
  Profile profile;
  profile.filename = filename;
  const Section root(load(text, filename), "", filename);
  root.each_known(kKeys, [&](const std::string& key, const YAML::Node& value) {
    read_key(root, key, value, profile);
  });
  return profile;
}

Machine machine_of(const Profile& profile, const Machine& host) {
  Machine machine = host;
  if (profile.machine_cpus && profile.machine_memory) {
    machine.source = "the site profile";
  } else if (profile.machine_cpus || profile.machine_memory) {
    machine.source = fmt::format("the site profile and {}", host.source);
  }
  machine.cpus = profile.machine_cpus.value_or(host.cpus);
  machine.memory = profile.machine_memory.value_or(host.memory);
  return machine;
}

}  // namespace wpar::translate
