// SPDX-License-Identifier: Apache-2.0
// docs/config-fields.md against the parser itself: a member that the table calls enforced or
// refused is read at exactly that place, so a value of another type there is an error that names
// it; a member of another platform may hold anything.
#include "tests/policy/config_fields.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "specs/oci/parse_config.h"

namespace wpar::oci {
namespace {

using Json = nlohmann::ordered_json;
using policy::ConfigField;

// Every member of the table once, with a legal value.
constexpr const char* kProcess = R"({
  "terminal": true, "consoleSize": {"height": 24, "width": 80},
  "user": {"uid": 1, "gid": 2, "umask": 18, "additionalGids": [3], "username": "x"},
  "args": ["/bin/sh"], "commandLine": "x", "env": ["A=1"], "cwd": "/",
  "rlimits": [{"type": "RLIMIT_CORE", "soft": 1, "hard": 2}],
  "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "inheritable": ["CAP_KILL"],
    "permitted": ["CAP_KILL"], "ambient": ["CAP_KILL"]},
  "noNewPrivileges": true, "oomScoreAdj": 5, "apparmorProfile": "a", "selinuxLabel": "b",
  "scheduler": {"policy": "SCHED_OTHER", "nice": 1, "priority": 0, "runtime": 0, "deadline": 0,
    "period": 0, "flags": ["SCHED_FLAG_RESET_ON_FORK"]},
  "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4},
  "execCPUAffinity": {"initial": "0", "final": "1"}})";

constexpr const char* kResources = R"({
  "devices": [{"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}],
  "memory": {"limit": 1, "reservation": 1, "swap": 1, "kernel": 1, "kernelTCP": 1, "swappiness": 1,
    "disableOOMKiller": true, "useHierarchy": true, "checkBeforeUpdate": true},
  "cpu": {"shares": 1, "quota": 1, "period": 1, "burst": 1, "realtimeRuntime": 1,
    "realtimePeriod": 1, "cpus": "0", "mems": "0", "idle": 1},
  "pids": {"limit": 1},
  "blockIO": {"weight": 10, "leafWeight": 10,
    "weightDevice": [{"major": 8, "minor": 0, "weight": 10, "leafWeight": 10}],
    "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 1}],
    "throttleWriteBpsDevice": [{"major": 8, "minor": 0, "rate": 1}],
    "throttleReadIOPSDevice": [{"major": 8, "minor": 0, "rate": 1}],
    "throttleWriteIOPSDevice": [{"major": 8, "minor": 0, "rate": 1}]},
  "hugepageLimits": [{"pageSize": "2MB", "limit": 1}],
  "network": {"classID": 1, "priorities": [{"name": "lo", "priority": 1}]},
  "rdma": {"mlx5_1": {"hcaHandles": 1, "hcaObjects": 1}}, "unified": {"io.max": "x"}})";

constexpr const char* kLinux = R"({
  "namespaces": [{"type": "mount", "path": "/proc/1/ns/mnt"}],
  "timeOffsets": {"monotonic": {"secs": 1, "nanosecs": 1}, "boottime": {"secs": 1, "nanosecs": 1}},
  "devices": [{"type": "c", "path": "/dev/x", "major": 1, "minor": 3, "fileMode": 384, "uid": 1,
    "gid": 1}],
  "netDevices": {"eth0": {"name": "e"}}, "cgroupsPath": "/x",
  "intelRdt": {"closID": "a", "l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=10",
    "schemata": ["L2:0=f"], "enableMonitoring": true},
  "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]},
  "personality": {"domain": "LINUX", "flags": ["x"]}, "rootfsPropagation": "slave",
  "sysctl": {"net.core.somaxconn": "1"}, "maskedPaths": ["/a"], "readonlyPaths": ["/a"],
  "mountLabel": "a",
  "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1,
    "architectures": ["SCMP_ARCH_X86"], "flags": ["SECCOMP_FILTER_FLAG_LOG"],
    "listenerPath": "/s", "listenerMetadata": "m",
    "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
      "args": [{"index": 0, "value": 1, "valueTwo": 2, "op": "SCMP_CMP_EQ"}]}]}})";

