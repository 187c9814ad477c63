// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/rlimits.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>

namespace wpar::plan {

namespace {

constexpr auto kResources = std::to_array<std::pair<std::string_view, int>>({
    {"RLIMIT_AS", RLIMIT_AS},
    {"RLIMIT_CORE", RLIMIT_CORE},
    {"RLIMIT_CPU", RLIMIT_CPU},
    {"RLIMIT_DATA", RLIMIT_DATA},
    {"RLIMIT_FSIZE", RLIMIT_FSIZE},
    {"RLIMIT_LOCKS", RLIMIT_LOCKS},
    {"RLIMIT_MEMLOCK", RLIMIT_MEMLOCK},
    {"RLIMIT_MSGQUEUE", RLIMIT_MSGQUEUE},
    {"RLIMIT_NICE", RLIMIT_NICE},
    {"RLIMIT_NOFILE", RLIMIT_NOFILE},
    {"RLIMIT_NPROC", RLIMIT_NPROC},
    {"RLIMIT_RSS", RLIMIT_RSS},
    {"RLIMIT_RTPRIO", RLIMIT_RTPRIO},
    {"RLIMIT_RTTIME", RLIMIT_RTTIME},
    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK", RLIMIT_STACK},
});

}  // namespace

std::vector<RlimitPlan> plan_rlimits(const std::vector<oci::Rlimit>& wanted, Findings& findings) {
  std::vector<RlimitPlan> plans;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Pointer at{"/process/rlimits", i};
    const auto found = std::ranges::find(kResources, wanted[i].type,
                                         [](const auto& entry) { return entry.first; });
    if (found == kResources.end()) {
      findings.invalid(at.at("/type"), "unknown resource limit \"{}\"", wanted[i].type);
      continue;
    }
    if (std::ranges::find(plans, found->second, &RlimitPlan::resource) != plans.end()) {
      findings.invalid(at.at("/type"), "duplicate resource limit \"{}\"", wanted[i].type);
      continue;
    }
    if (wanted[i].soft > wanted[i].hard) {
      findings.invalid(at.at("/soft"), "the soft limit {} is above the hard limit {}",
                       wanted[i].soft, wanted[i].hard);
      continue;
    }
    plans.push_back({.resource = found->second,
                     .name = found->first.data(),
                     .soft = wanted[i].soft,
                     .hard = wanted[i].hard});
  }
  return plans;
}

std::string_view rlimit_name(int resource) {
  const auto found =
      std::ranges::find(kResources, resource, [](const auto& entry) { return entry.second; });
  return found == kResources.end() ? "unknown" : found->first;
}

void plan_oom_score(const oci::Process& process, ProcessPlan& plan, Findings& findings) {
  constexpr int kBound = 1000;  // proc(5), /proc/PID/oom_score_adj
  if (!process.oom_score_adj) {
    return;
  }
  if (*process.oom_score_adj < -kBound || *process.oom_score_adj > kBound) {
    findings.invalid({"/process/oomScoreAdj"}, "expected an integer from -1000 to 1000");
    return;
  }
  plan.set_oom_score_adj = true;
  plan.oom_score_adj = *process.oom_score_adj;
}

}  // namespace wpar::plan
