// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/write_parts.h"

namespace wpar::oci {
namespace {

void write_namespace(JsonWriter& to, const Namespace& space) {
  to.object([&] {
    to.member("type", space.type);
    to.member("path", space.path);
  });
}

void write_device(JsonWriter& to, const Device& device) {
  to.object([&] {
    to.member("path", device.path);
    to.member("type", device.type);
    to.member("major", device.major);
    to.member("minor", device.minor);
    to.member("fileMode", device.file_mode);
    to.member("uid", device.uid);
    to.member("gid", device.gid);
  });
}

void write_intel_rdt(JsonWriter& to, const IntelRdt& rdt) {
  to.object([&] {
    to.member("closID", rdt.clos_id);
    to.member("schemata", rdt.schemata);
    to.member("l3CacheSchema", rdt.l3_cache_schema);
    to.member("memBwSchema", rdt.mem_bw_schema);
    to.member("enableMonitoring", rdt.enable_monitoring);
  });
}

void write_memory_policy(JsonWriter& to, const MemoryPolicy& policy) {
  to.object([&] {
    to.member("mode", policy.mode);
    to.member("nodes", policy.nodes);
    to.member("flags", policy.flags);
  });
}

void write_personality(JsonWriter& to, const Personality& personality) {
  to.object([&] {
    to.member("domain", personality.domain);
    to.member("flags", personality.flags);
  });
}

void write_time_offset(JsonWriter& to, const TimeOffset& offset) {
  to.object([&] {
    to.member("secs", offset.secs);
    to.member("nanosecs", offset.nanosecs);
  });
}

void write_syscall_rule(JsonWriter& to, const SyscallRule& rule) {
  to.object([&] {
    to.member("names", rule.names);
    to.member("action", rule.action);
    to.member("errnoRet", rule.errno_ret);
    to.list_member("args", rule.args, [&](const SeccompArg& arg) {
      to.object([&] {
        to.member("index", arg.index);
        to.member("value", arg.value);
        to.member("valueTwo", arg.value_two);
        to.member("op", arg.op);
      });
    });
  });
}

}  // namespace

void write_id_mapping(JsonWriter& to, const IdMapping& mapping) {
  to.object([&] {
    to.member("containerID", mapping.container_id);
    to.member("hostID", mapping.host_id);
    to.member("size", mapping.size);
  });
}

void write_seccomp(JsonWriter& to, const Seccomp& seccomp) {
  to.object([&] {
    to.member("defaultAction", seccomp.default_action);
    to.member("defaultErrnoRet", seccomp.default_errno_ret);
    to.member("architectures", seccomp.architectures);
    to.member("flags", seccomp.flags);
    to.member("listenerPath", seccomp.listener_path);
    to.member("listenerMetadata", seccomp.listener_metadata);
    to.list_member("syscalls", seccomp.syscalls,
                   [&](const SyscallRule& rule) { write_syscall_rule(to, rule); });
  });
}

void write_linux(JsonWriter& to, const Linux& part) {
  const auto mapping = [&](const IdMapping& one) { write_id_mapping(to, one); };
  to.object([&] {
    to.list_member("uidMappings", part.uid_mappings, mapping);
    to.list_member("gidMappings", part.gid_mappings, mapping);
    to.member("sysctl", part.sysctl);
    if (part.resources != Resources{}) {
      to.key("resources");
      write_resources(to, part.resources);
    }
    to.member("cgroupsPath", part.cgroups_path);
    to.list_member("namespaces", part.namespaces,
                   [&](const Namespace& space) { write_namespace(to, space); });
    to.list_member("devices", part.devices,
                   [&](const Device& device) { write_device(to, device); });
    to.map_member("netDevices", part.net_devices, [&](const NetDevice& device) {
      to.object([&] { to.member("name", device.name); });
    });
    to.object_member("seccomp", part.seccomp, write_seccomp);
    to.member("rootfsPropagation", part.rootfs_propagation);
    to.member("maskedPaths", part.masked_paths);
    to.member("readonlyPaths", part.readonly_paths);
    to.member("mountLabel", part.mount_label);
    to.object_member("intelRdt", part.intel_rdt, write_intel_rdt);
    to.object_member("memoryPolicy", part.memory_policy, write_memory_policy);
    to.object_member("personality", part.personality, write_personality);
    to.map_member("timeOffsets", part.time_offsets,
                  [&](const TimeOffset& offset) { write_time_offset(to, offset); });
  });
}

}  // namespace wpar::oci
