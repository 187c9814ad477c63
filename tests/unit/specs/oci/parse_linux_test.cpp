// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/documents.h"

namespace wpar::oci {
namespace {

using test::config_with_linux;
using test::linux_refusal;
using testing::ElementsAre;
using testing::HasSubstr;

Linux linux_of(std::string_view members) {
  return parse_config(config_with_linux(members)).linux_;
}

TEST(ParseLinux, ReadsNamespaces) {
  const Linux part = linux_of(
      R"("namespaces": [{"type": "pid"}, {"type": "network", "path": "/proc/1/ns/net"},
                        {"type": "time", "path": ""}])");
  EXPECT_THAT(part.namespaces, ElementsAre(Namespace{.type = "pid", .path = std::nullopt},
                                           Namespace{.type = "network", .path = "/proc/1/ns/net"},
                                           Namespace{.type = "time", .path = std::nullopt}));
}

TEST(ParseLinux, RefusesBadNamespaces) {
  EXPECT_EQ(linux_refusal(R"("namespaces": [{"type": "pid"}, {"type": "user"}, {"type": "pid"}])"),
            "/linux/namespaces/2/type: namespace pid is given twice");
  EXPECT_EQ(linux_refusal(R"("namespaces": [{"type": "pid"}, {"type": "user"}])"), "");
  EXPECT_THAT(linux_refusal(R"("namespaces": [{"type": "net"}])"), HasSubstr("none of: pid, "));
  EXPECT_EQ(linux_refusal(R"("namespaces": [{"type": "pid", "path": "proc/1/ns/pid"}])"),
            "/linux/namespaces/0/path: expected an absolute path, not \"proc/1/ns/pid\"");
}

TEST(ParseLinux, ReadsDevices) {
  const Linux part = linux_of(
      R"("devices": [{"type": "c", "path": "/dev/x", "major": 10, "minor": 229, "fileMode": 438,
                      "uid": 1, "gid": 2}, {"type": "p", "path": "/dev/fifo"}])");
  EXPECT_EQ(part.devices[0], (Device{.type = "c",
                                     .path = "/dev/x",
                                     .major = 10,
                                     .minor = 229,
                                     .file_mode = 0666,
                                     .uid = 1,
                                     .gid = 2}));
  EXPECT_EQ(part.devices[1].type, "p");
  EXPECT_EQ(part.devices[1].major, std::nullopt);
}

std::string device_refusal(std::string_view members) {
  return linux_refusal(fmt::format(R"("devices": [{{"path": "/dev/x", {}}}])", members));
}

TEST(ParseLinux, RefusesBadDevices) {
  EXPECT_NE(device_refusal(R"("type": "a", "major": 1, "minor": 1)"), "");
  EXPECT_EQ(device_refusal(R"("type": "b", "major": 1)"),
            "/linux/devices/0: a device of type b needs major and minor");
  EXPECT_EQ(device_refusal(R"("type": "b", "major": 1, "minor": 1)"), "");
  EXPECT_NE(device_refusal(R"("type": "b", "major": -1, "minor": 1)"), "");
  EXPECT_NE(device_refusal(R"("type": "b", "major": 4096, "minor": 1)"), "");
  EXPECT_NE(device_refusal(R"("type": "b", "major": 1, "minor": 1048576)"), "");
  EXPECT_NE(device_refusal(R"("type": "p", "uid": 4294967295)"), "");
  EXPECT_EQ(device_refusal(R"("type": "p", "uid": 4294967294)"), "");
  EXPECT_NE(linux_refusal(R"("devices": [{"path": "dev/x", "type": "p"}])"), "");
}

TEST(ParseLinux, DropsTheFileTypeOfAMatchingFileMode) {
  const auto mode = [](std::string_view type, int value) {
    return fmt::format(R"("devices": [{{"path": "/d", "type": "{}", "major": 1, "minor": 1,
                                        "fileMode": {}}}])",
                       type, value);
  };
  EXPECT_EQ(linux_of(mode("c", 020640)).devices[0].file_mode, 0640U);
  EXPECT_EQ(linux_of(mode("b", 060640)).devices[0].file_mode, 0640U);
  EXPECT_EQ(linux_of(mode("c", 07777)).devices[0].file_mode, 07777U);
  EXPECT_EQ(linux_refusal(mode("c", 060640)),
            "/linux/devices/0/fileMode: the file type is not that of the device");
  EXPECT_NE(linux_refusal(mode("c", 0200000)), "");
}

TEST(ParseLinux, ReadsIdMappings) {
  const Linux part = linux_of(R"("uidMappings": [{"containerID": 0, "hostID": 1000, "size": 65536}],
                                 "gidMappings": [{"containerID": 1, "hostID": 2, "size": 3}])");
  EXPECT_EQ(part.uid_mappings[0], (IdMapping{.container_id = 0, .host_id = 1000, .size = 65536}));
  EXPECT_EQ(part.gid_mappings[0], (IdMapping{.container_id = 1, .host_id = 2, .size = 3}));
}

