// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/capabilities.h"

#include <algorithm>
#include <string>
#include <vector>

namespace wpar::plan {

namespace {

std::string names_of(std::uint64_t set) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kCapabilityNames.size(); ++i) {
    if ((set >> i & 1) != 0) {
      names.emplace_back(kCapabilityNames[i]);
    }
  }
  return join(names, ", ");
}

void report_unknown(const std::string& name, const Pointer& at, UnknownNames unknown,
                    Findings& findings) {
  // The text is the document's, and it goes to a terminal: no control characters.
  const bool printable = std::ranges::all_of(name, [](char c) { return c > ' ' && c < 127; });
  if (unknown == UnknownNames::kRefuse) {
    findings.invalid(at, "unknown capability {}", printable ? name : "name");
  } else {
    findings.warn(at, "unknown capability {}, ignored", printable ? name : "name");
  }
}

struct Grant {
  std::uint64_t grantable = 0;
  std::uint64_t ungrantable = 0;  // what was asked for beyond it
  UnknownNames unknown = UnknownNames::kWarn;
};

std::uint64_t read_set(const std::vector<std::string>& names, std::string_view member, Grant& grant,
                       Findings& findings) {
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto capability = find_capability(names[i]);
    if (!capability) {
      report_unknown(names[i], {"/process/capabilities", Pointer::kNoIndex, member, i},
                     grant.unknown, findings);
      continue;
    }
    set |= std::uint64_t{1} << *capability;
  }
  grant.ungrantable |= set & ~grant.grantable;
  return set & grant.grantable;
}

// What the kernel would refuse the whole set for (capset(2), prctl(2) PR_CAP_AMBIENT_RAISE).
void limit_to(std::uint64_t& set, std::uint64_t allowed, std::string_view member,
              std::string_view reason, Findings& findings) {
  if ((set & ~allowed) != 0) {
    findings.warn({"/process/capabilities", Pointer::kNoIndex, member}, "{} dropped: {}",
                  names_of(set & ~allowed), reason);
    set &= allowed;
  }
}

}  // namespace

std::optional<unsigned int> find_capability(std::string_view name) {
  const auto found = std::ranges::find(kCapabilityNames, name);
  if (found == kCapabilityNames.end()) {
    return std::nullopt;
  }
  return static_cast<unsigned int>(found - kCapabilityNames.begin());
}

UnknownNames unknown_names_of(std::string_view oci_version) {
  return oci_version.starts_with("1.0.") ? UnknownNames::kRefuse : UnknownNames::kWarn;
}

CapabilityPlan plan_capabilities(const oci::Capabilities& wanted, std::uint64_t grantable,
                                 UnknownNames unknown, Findings& findings) {
  CapabilityPlan plan;
  Grant grant = {.grantable = grantable, .unknown = unknown};
  plan.bounding = read_set(wanted.bounding, "/bounding", grant, findings);
  plan.effective = read_set(wanted.effective, "/effective", grant, findings);
  plan.inheritable = read_set(wanted.inheritable, "/inheritable", grant, findings);
  plan.permitted = read_set(wanted.permitted, "/permitted", grant, findings);
  plan.ambient = read_set(wanted.ambient, "/ambient", grant, findings);
  if (grant.ungrantable != 0) {
    findings.warn({"/process/capabilities"}, "{} dropped: not in this process's bounding set",
                  names_of(grant.ungrantable));
  }
  limit_to(plan.effective, plan.permitted, "/effective", "not permitted", findings);
  limit_to(plan.inheritable, plan.bounding, "/inheritable", "not in the bounding set", findings);
  limit_to(plan.ambient, plan.permitted & plan.inheritable, "/ambient",
           "not both permitted and inheritable", findings);
  return plan;
}

}  // namespace wpar::plan
