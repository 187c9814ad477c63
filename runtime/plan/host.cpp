// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/host.h"

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

}  // namespace

std::uint64_t grantable_capabilities(std::string_view status) {
  return find_set(status, "\nCapBnd:") & find_set(status, "\nCapPrm:");
}

HostFacts look_at_host(const std::string& state_root) {
  HostFacts host;
  host.euid = geteuid();
  host.bounding_set = grantable_capabilities(read_file("/proc/self/status"));
  const auto apparmor = find_file("/sys/module/apparmor/parameters/enabled");
  host.apparmor_enabled = apparmor && trim(*apparmor) == "Y";
  host.selinux_enabled = find_file("/sys/fs/selinux/enforce").has_value();
  if (!state_root.empty()) {
    host.cache_directory = state_root + "/.seccomp";
  }
  return host;
}

}  // namespace wpar::plan
