// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/base/path.h"
#include "runtime/base/text.h"
#include "specs/wpar/address.h"
#include "specs/wpar/device_document.h"
#include "specs/wpar/name.h"
#include "specs/wpar/value.h"
#include "specs/yaml/tree.h"
#include "translate/privileges.h"
#include "translate/profile.h"
#include "translate/profile_section.h"

namespace wpar::translate {
namespace {

using yaml::Member;
using yaml::Node;

constexpr std::array<std::string_view, 13> kKeys = {
    "names",  "interfaces",    "disks", "volume_groups", "filesystems", "rsets", "roots",
    "images", "architectures", "hooks", "capabilities",  "machine",     "podman"};
constexpr std::array<std::string_view, 5> kModes = {"bridge", "macvlan", "routed", "device",
                                                    "engine"};
constexpr std::array<std::string_view, 5> kFileSystems = {"jfs2", "jfs", "vxfs", "namefs", "nfs"};
constexpr std::array<std::string_view, 6> kKinds = {"application", "shared", "private",
                                                    "versioned",   "rootvg", "system_copy"};
constexpr std::array<std::string_view, 9> kImageKeys = {
    "0", "1", "1024", "application", "shared", "private", "versioned", "rootvg", "system_copy"};
constexpr std::array<std::string_view, 9> kArchitectures = {
    "386", "amd64", "arm", "arm64", "loong64", "ppc64", "ppc64le", "riscv64", "s390x"};

// Networks of `podman run --network` that are none.
constexpr std::array<std::string_view, 4> kNoNetworks = {"host", "none", "private", "pasta"};

// Letters and digits, and after the first also the marks.
bool is_name_with(std::string_view text, std::string_view marks) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !text.empty() && is_plain(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_plain(c) || marks.find(c) != std::string_view::npos;
  });
}

// "192.0.2.0/24"; host bits are taken off.
void read_subnet(const Section& section, const Node& node, InterfaceProfile& profile) {
  const std::string text = section.word("subnet", node);
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string address = text.substr(0, slash);
  const bool ipv4 = spec::is_ipv4(address);
  const std::optional<unsigned> prefix =
      parse_integer<unsigned>(std::string_view(text).substr(std::min(slash + 1, text.size())));
  if ((!ipv4 && !spec::is_ipv6(address)) || !prefix || *prefix > (ipv4 ? 32u : 128u)) {
    return section.fail(node.at, "subnet: expected a network such as 192.0.2.0/24, not \"{}\"",
                        text);
  }
  profile.subnets.push_back({spec::network_address(address, *prefix), *prefix});
}

InterfaceProfile read_interface(const Section& section) {
  constexpr std::array<std::string_view, 4> kKnown = {"mode", "parent", "network", "subnet"};
  InterfaceProfile profile;
  section.each_known(kKnown, [&](const Member& member) {
    if (member.key == "mode") {
      profile.mode = section.word_of(member, kModes);
    } else if (member.key == "subnet") {
      for (const Node& item : member.value.items) {
        read_subnet(section, item, profile);
      }
      if (!member.value.is_sequence()) {
        read_subnet(section, member.value, profile);
      }
    } else {
      (member.key == "parent" ? profile.parent : profile.network) = section.word(member);
    }
  });
  if (profile.mode.empty()) {
    profile.mode = profile.network.empty() ? "" : "engine";  // a network alone says enough
  }
  if (profile.mode.empty()) {
    section.fail(section.node().at, "mode is missing: {}", listed(kModes));
    return profile;
  }
  const bool no_parent = profile.mode == "routed" || profile.mode == "engine";
  if (profile.parent.empty() != no_parent) {
    section.fail(section.node().at, "mode {} {}", profile.mode,
                 no_parent ? "has no parent" : "needs a parent");
  }
  if (profile.mode == "engine" && profile.network.empty()) {
    section.fail(section.node().at, "mode engine needs a network");
  }
  if (!profile.network.empty() &&
      (!is_name_with(profile.network, "._-") || contains(kNoNetworks, profile.network))) {
    section.fail(section.node().at, "network: \"{}\" cannot be the name of an engine's network",
                 profile.network);
  }
  if (!profile.parent.empty() && !spec::is_interface_name(profile.parent)) {
    section.fail(section.node().at, "parent: \"{}\" cannot be the name of an interface",
                 profile.parent);
  }
  return profile;
}

