// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <seccomp.h>

#include "runtime/lifecycle/lifecycle.h"
#include "runtime/plan/capabilities.h"
#include "runtime/plan/memory_policy.h"
#include "runtime/plan/mount_options.h"
#include "runtime/plan/seccomp_words.h"
#include "runtime/sys/own_binary.h"

namespace wpar::lifecycle {
namespace {

template <typename Table>
std::vector<std::string> words(const Table& table) {
  std::vector<std::string> found;
  for (const auto& entry : table) {
    found.emplace_back(entry.word);
  }
  return found;
}

}  // namespace

FeatureFacts feature_facts() {
  FeatureFacts facts;
  for (const std::string_view option : plan::known_mount_options()) {
    facts.mount_options.emplace_back(option);
  }
  for (const std::string_view name : plan::kCapabilityNames) {
    facts.capabilities.emplace_back(name);
  }
  facts.seccomp_actions = words(plan::seccomp_words::kActions);
  facts.seccomp_operators = words(plan::seccomp_words::kOperators);
  facts.seccomp_archs = words(plan::seccomp_words::kArchitectures);
  facts.seccomp_flags = words(plan::seccomp_words::kFlags);
  facts.memory_policy_modes = words(plan::kMemoryPolicyModes);
  facts.memory_policy_flags = words(plan::kMemoryPolicyFlags);
  facts.apparmor = true;
  facts.selinux = true;
  return facts;
}

std::string libseccomp_version() {
  const scmp_version* version = ::seccomp_version();
  return fmt::format("{}.{}.{}", version->major, version->minor, version->micro);
}

void protect_own_binary(char** argv) {
  sys::run_from_protected_copy(argv);
}

}  // namespace wpar::lifecycle
