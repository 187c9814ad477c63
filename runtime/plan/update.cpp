// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/update.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "runtime/plan/devices.h"
#include "runtime/plan/resources.h"

namespace wpar::plan {
namespace {

template <typename Value>
void lay_over(std::optional<Value>& former, const std::optional<Value>& asked) {
  if (asked) {
    former = asked;
  }
}

template <typename Value, typename Key>
void lay_over(std::vector<Value>& former, const std::vector<Value>& asked, Key key) {
  for (const Value& one : asked) {
    const auto same =
        std::ranges::find_if(former, [&](const Value& other) { return key(other) == key(one); });
    if (same == former.end()) {
      former.push_back(one);
    } else {
      *same = one;
    }
  }
}

template <typename Section, typename Merge>
void lay_over_section(std::optional<Section>& former, const std::optional<Section>& asked,
                      Merge merge) {
  if (!asked) {
    return;
  }
  if (!former) {
    former.emplace();
  }
  merge(*former, *asked);
}

void lay_over_memory(oci::MemoryResources& former, const oci::MemoryResources& asked) {
  lay_over(former.limit, asked.limit);
  lay_over(former.reservation, asked.reservation);
  lay_over(former.swap, asked.swap);
  lay_over(former.kernel, asked.kernel);
  lay_over(former.kernel_tcp, asked.kernel_tcp);
  lay_over(former.swappiness, asked.swappiness);
  lay_over(former.disable_oom_killer, asked.disable_oom_killer);
  lay_over(former.use_hierarchy, asked.use_hierarchy);
  lay_over(former.check_before_update, asked.check_before_update);
}

void lay_over_cpu(oci::CpuResources& former, const oci::CpuResources& asked) {
  lay_over(former.shares, asked.shares);
  lay_over(former.quota, asked.quota);
  lay_over(former.burst, asked.burst);
  lay_over(former.period, asked.period);
  lay_over(former.realtime_runtime, asked.realtime_runtime);
  lay_over(former.realtime_period, asked.realtime_period);
  lay_over(former.cpus, asked.cpus);
  lay_over(former.mems, asked.mems);
  lay_over(former.idle, asked.idle);
}

void lay_over_block_io(oci::BlockIoResources& former, const oci::BlockIoResources& asked) {
  const auto number = [](const auto& device) { return std::pair(device.major, device.minor); };
  lay_over(former.weight, asked.weight);
  lay_over(former.leaf_weight, asked.leaf_weight);
  lay_over(former.weight_device, asked.weight_device, number);
  lay_over(former.throttle_read_bps_device, asked.throttle_read_bps_device, number);
  lay_over(former.throttle_write_bps_device, asked.throttle_write_bps_device, number);
  lay_over(former.throttle_read_iops_device, asked.throttle_read_iops_device, number);
  lay_over(former.throttle_write_iops_device, asked.throttle_write_iops_device, number);
}

}  // namespace

oci::Resources merge_resources(oci::Resources former, const oci::Resources& asked) {
  if (!asked.devices.empty()) {
    former.devices = asked.devices;
  }
  lay_over_section(former.memory, asked.memory, lay_over_memory);
  lay_over_section(former.cpu, asked.cpu, lay_over_cpu);
  lay_over_section(former.block_io, asked.block_io, lay_over_block_io);
  lay_over(former.hugepage_limits, asked.hugepage_limits,
           [](const oci::HugepageLimit& limit) { return limit.page_size; });
  lay_over_section(former.network, asked.network,
                   [](oci::NetworkResources& before, const oci::NetworkResources& now) {
                     lay_over(before.class_id, now.class_id);
                     lay_over(before.priorities, now.priorities,
                              [](const oci::InterfacePriority& one) { return one.name; });
                   });
  lay_over(former.pids_limit, asked.pids_limit);
  for (const auto& [device, limit] : asked.rdma) {
    former.rdma[device] = limit;
  }
  for (const auto& [file, value] : asked.unified) {
    former.unified[file] = value;
  }
  return former;
}

Limits plan_update(const oci::Resources& asked, std::vector<std::string>& warnings) {
  Limits limits = build_limits(asked, warnings);
  if (!limits.devices.empty()) {
    limits.devices = with_default_rules(limits.devices);
  }
  return limits;
}

}  // namespace wpar::plan