DiskProfile read_disk(const Section& section) {
  constexpr std::array<std::string_view, 5> kKnown = {"path", "type", "major", "minor", "shared"};
  constexpr std::array<std::string_view, 2> kTypes = {"b", "c"};
  constexpr std::array<std::string_view, 2> kYesNo = {"yes", "no"};
  DiskProfile disk;
  if (section.node().is_scalar()) {
    disk.path = section.path("path", section.node());
    return disk;
  }
  section.each_known(kKnown, [&](const Member& member) {
    if (member.key == "path") {
      disk.path = section.path(member);
    } else if (member.key == "type") {
      disk.type = section.word_of(member, kTypes);
    } else if (member.key == "shared") {
      disk.shared = section.word_of(member, kYesNo) == "yes";
    } else {
      const bool major = member.key == "major";
      (major ? disk.major : disk.minor) =
          section.number(member, 0, major ? spec::kMaxDeviceMajor : spec::kMaxDeviceMinor);
    }
  });
  if (disk.path.empty()) {
    section.fail(section.node().at, "path is missing");
  }
  if (disk.major.has_value() != disk.minor.has_value()) {
    section.fail(section.node().at, "major and minor belong together");
  }
  return disk;
}

// "0-3,7": what cpuset(7) calls the list format.
bool is_number_list(std::string_view text) {
  const std::vector<std::string_view> ranges = split(text, ',');
  return std::ranges::all_of(ranges, [](std::string_view range) {
    const std::size_t dash = std::min(range.find('-'), range.size());
    const auto first = parse_integer<std::uint64_t>(range.substr(0, dash));
    const auto last =
        dash == range.size() ? first : parse_integer<std::uint64_t>(range.substr(dash + 1));
    return first && last && *first <= *last && *last < kMaxCpus;
  });
}

RsetProfile read_rset(const Section& section) {
  constexpr std::array<std::string_view, 2> kKnown = {"cpus", "mems"};
  RsetProfile rset;
  section.each_known(kKnown, [&](const Member& member) {
    std::string list = section.word(member);
    if (!list.empty() && !is_number_list(list)) {
      section.fail(member.value.at, "{}: expected a list such as 0-3,7, not \"{}\"", member.key,
                   list);
    }
    (member.key == "cpus" ? rset.cpus : rset.mems) = std::move(list);
  });
  if (rset.cpus.empty() && rset.mems.empty()) {
    section.fail(section.node().at, "neither cpus nor mems is given");
  }
  return rset;
}

void read_machine(const Section& section, Profile& profile) {
  constexpr std::array<std::string_view, 3> kKnown = {"cpus", "memory", "cgroup"};
  constexpr std::array<std::string_view, 2> kCgroups = {"v1", "v2"};
  section.each_known(kKnown, [&](const Member& member) {
    if (member.key == "cpus") {
      profile.machine_cpus = static_cast<std::uint64_t>(section.number(member, 1));
      if (*profile.machine_cpus > kMaxCpus) {
        section.fail(member.value.at, "cpus: more than {}", kMaxCpus);
      }
      return;
    }
    if (member.key == "cgroup") {
      profile.cgroup_v2 = section.word_of(member, kCgroups) == "v2";
      return;
    }
    spec::MemorySize size;
    const std::string complaint = spec::read_into(size, section.word(member));
    if (!complaint.empty() || !size.bytes) {
      section.fail(member.value.at, "memory: expected a size such as 512M or 16G");
    }
    profile.machine_memory = size.bytes;
  });
}

void read_capabilities(const Section& section, Profile& profile) {
  constexpr std::array<std::string_view, 1> kKnown = {"allow"};
  section.each_known(kKnown, [&](const Member& member) {
    if (!member.value.is_sequence()) {
      return section.fail(member.value.at, "allow: expected a list of capabilities");
    }
    for (const Node& element : member.value.items) {
      const std::string name = section.word(member.key, element);
      const Words known = host_wide_capabilities();
      if (!contains(known, name)) {
        section.fail(element.at, "allow: \"{}\" is not withheld, the nearest that is: \"{}\"", name,
                     spec::nearest_name(name, known));
      }
      profile.allowed_capabilities.insert(name);
    }
  });
}

// "192.0.2.53" or a list of such words.
std::vector<std::string> words_of(const Section& section, const Member& member) {
  std::vector<std::string> words;
  for (const Node& item : member.value.items) {
    words.push_back(section.word(member.key, item));
  }
  if (!member.value.is_sequence()) {
    words.push_back(section.word(member));
  }
  return words;
}

std::string address_of(const Section& section, const std::string& key, const std::string& text,
                       spec::Position at) {
  if (!text.empty() && !spec::is_ipv4(text) && !spec::is_ipv6(text)) {
    section.fail(at, "{}: \"{}\" is not an IPv4 or IPv6 address", key, text);
  }
  return text;
}

