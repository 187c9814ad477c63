// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "runtime/base/text.h"
#include "translate/context.h"
#include "translate/privileges.h"

namespace wpar::translate {
namespace {

constexpr const char* kStanza = "security";
constexpr const char* kDefaultFile = "/etc/wpars/secattrs";

// What engines hide or lock in /proc and /sys.
constexpr const char* kMaskedPaths[] = {
    "/proc/acpi",        "/proc/asound",  "/proc/interrupts",
    "/proc/kcore",       "/proc/keys",    "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi",    "/proc/timer_list",
    "/proc/timer_stats", "/sys/firmware", "/sys/devices/virtual/powercap"};
constexpr const char* kReadonlyPaths[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
                                          "/proc/sysrq-trigger"};

std::string sentence(std::string_view title, const std::vector<std::string>& names) {
  return names.empty() ? "" : fmt::format("; {}: {}", title, join(names, ", "));
}

bool is_well_formed(std::string_view name) {
  return name.starts_with("PV_") && name.size() > 3 &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

void check_names(Context& c) {
  for (const auto& line : c.wpar.security.privs) {
    for (const std::string& name : line.value.names) {
      if (!is_well_formed(name)) {
        c.problems.add(line.at, fmt::format("security: privs: \"{}\" is not a privilege, the "
                                            "nearest known one is \"{}\"",
                                            name, nearest_privilege(name)));
      }
    }
  }
}

// Those of --secattrs, else AIX's.
std::vector<std::string> default_privileges(const Context& c) {
  if (c.options.secattrs) {
    return apply_privileges({}, c.options.secattrs->privs);
  }
  const auto defaults = c.application ? application_privileges() : system_privileges();
  return {defaults.begin(), defaults.end()};
}

std::string source_of_defaults(const Context& c) {
  if (c.options.secattrs) {
    return fmt::format("of {}", c.options.secattrs->filename);
  }
  return c.application ? "of an application WPAR" : "of a system WPAR";
}

Fidelity fidelity_of(const CapabilitySet& set) {
  if (!set.unknown.empty()) {
    return Fidelity::kNeedsAction;
  }
  return set.withheld.empty() && set.unmapped.empty() ? Fidelity::kEquivalent
                                                      : Fidelity::kApproximate;
}

std::string action_of(const CapabilitySet& set) {
  if (!set.unknown.empty()) {
    return fmt::format("correct {}; the nearest known one is {}", set.unknown.front(),
                       nearest_privilege(set.unknown.front()));
  }
  return set.withheld.empty()
             ? ""
             : "where the WPAR is trusted with the host, allow them in the site profile "
               "(capabilities: {allow: [...]})";
}

// A line with = replaces the default privileges; += and -= change them.
bool defaults_count(const spec::Security& security) {
  return std::none_of(security.privs.begin(), security.privs.end(),
                      [](const auto& line) { return line.value.assign == spec::Assign::kSet; });
}

void report_defaults(Context& c, const CapabilitySet& set) {
  std::string reason = fmt::format(
      "the default privileges {} as {} capabilities; those that reach beyond the WPAR are withheld",
      source_of_defaults(c), set.granted.size());
  if (set.unknown.empty()) {
    const bool all = set.withheld.empty() && set.unmapped.empty();
    return c.remark(kStanza, all ? Fidelity::kEquivalent : Fidelity::kApproximate, reason);
  }
  c.remark(kStanza, Fidelity::kNeedsAction, reason + sentence("unknown", set.unknown),
           action_of(set));
}

}  // namespace

void map_security(Context& c) {
  const spec::Security& security = c.wpar.security;
  check_names(c);
  c.workload.privileges = apply_privileges(default_privileges(c), security.privs);
  const CapabilitySet total =
      map_privileges(c.workload.privileges, c.profile.allowed_capabilities, c.own_network);
  if (c.config.process) {
    c.config.process->capabilities = oci::Capabilities{.bounding = total.granted,
                                                       .effective = total.granted,
                                                       .inheritable = {},
                                                       .permitted = total.granted,
                                                       .ambient = {}};
  }
  c.config.linux_.masked_paths.assign(std::begin(kMaskedPaths), std::end(kMaskedPaths));
  c.config.linux_.readonly_paths.assign(std::begin(kReadonlyPaths), std::end(kReadonlyPaths));
  for (const auto& line : security.privs) {
    // Each line answers for its own names.
    const CapabilitySet own =
        map_privileges(apply_privileges({}, {line}), c.profile.allowed_capabilities, c.own_network);
    if (line.value.assign == spec::Assign::kRemove) {
      std::vector<std::string> unknown;
      std::copy_if(line.value.names.begin(), line.value.names.end(), std::back_inserter(unknown),
                   [](const std::string& name) { return !is_known_privilege(name); });
      c.add(kStanza, "privs", line,
            unknown.empty() ? Fidelity::kEquivalent : Fidelity::kNeedsAction,
            "privileges taken from the default set, and capabilities that no other one needs" +
                sentence("unknown", unknown),
            unknown.empty() ? "" : "correct the unknown names");
      continue;
    }
    c.add(kStanza, "privs", line, fidelity_of(own),
          fmt::format("capabilities {}", own.granted.empty() ? "none" : join(own.granted, ", ")) +
              sentence("withheld because they reach beyond the WPAR", own.withheld) +
              sentence("without a counterpart on Linux", own.unmapped) +
              sentence("unknown", own.unknown),
          action_of(own));
  }
  if (defaults_count(security)) {
    report_defaults(c, security.privs.empty()
                           ? total
                           : map_privileges(default_privileges(c), c.profile.allowed_capabilities,
                                            c.own_network));
  }
  if (c.options.secattrs) {
    return c.note(kStanza, "secfile", security.secfile, Fidelity::kEquivalent,
                  fmt::format("read from {}", c.options.secattrs->filename));
  }
  const bool default_file = security.secfile && security.secfile->value == kDefaultFile;
  c.note(kStanza, "secfile", security.secfile,
         default_file ? Fidelity::kEquivalent : Fidelity::kNeedsAction,
         default_file ? "the default privileges are built in" : "the file is not read",
         default_file ? "" : "give it by --secattrs");
}

}  // namespace wpar::translate
