// SPDX-License-Identifier: Apache-2.0
// Limits of a container in a unit of systemd: the unit and the files say the same, and go on saying
// it when systemd reads everything again.
#include <fmt/format.h>

#include <map>

#include "tests/support/cgroup_files.h"
#include "tests/systemd/systemd_world.h"

namespace wpar::test {
namespace {

class SystemdLimits : public SystemdTest {
 protected:
  void expect_files(const std::map<std::string, std::string>& wanted, const std::string& when) {
    for (const auto& [name, text] : wanted)
      EXPECT_EQ(file(name), text) << name << " " << when;
  }
  void expect_properties(const std::map<std::string, std::string>& wanted) {
    for (const auto& [name, text] : wanted)
      EXPECT_EQ(property(name), text) << name;
  }
  void reload() { EXPECT_EQ(run({.argv = {find_program("systemctl"), "daemon-reload"}}).code, 0); }
};

class SystemdLimitsV2 : public SystemdLimits {
 protected:
  void SetUp() override {
    if (!only_cgroup_v2())
      GTEST_SKIP() << "needs cgroup v2 alone: SystemdLimits.OfVersion1… tests the other";
    SystemdLimits::SetUp();
  }
};

TEST_F(SystemdLimitsV2, AreInTheUnitAndInTheFilesAlsoAfterAReload) {
  resources()["memory"] = {{"limit", 64 << 20}, {"swap", 80 << 20}, {"reservation", 32 << 20}};
  resources()["cpu"] = {{"shares", 1024}, {"quota", 50000}, {"period", 200000},
                        {"burst", 1000},  {"cpus", "0"},    {"mems", "0"}};
  resources()["pids"] = {{"limit", 20}};
  resources()["unified"] = {{"memory.high", "60M"}};
  start_by_systemd("exec sleep 1000");
  expect_properties({{"MemoryMax", "67108864"},
                     {"MemorySwapMax", "16777216"},
                     {"MemoryLow", "33554432"},
                     {"MemoryHigh", "62914560"},
                     {"CPUWeight", "100"},
                     {"CPUQuotaPerSecUSec", "250ms"},
                     {"CPUQuotaPeriodUSec", "200ms"},
                     {"AllowedCPUs", "0"},
                     {"AllowedMemoryNodes", "0"},
                     {"TasksMax", "20"}});
  const std::map<std::string, std::string> files = {
      {"memory.max", "67108864"}, {"memory.swap.max", "16777216"},
      {"memory.low", "33554432"}, {"memory.high", "62914560"},
      {"cpu.weight", "100"},      {"cpu.max", "50000 200000"},
      {"cpu.max.burst", "1000"},  {"cpuset.cpus", "0"},
      {"cpuset.mems", "0"},       {"pids.max", "20"}};
  expect_files(files, "after create");
  reload();
  expect_files(files, "after a reload");
}

TEST_F(SystemdLimitsV2, FollowAnUpdate) {
  resources()["memory"] = {{"limit", 64 << 20}};
  resources()["cpu"] = {{"quota", 50000}, {"period", 100000}};
  const std::string id = start_by_systemd("exec sleep 1000");
  const Result updated = runtime()({"update", "--memory", "33554432", "--pids-limit", "10",
                                    "--cpu-period", "50000", "--cpu-share", "512", id});
  ASSERT_EQ(updated.code, 0) << updated;
  expect_properties({{"MemoryMax", "33554432"},
                     {"TasksMax", "10"},
                     {"CPUQuotaPerSecUSec", "1s"},
                     {"CPUQuotaPeriodUSec", "50ms"}});
  const std::map<std::string, std::string> files = {
      {"memory.max", "33554432"}, {"pids.max", "10"}, {"cpu.max", "50000 50000"}};
  expect_files(files, "after update");
  reload();
  expect_files(files, "after a reload");
  EXPECT_EQ(runtime()({"update", "--pids-limit=-1", "--memory=-1", id}).code, 0);
  expect_properties({{"MemoryMax", "infinity"}, {"TasksMax", "infinity"}});
  expect_files({{"memory.max", "max"}, {"pids.max", "max"}}, "when lifted");
}

TEST_F(SystemdLimits, OfVersion1AreInTheUnitAndInTheFilesAndFollowAnUpdate) {
  if (only_cgroup_v2())
    GTEST_SKIP() << "no controller of this host is in a version 1 hierarchy";
  resources()["cpu"] = {{"shares", 512}, {"quota", 50000}, {"period", 100000}};
  resources()["pids"] = {{"limit", 20}};
  const std::string id = start_by_systemd("exec sleep 1000");
  const auto expect_cpu = [&](const char* shares, const char* quota, const char* when) {
    const pid_t pid = runtime().pid(id);
    EXPECT_EQ(cgroup_value(pid, "cpu", "cpu.shares", ""), shares) << when;
    EXPECT_EQ(cgroup_value(pid, "cpu", "cpu.cfs_quota_us", ""), quota) << when;
  };
  expect_properties({{"CPUShares", "512"}, {"CPUQuotaPerSecUSec", "500ms"}, {"TasksMax", "20"}});
  expect_cpu("512", "50000", "after create");
  reload();
  expect_cpu("512", "50000", "after a reload");
  expect_files({{"pids.max", "20"}}, "after a reload");
  const Result updated =
      runtime()({"update", "--pids-limit", "10", "--cpu-share", "256", "--cpu-quota", "25000", id});
  ASSERT_EQ(updated.code, 0) << updated;
  expect_properties({{"CPUShares", "256"}, {"CPUQuotaPerSecUSec", "250ms"}, {"TasksMax", "10"}});
  reload();
  expect_cpu("256", "25000", "after update");
  expect_files({{"pids.max", "10"}}, "after update");
}

TEST_F(SystemdLimits, OneProcessIsEnoughToStart) {
  resources()["pids"] = {{"limit", 1}};
  bundle().shell("echo up; echo $(echo forked)");
  const std::string id = new_id();
  EXPECT_EQ(create_by_systemd(id).code, 0) << error_of(id);
  EXPECT_EQ(file("pids.max"), "1");
  EXPECT_EQ(property("TasksMax"), "1");
  EXPECT_EQ(runtime()({"start", id}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_EQ(output_of(id), "up\n");
  EXPECT_TRUE(contains(error_of(id), "fork")) << error_of(id);
}

TEST_F(SystemdLimits, DevicesAreDeniedUnlessAllowedAlsoAfterAReload) {
  resources()["devices"] = {
      {{"allow", false}, {"access", "rwm"}},
      {{"allow", true}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"access", "r"}}};
  for (const int minor : {11, 4})
    bundle().config["linux"]["devices"].push_back({{"path", fmt::format("/dev/one{}", minor)},
                                                   {"type", "c"},
                                                   {"major", 1},
                                                   {"minor", minor},
                                                   {"fileMode", 0666}});
  const std::string id = start_by_systemd("exec sleep 1000");
  EXPECT_EQ(property("DevicePolicy"), "strict");
  const auto opens = [&](const char* device) {
    return exec(id, {"/bin/sh", "-c", fmt::format(": <{}", device)}).code == 0;
  };
  for (const char* when : {"after create", "after a reload"}) {
    EXPECT_TRUE(opens("/dev/null")) << when;
    EXPECT_FALSE(opens("/dev/one4")) << when;  // /dev/port
    reload();
  }
  const std::string rules = *temp_ / "rules.json";
  write_text(rules, R"({"devices": [{"allow": true, "access": "rwm"}]})");
  const Result updated = runtime()({"update", "--resources", rules, id});
  EXPECT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(property("DevicePolicy"), "auto");
}

}  // namespace
}  // namespace wpar::test
