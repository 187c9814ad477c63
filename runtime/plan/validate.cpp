// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/validate.h"

#include <algorithm>

#include "runtime/base/path.h"
#include "runtime/plan/annotations.h"
#include "runtime/plan/namespaces.h"

namespace wpar::plan {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && (text == "0" || text.front() != '0') &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The part behind '-' or '+' of a semantic version: identifiers between dots.
bool are_identifiers(std::string_view text) {
  return std::ranges::all_of(split(text, '.'), [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
  });
}

bool is_semantic_version(std::string_view text) {
  const std::size_t plus = text.find('+');
  if (plus != std::string_view::npos && !are_identifiers(text.substr(plus + 1))) {
    return false;
  }
  text = text.substr(0, plus);
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos && !are_identifiers(text.substr(dash + 1))) {
    return false;
  }
  const auto numbers = split(text.substr(0, dash), '.');
  return numbers.size() == 3 && std::ranges::all_of(numbers, is_number);
}

void check_version(const std::string& version, Findings& findings) {
  const Pointer at{"/ociVersion"};
  if (!is_semantic_version(version)) {
    findings.invalid(at, "expected a semantic version, not \"{}\"", version);
  } else if (!version.starts_with("1.")) {
    findings.unsupported(at, "version {} is not supported, only 1.x is", version);
  }
}

void check_name(const std::optional<std::string>& name, std::string_view pointer,
                const NamespacePlan& namespaces, Findings& findings) {
  constexpr std::size_t kMaxLength = 64;  // sethostname(2)
  if (!name || name->empty()) {
    return;
  }
  findings.accept_text({pointer}, *name);
  if (name->size() > kMaxLength) {
    findings.invalid({pointer}, "longer than {} characters", kMaxLength);
  }
  if (!is_private(namespaces, NamespaceKind::kUts)) {
    findings.invalid({pointer}, "needs a uts namespace of the container's own");
  }
}

void check_cgroup_path(const std::optional<std::string>& path, Findings& findings) {
  const Pointer at{"/linux/cgroupsPath"};
  if (!path || path->empty() || !findings.accept_text(at, *path)) {
    return;
  }
  const auto parts = split(*path, '/');
  if (std::ranges::find(parts, "..") != parts.end()) {
    findings.invalid(at, "\"..\" is not allowed");
    return;
  }
  const std::string clean = clean_path(*path);
  if (clean == "/" || clean == ".") {
    findings.invalid(at, "a container cannot have the root of the hierarchy as its cgroup");
  }
}

}  // namespace

void check_general(const oci::Config& config, const NamespacePlan& namespaces, Findings& findings) {
  check_version(config.oci_version, findings);
  check_name(config.hostname, "/hostname", namespaces, findings);
  check_name(config.domainname, "/domainname", namespaces, findings);
  check_annotations(config.annotations, findings);
  check_cgroup_path(config.linux_.cgroups_path, findings);
}

std::vector<std::string> validate(const oci::Config& config, const HostFacts& host) {
  Findings findings;
  // Neither the id nor the bundle can make a configuration wrong.
  draft_plan(config, host, {.id = "id", .bundle = "/"}, findings);
  return findings.take_errors();
}

}  // namespace wpar::plan
