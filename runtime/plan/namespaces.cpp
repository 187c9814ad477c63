// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/namespaces.h"

#include <linux/capability.h>

#include <algorithm>

namespace wpar::plan {

namespace {

const NamespaceFact* find_by_word(std::string_view word) {
  const auto found = std::ranges::find(kNamespaceKinds, word, &NamespaceFact::word);
  return found == kNamespaceKinds.end() ? nullptr : &*found;
}

// The user namespace first: it gives the rights to join the others. The mount namespace last: the
// paths of the others are paths in the old one.
int join_rank(NamespaceKind kind) {
  switch (kind) {
    case NamespaceKind::kUser:
      return -1;
    case NamespaceKind::kMount:
      return static_cast<int>(kNamespaceKinds.size());
    default:
      return static_cast<int>(kind);
  }
}

}  // namespace

NamespacePlan plan_namespaces(const oci::Linux& config, Findings& findings) {
  NamespacePlan plan;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < config.namespaces.size(); ++i) {
    const oci::Namespace& wanted = config.namespaces[i];
    const Pointer at{"/linux/namespaces", i};
    const NamespaceFact* fact = find_by_word(wanted.type);
    if (fact == nullptr) {
      findings.invalid(at.at("/type"), "unknown namespace type \"{}\"", wanted.type);
      continue;
    }
    if ((seen & fact->clone_flag) != 0) {
      findings.invalid(at.at("/type"), "duplicate namespace type \"{}\"", wanted.type);
      continue;
    }
    seen |= fact->clone_flag;
    // Go programs write an absent path as "".
    if (!wanted.path || wanted.path->empty()) {
      plan.create |= fact->clone_flag;
    } else if (findings.accept_absolute_path(at.at("/path"), *wanted.path)) {
      plan.join.push_back({fact->kind, *wanted.path});
    }
  }
  std::ranges::sort(plan.join, {}, [](const NamespaceJoin& join) { return join_rank(join.kind); });
  if ((plan.create & CLONE_NEWUSER) != 0 && (seen & CLONE_NEWNS) == 0) {
    findings.invalid({"/linux/namespaces"},
                     "a new user namespace has no right to the inherited mount namespace");
  }
  return plan;
}

bool is_new(const NamespacePlan& plan, NamespaceKind kind) {
  return (plan.create & kNamespaceKinds.at(static_cast<std::size_t>(kind)).clone_flag) != 0;
}

bool is_private(const NamespacePlan& plan, NamespaceKind kind) {
  return is_new(plan, kind) ||
         std::ranges::any_of(plan.join, [&](const auto& join) { return join.kind == kind; });
}

std::string plan_time_offsets(const oci::Linux& config, const NamespacePlan& namespaces,
                              const HostFacts& host, Findings& findings) {
  if (config.time_offsets.empty()) {
    return {};
  }
  if (!is_new(namespaces, NamespaceKind::kTime)) {
    findings.invalid({"/linux/timeOffsets"}, "time offsets need a new time namespace");
    return {};
  }
  if (!host.has(CAP_SYS_ADMIN) && !is_new(namespaces, NamespaceKind::kUser)) {
    findings.unsupported({"/linux/timeOffsets"},
                         "without privileges they need a new user namespace");
    return {};
  }
  std::string text;
  for (const auto& [clock, offset] : config.time_offsets) {
    const std::string pointer = "/linux/timeOffsets/" + pointer_part(clock);
    if (clock != "monotonic" && clock != "boottime") {
      findings.invalid({pointer}, "expected \"monotonic\" or \"boottime\"");
      continue;
    }
    if (offset.nanosecs >= 1'000'000'000) {
      findings.invalid({pointer, Pointer::kNoIndex, "/nanosecs"},
                       "expected an integer from 0 to 999999999");
      continue;
    }
    text += fmt::format("{} {} {}\n", clock, offset.secs, offset.nanosecs);
  }
  return text;
}

}  // namespace wpar::plan
