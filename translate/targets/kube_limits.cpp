// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "translate/targets/kube_plan.h"

namespace wpar::translate {
namespace {

constexpr std::int64_t kDefaultPeriod = 100000;
constexpr int kMilli = 1000;
constexpr int kSharesOfOneCpu = 1024;

void report_limits(KubePlan& plan) {
  const oci::Resources& resources = plan.translation.config.linux_.resources;
  if (resources.pids_limit) {
    plan.lose("resources", Fidelity::kNeedsAction, "a Pod has no limit of processes",
              fmt::format("set podPidsLimit of the kubelet ({})", *resources.pids_limit));
  }
  for (const oci::HugepageLimit& limit : resources.hugepage_limits) {
    plan.lose("resources", Fidelity::kIgnored,
              fmt::format("huge pages of {} are reserved, not limited: left out", limit.page_size));
  }
  for (const auto& entry : resources.unified) {
    plan.lose("resources", Fidelity::kIgnored, fmt::format("a Pod has no {}", entry.first));
  }
  for (const oci::Rlimit& limit : plan.translation.config.process->rlimits) {
    plan.lose("resources", Fidelity::kIgnored, fmt::format("a Pod has no {}", limit.type));
  }
  for (const oci::Mount& mount : plan.translation.config.mounts) {
    for (const std::string& option : mount.options) {
      if (mount.type == "devpts" && option.starts_with("max=")) {
        plan.lose("resources", Fidelity::kIgnored, "a Pod has no limit of terminals");
      }
    }
  }
}

}  // namespace

void plan_kube_limits(KubePlan& plan) {
  const oci::Resources& resources = plan.translation.config.linux_.resources;
  YAML::Node limits;
  YAML::Node requests;
  if (resources.cpu) {
    const oci::CpuResources& cpu = *resources.cpu;
    std::int64_t most = INT64_MAX;
    if (cpu.quota && *cpu.quota > 0) {
      const auto period = static_cast<std::int64_t>(cpu.period.value_or(kDefaultPeriod));
      most = std::max<std::int64_t>(*cpu.quota * kMilli / period, 1);
      limits["cpu"] = fmt::format("{}m", most);
    }
    if (cpu.shares) {
      const auto part = static_cast<std::int64_t>(*cpu.shares * kMilli / kSharesOfOneCpu);
      requests["cpu"] = fmt::format("{}m", std::min(part, most));
      plan.lose("resources", Fidelity::kApproximate,
                "the weight of the CPU as a request, which the scheduler also reserves");
    }
    if (cpu.cpus || cpu.mems) {
      plan.lose("resources", Fidelity::kIgnored, "a Pod names no processors: rset is left out");
    }
  }
  if (resources.memory) {
    const oci::MemoryResources& memory = *resources.memory;
    if (memory.limit && *memory.limit > 0) {
      limits["memory"] = quoted(fmt::format("{}", *memory.limit));
    }
    if (memory.reservation && *memory.reservation > 0) {
      requests["memory"] = quoted(fmt::format("{}", *memory.reservation));
    }
    if (memory.swap) {
      plan.lose("resources", Fidelity::kIgnored, "a Pod has no limit of memory and swap together");
    }
  }
  if (limits.size() > 0) {
    plan.container["resources"]["limits"] = limits;
  }
  if (requests.size() > 0) {
    plan.container["resources"]["requests"] = requests;
  }
  report_limits(plan);
}

}  // namespace wpar::translate
