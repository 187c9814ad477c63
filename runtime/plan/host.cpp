// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/host.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <string_view>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/base/text.h"

namespace wpar::plan {

namespace {

std::uint64_t find_set(std::string_view status, std::string_view field) {
  const std::size_t line = status.find(field);
  if (line == std::string_view::npos) {
    throw_error(ErrorKind::kSystem, "/proc/self/status: no line {}", field);
  }
  std::string_view rest = status.substr(line + field.size());
  rest = trim(rest.substr(0, rest.find('\n')));
  std::uint64_t set = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), set, 16);
  if (error != std::errc{} || end != rest.data() + rest.size()) {
    throw_error(ErrorKind::kSystem, "/proc/self/status: {}: \"{}\" is not a number", field, rest);
  }
  return set;
}

void look_at_user_namespace(HostFacts& host) {
  host.in_user_namespace = in_user_namespace();
  if (host.in_user_namespace) {
    host.own_uids = parse_id_map(read_file("/proc/self/uid_map"));
    host.own_gids = parse_id_map(read_file("/proc/self/gid_map"));
    host.setgroups_denied = trim(read_file("/proc/self/setgroups")) == "deny";
  }
}

}  // namespace

// The first user namespace has a fixed inode number (USER_NS_INIT_INO of the kernel's nsfs).
bool in_user_namespace() {
  constexpr ino_t kFirst = 0xEFFFFFFD;
  struct stat info = {};
  return ::stat("/proc/self/ns/user", &info) == 0 && info.st_ino != kFirst;
}

std::vector<oci::IdMapping> parse_id_map(std::string_view text) {
  std::vector<oci::IdMapping> mappings;
  for (const std::string_view line : split(text, '\n')) {
    const auto words = split_words(line);
    if (words.empty()) {
      continue;
    }
    oci::IdMapping mapping;
    std::uint32_t* const fields[] = {&mapping.container_id, &mapping.host_id, &mapping.size};
    for (std::size_t i = 0; i < 3; ++i) {
      const auto number = words.size() == 3 ? parse_integer<std::uint32_t>(words[i]) : std::nullopt;
      if (!number) {
        throw_error(ErrorKind::kSystem, "\"{}\" is not a line of an id map", line);
      }
      *fields[i] = *number;
    }
    mappings.push_back(mapping);
  }
  return mappings;
}

std::uint64_t grantable_capabilities(std::string_view status) {
  return find_set(status, "\nCapBnd:") & find_set(status, "\nCapPrm:");
}

HostFacts look_at_host(const std::string& state_root) {
  HostFacts host;
  host.euid = ::geteuid();
  host.egid = ::getegid();
  const std::string status = read_file("/proc/self/status");
  host.bounding_set = grantable_capabilities(status);
  host.effective = find_set(status, "\nCapEff:");
  look_at_user_namespace(host);
  host.rootless = host.euid != 0 || host.in_user_namespace;
  const auto apparmor = find_file("/sys/module/apparmor/parameters/enabled");
  host.apparmor_enabled = apparmor && trim(*apparmor) == "Y";
  host.selinux_enabled = find_file("/sys/fs/selinux/enforce").has_value();
  if (!state_root.empty()) {
    host.cache_directory = state_root + "/.seccomp";
  }
  return host;
}

}  // namespace wpar::plan
