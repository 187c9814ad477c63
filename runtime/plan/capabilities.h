// SPDX-License-Identifier: Apache-2.0
#pragma once
// process.capabilities → bit sets (capabilities(7)). Names that the kernel does not know or that
// this process cannot hand on are warned about and left out (config.md since 1.1: MUST warn, SHOULD
// NOT fail). Called by process.cpp; `features` prints the names.

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/plan/findings.h"
#include "runtime/plan/plan.h"
#include "specs/oci/capability_names.h"
#include "specs/oci/process.h"

namespace wpar::plan {

using oci::kCapabilityNames;

// As written in config.json: with CAP_, upper case.
std::optional<unsigned int> find_capability(std::string_view name);

// A document is held to the version that it declares. Up to 1.0.2 the specification said: "Any
// value which cannot be mapped to a relevant kernel interface MUST cause an error".
enum class UnknownNames { kWarn, kRefuse };
UnknownNames unknown_names_of(std::string_view oci_version);

// `grantable`: the host's bounding set, or all in a user namespace, which begins with a full one.
CapabilityPlan plan_capabilities(const oci::Capabilities& wanted, std::uint64_t grantable,
                                 UnknownNames unknown, Findings& findings);

inline constexpr std::uint64_t kAllCapabilities = (std::uint64_t{1} << kCapabilityNames.size()) - 1;

}  // namespace wpar::plan
