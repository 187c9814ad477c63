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

std::uint64_t read_set(const std::vector<std::string>& names, std::string_view member,
                       std::uint64_t grantable, std::uint64_t& ungrantable, Findings& findings) {
  std::uint64_t set = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto capability = find_capability(names[i]);
    if (!capability) {
      // The text is the document's, and a warning goes to a terminal: no control characters.
      const bool printable =
          std::ranges::all_of(names[i], [](char c) { return c > ' ' && c < 127; });
      findings.warn({"/process/capabilities", Pointer::kNoIndex, member, i},
                    "unknown capability {}, ignored", printable ? names[i] : "name");
      continue;
    }
    set |= std::uint64_t{1} << *capability;
  }
  ungrantable |= set & ~grantable;
  return set & grantable;
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

CapabilityPlan plan_capabilities(const oci::Capabilities& wanted, std::uint64_t grantable,
                                 Findings& findings) {
  CapabilityPlan plan;
  std::uint64_t ungrantable = 0;
  plan.bounding = read_set(wanted.bounding, "/bounding", grantable, ungrantable, findings);
  plan.effective = read_set(wanted.effective, "/effective", grantable, ungrantable, findings);
  plan.inheritable = read_set(wanted.inheritable, "/inheritable", grantable, ungrantable, findings);
  plan.permitted = read_set(wanted.permitted, "/permitted", grantable, ungrantable, findings);
  plan.ambient = read_set(wanted.ambient, "/ambient", grantable, ungrantable, findings);
  if (ungrantable != 0) {
    findings.warn({"/process/capabilities"}, "{} dropped: not in this process's bounding set",
                  names_of(ungrantable));
  }
  limit_to(plan.effective, plan.permitted, "/effective", "not permitted", findings);
  limit_to(plan.inheritable, plan.bounding, "/inheritable", "not in the bounding set", findings);
  limit_to(plan.ambient, plan.permitted & plan.inheritable, "/ambient",
           "not both permitted and inheritable", findings);
  return plan;
}

}  // namespace wpar::plan