TEST(ParseLinux, RefusesIdMappingsOutOfRange) {
  const auto mapping = [](std::uint64_t inside, std::uint64_t outside, std::uint64_t size) {
    return linux_refusal(
        fmt::format(R"("uidMappings": [{{"containerID": {}, "hostID": {}, "size": {}}}])", inside,
                    outside, size));
  };
  EXPECT_NE(mapping(0, 0, 0), "");
  EXPECT_EQ(mapping(0, 0, 1), "");
  EXPECT_EQ(mapping(0, 0, 4294967295), "");
  EXPECT_EQ(mapping(0, 1, 4294967295),
            "/linux/uidMappings/0: the range of ids goes beyond 4294967294");
  EXPECT_NE(mapping(4294967294, 0, 2), "");
  EXPECT_EQ(mapping(4294967294, 0, 1), "");
  EXPECT_NE(mapping(4294967295, 0, 1), "");
}

TEST(ParseLinux, ReadsTimeOffsets) {
  const Linux part = linux_of(R"("timeOffsets": {"monotonic": {"secs": -5, "nanosecs": 999999999},
                                                 "boottime": {}})");
  EXPECT_EQ(part.time_offsets.at("monotonic"), (TimeOffset{.secs = -5, .nanosecs = 999999999}));
  EXPECT_EQ(part.time_offsets.at("boottime"), TimeOffset{});
  EXPECT_NE(linux_refusal(R"("timeOffsets": {"monotonic": {"nanosecs": 1000000000}})"), "");
  EXPECT_THAT(linux_refusal(R"("timeOffsets": {"realtime": {"secs": 1}})"),
              HasSubstr("/linux/timeOffsets: \"realtime\" is none of"));
}

TEST(ParseLinux, ReadsTheRest) {
  const Linux part = linux_of(
      R"("netDevices": {"eth1": {"name": "eth0"}, "eth2": {}}, "cgroupsPath": "/a/b",
         "intelRdt": {"closID": "c", "l3CacheSchema": "L3:0=f", "memBwSchema": "MB:0=20",
                      "schemata": ["x"], "enableMonitoring": true},
         "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]},
         "personality": {"domain": "LINUX32", "flags": []},
         "rootfsPropagation": "rslave", "sysctl": {"net.core.somaxconn": "256"},
         "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"], "mountLabel": "m")");
  EXPECT_EQ(part.net_devices.at("eth1").name, "eth0");
  EXPECT_EQ(part.net_devices.at("eth2").name, std::nullopt);
  EXPECT_EQ(part.cgroups_path, "/a/b");
  EXPECT_EQ(part.intel_rdt, (IntelRdt{.clos_id = "c",
                                      .l3_cache_schema = "L3:0=f",
                                      .mem_bw_schema = "MB:0=20",
                                      .schemata = {"x"},
                                      .enable_monitoring = true}));
  EXPECT_EQ(part.memory_policy,
            (MemoryPolicy{.mode = "MPOL_BIND", .nodes = "0", .flags = {"MPOL_F_STATIC_NODES"}}));
  EXPECT_EQ(part.personality, (Personality{.domain = "LINUX32", .flags = {}}));
  EXPECT_EQ(part.rootfs_propagation, "rslave");
  EXPECT_EQ(part.sysctl.at("net.core.somaxconn"), "256");
  EXPECT_THAT(part.masked_paths, ElementsAre("/proc/kcore"));
  EXPECT_THAT(part.readonly_paths, ElementsAre("/proc/sys"));
  EXPECT_EQ(part.mount_label, "m");
}

TEST(ParseLinux, RefusesUnknownWords) {
  EXPECT_THAT(linux_refusal(R"("rootfsPropagation": "everywhere")"),
              HasSubstr("/linux/rootfsPropagation: \"everywhere\" is none of: private, "));
  EXPECT_EQ(linux_refusal(R"("rootfsPropagation": "shared")"), "");
  EXPECT_EQ(linux_refusal(R"("rootfsPropagation": "")"), "");
  EXPECT_NE(linux_refusal(R"("personality": {"domain": "BSD"})"), "");
  EXPECT_NE(linux_refusal(R"("memoryPolicy": {"mode": "MPOL_BEST", "nodes": "0"})"), "");
  EXPECT_NE(linux_refusal(R"("memoryPolicy": {"mode": "MPOL_BIND", "flags": ["x"]})"), "");
  EXPECT_EQ(linux_refusal(R"("memoryPolicy": {"mode": "MPOL_DEFAULT"})"), "");
}

TEST(ParseLinux, WantsAbsoluteMaskedAndReadonlyPaths) {
  EXPECT_EQ(linux_refusal(R"("maskedPaths": ["/a", "b"])"),
            "/linux/maskedPaths/1: expected an absolute path, not \"b\"");
  EXPECT_NE(linux_refusal(R"("readonlyPaths": [""])"), "");
  EXPECT_EQ(linux_refusal(R"("readonlyPaths": ["/a"])"), "");
}

}  // namespace
}  // namespace wpar::oci
