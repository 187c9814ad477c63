// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/write_parts.h"

namespace wpar::oci {
namespace {

void write_device_rule(JsonWriter& to, const DeviceRule& rule) {
  to.object([&] {
    to.member("allow", rule.allow);
    to.member("type", rule.type);
    to.member("major", rule.major);
    to.member("minor", rule.minor);
    to.member("access", rule.access);
  });
}

void write_memory(JsonWriter& to, const MemoryResources& memory) {
  to.object([&] {
    to.member("limit", memory.limit);
    to.member("reservation", memory.reservation);
    to.member("swap", memory.swap);
    to.member("kernel", memory.kernel);
    to.member("kernelTCP", memory.kernel_tcp);
    to.member("swappiness", memory.swappiness);
    to.member("disableOOMKiller", memory.disable_oom_killer);
    to.member("useHierarchy", memory.use_hierarchy);
    to.member("checkBeforeUpdate", memory.check_before_update);
  });
}

void write_cpu(JsonWriter& to, const CpuResources& cpu) {
  to.object([&] {
    to.member("shares", cpu.shares);
    to.member("quota", cpu.quota);
    to.member("burst", cpu.burst);
    to.member("period", cpu.period);
    to.member("realtimeRuntime", cpu.realtime_runtime);
    to.member("realtimePeriod", cpu.realtime_period);
    to.member("cpus", cpu.cpus);
    to.member("mems", cpu.mems);
    to.member("idle", cpu.idle);
  });
}

void write_weight_device(JsonWriter& to, const WeightDevice& device) {
  to.object([&] {
    to.member("major", device.major);
    to.member("minor", device.minor);
    to.member("weight", device.weight);
    to.member("leafWeight", device.leaf_weight);
  });
}

void write_throttle_device(JsonWriter& to, const ThrottleDevice& device) {
  to.object([&] {
    to.member("major", device.major);
    to.member("minor", device.minor);
    to.member("rate", device.rate);
  });
}

void write_block_io(JsonWriter& to, const BlockIoResources& io) {
  const auto weight = [&](const WeightDevice& one) { write_weight_device(to, one); };
  const auto throttle = [&](const ThrottleDevice& one) { write_throttle_device(to, one); };
  to.object([&] {
    to.member("weight", io.weight);
    to.member("leafWeight", io.leaf_weight);
    to.list_member("weightDevice", io.weight_device, weight);
    to.list_member("throttleReadBpsDevice", io.throttle_read_bps_device, throttle);
    to.list_member("throttleWriteBpsDevice", io.throttle_write_bps_device, throttle);
    to.list_member("throttleReadIOPSDevice", io.throttle_read_iops_device, throttle);
    to.list_member("throttleWriteIOPSDevice", io.throttle_write_iops_device, throttle);
  });
}

void write_hugepage_limit(JsonWriter& to, const HugepageLimit& limit) {
  to.object([&] {
    to.member("pageSize", limit.page_size);
    to.member("limit", limit.limit);
  });
}

void write_network(JsonWriter& to, const NetworkResources& network) {
  to.object([&] {
    to.member("classID", network.class_id);
    to.list_member("priorities", network.priorities, [&](const InterfacePriority& one) {
      to.object([&] {
        to.member("name", one.name);
        to.member("priority", one.priority);
      });
    });
  });
}

void write_rdma_limit(JsonWriter& to, const RdmaLimit& limit) {
  to.object([&] {
    to.member("hcaHandles", limit.hca_handles);
    to.member("hcaObjects", limit.hca_objects);
  });
}

}  // namespace

void write_resources(JsonWriter& to, const Resources& resources) {
  to.object([&] {
    to.list_member("devices", resources.devices,
                   [&](const DeviceRule& rule) { write_device_rule(to, rule); });
    to.object_member("memory", resources.memory, write_memory);
    to.object_member("cpu", resources.cpu, write_cpu);
    if (resources.pids_limit) {
      to.key("pids");
      to.object([&] { to.member("limit", resources.pids_limit); });
    }
    to.object_member("blockIO", resources.block_io, write_block_io);
    to.list_member("hugepageLimits", resources.hugepage_limits,
                   [&](const HugepageLimit& limit) { write_hugepage_limit(to, limit); });
    to.object_member("network", resources.network, write_network);
    to.map_member("rdma", resources.rdma,
                  [&](const RdmaLimit& limit) { write_rdma_limit(to, limit); });
    to.member("unified", resources.unified);
  });
}

}  // namespace wpar::oci