void read_resolution(const Section& section, Names& names) {
  constexpr std::array<std::string_view, 3> kKnown = {"nameservers", "search", "hosts"};
  section.each_known(kKnown, [&](const Member& member) {
    if (member.key == "search") {
      names.search = words_of(section, member);
      for (const std::string& domain : names.search) {
        if (!domain.empty() && domain != "." && !is_name_with(domain, "._-")) {
          section.fail(member.value.at, "search: \"{}\" is no domain", domain);
        }
      }
    } else if (member.key == "nameservers") {
      for (std::string& word : words_of(section, member)) {
        names.nameservers.push_back(address_of(section, member.key, word, member.value.at));
      }
    } else {
      const Section hosts = section.below(member);
      hosts.each([&](const Member& host) {
        if (!is_name_with(host.key, "._-")) {
          return hosts.fail(host.at, "\"{}\" is no host name", host.key);
        }
        names.hosts[host.key] = address_of(hosts, host.key, hosts.word(host), host.value.at);
      });
    }
  });
}

void read_podman(const Section& section, Profile& profile) {
  constexpr std::array<std::string_view, 2> kKnown = {"networks", "hooks"};
  constexpr std::array<std::string_view, 2> kNetworks = {"hook", "engine"};
  section.each_known(kKnown, [&](const Member& member) {
    if (member.key == "hooks") {
      profile.podman_hooks = section.path(member);
    } else {
      profile.podman_networks = section.word_of(member, kNetworks) == "hook"
                                    ? PodmanNetworks::kHook
                                    : PodmanNetworks::kEngine;
    }
  });
}

// The mappings from a name of the specification to something of this host.
void read_names(const Section& section, const std::string& key, Profile& profile) {
  section.each([&](const Member& member) {
    const Section entry = section.below(member);
    if (key == "interfaces") {
      if (!member.value.is_scalar() && !spec::is_interface_name(member.key)) {
        section.fail(member.at, "\"{}\" cannot be the name of an interface", member.key);
      }
      if (member.value.is_scalar()) {  // as in /etc/wpars/devmap
        const std::string name = section.word(member);
        if (!name.empty() && !spec::is_interface_name(name)) {
          section.fail(member.value.at, "{}: \"{}\" cannot be the name of an interface", member.key,
                       name);
        }
        profile.interface_names[member.key] = name;
      } else {
        profile.interfaces[member.key] = read_interface(entry);
      }
    } else if (key == "disks") {
      profile.disks[member.key] = read_disk(entry);
    } else if (key == "volume_groups") {
      profile.volume_groups[member.key] = section.path(member);
    } else if (key == "rsets") {
      profile.rsets[member.key] = read_rset(entry);
    } else {
      profile.architectures[member.key] = section.word_of(member, kArchitectures);
    }
  });
}

void read_key(const Section& section, const std::string& key, Profile& profile) {
  if (key == "machine") {
    return read_machine(section, profile);
  }
  if (key == "names") {
    return read_resolution(section, profile.names);
  }
  if (key == "podman") {
    return read_podman(section, profile);
  }
  if (key == "capabilities") {
    return read_capabilities(section, profile);
  }
  if (key == "filesystems") {
    return section.each_known(kFileSystems, [&](const Member& member) {
      std::string type = section.word(member);
      if (!type.empty() && !is_name_with(type, "._-")) {
        section.fail(member.value.at, "{}: \"{}\" is no type of a file system", member.key, type);
      }
      profile.filesystems[member.key] = std::move(type);
    });
  }
  if (key == "roots") {
    return section.each_known(
        kKinds, [&](const Member& member) { profile.roots[member.key] = section.path(member); });
  }
  if (key == "images") {
    return section.each_known(kImageKeys, [&](const Member& member) {
      std::string image = section.word(member);
      if (!image.empty() && !is_name_with(image, "._-:/@+~")) {
        section.fail(member.value.at, "{}: \"{}\" is no image such as registry.example/name:tag",
                     member.key, image);
      }
      profile.images[member.key] = std::move(image);
    });
  }
  if (key == "hooks") {
    constexpr std::array<std::string_view, 1> kKnown = {"directory"};
    return section.each_known(
        kKnown, [&](const Member& member) { profile.hook_directory = section.path(member); });
  }
  read_names(section, key, profile);
}

}  // namespace

Profile parse_profile(std::string_view text, const std::string& filename) {
  Profile profile;
  profile.filename = filename;
  spec::Problems problems(filename);
  const Node tree = yaml::parse_tree(text, problems);
  const Section root(tree, "", problems);
  root.each_known(kKeys,
                  [&](const Member& member) { read_key(root.below(member), member.key, profile); });
  problems.throw_if_any();
  return profile;
}

}  // namespace wpar::translate