Json everything() {
  const Json maps = Json::parse(R"([{"containerID": 0, "hostID": 1, "size": 1}])");
  Json config = {{"ociVersion", "1.3.0"},
                 {"root", {{"path", "rootfs"}, {"readonly", true}}},
                 {"hostname", "h"},
                 {"domainname", "d"},
                 {"annotations", {{"a", "b"}}},
                 {"process", Json::parse(kProcess)},
                 {"linux", Json::parse(kLinux)}};
  Json& mount = config["mounts"][0];
  mount = {{"destination", "/a"}, {"type", "none"}, {"source", "/b"}, {"options", {"bind"}}};
  for (Json* part : {&mount, &config["linux"]}) {
    (*part)["uidMappings"] = maps;
    (*part)["gidMappings"] = maps;
  }
  config["linux"]["resources"] = Json::parse(kResources);
  for (const char* kind : {"prestart", "createRuntime", "createContainer", "startContainer",
                           "poststart", "poststop"}) {
    config["hooks"][kind][0] = {{"path", "/h"}, {"args", {"h"}}, {"env", {"A=1"}}, {"timeout", 1}};
  }
  for (const char* platform : {"vm", "windows", "solaris", "freebsd", "zos"}) {
    config[platform] = Json::object();
  }
  return config;
}

std::vector<ConfigField> table() {
  return policy::parse_config_fields(read_file(WPAR_SOURCE_DIR "/docs/config-fields.md"));
}

// "/mounts/*/type" → "/mounts/0/type": the first element or entry.
std::string place_of(const Json& config, std::string_view pointer) {
  std::string place;
  const Json* value = &config;
  while (!pointer.empty()) {
    const std::size_t end = std::min(pointer.find('/', 1), pointer.size());
    std::string part(pointer.substr(1, end - 1));
    pointer.remove_prefix(end);
    if (part == "*") {
      part = value->is_array() ? "0" : value->begin().key();
    }
    place += "/" + part;
    value = &config.at(Json::json_pointer(place));
  }
  return place;
}

Json of_another_type(const Json& value) {
  return value.is_string() || value.is_object() ? Json(5) : Json("another type");
}

std::string complaint_about(const Json& config) {
  try {
    parse_config(config.dump());
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ConfigFields, TheDocumentOfThisTestIsLegalAndHasEveryMemberOfTheTable) {
  const Json config = everything();
  EXPECT_EQ(complaint_about(config), "");
  for (const ConfigField& field : table()) {
    EXPECT_NO_THROW(place_of(config, field.pointer)) << field.pointer;
  }
}

TEST(ConfigFields, EveryMemberIsReadWhereTheTableSaysSo) {
  const Json config = everything();
  int tried = 0;
  for (const ConfigField& field : table()) {
    if (field.status == "ignored") {
      continue;
    }
    const std::string place = place_of(config, field.pointer);
    Json changed = config;
    Json& value = changed.at(Json::json_pointer(place));
    value = of_another_type(value);
    EXPECT_TRUE(complaint_about(changed).starts_with(place + ": "))
        << place << " → " << complaint_about(changed);
    ++tried;
  }
  EXPECT_GT(tried, 200);
}

TEST(ConfigFields, NullIsTheSameAsAbsent) {
  const Json config = everything();
  for (const ConfigField& field : table()) {
    const Json::json_pointer place(place_of(config, field.pointer));
    Json null = config;
    null.at(place) = nullptr;
    Json absent = config;
    absent.at(place.parent_pointer()).erase(place.back());
    EXPECT_EQ(complaint_about(null), complaint_about(absent)) << field.pointer;
  }
}

TEST(ConfigFields, MembersForOtherPlatformsMayHoldAnything) {
  Json config = everything();
  for (const ConfigField& field : table()) {
    const bool foreign =
        field.status == "ignored" && !field.pointer.starts_with("/linux/resources/");
    if (foreign) {
      Json& value = config.at(Json::json_pointer(field.pointer));
      value = of_another_type(value);
    }
  }
  EXPECT_EQ(complaint_about(config), "");
}

}  // namespace
}  // namespace wpar::oci
