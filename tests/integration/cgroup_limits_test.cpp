// SPDX-License-Identifier: Apache-2.0
// Every member of linux.resources: the file of version 1 or 2 that holds it, or the refusal of the
// version that cannot do it.
#include <fmt/format.h>

#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class CgroupLimits : public CgroupTest {
 protected:
  bool v2(const char* controller) const { return cgroup_mount(controller).empty(); }
  void expect_refused(const std::string& member) {
    bundle().args({"/probe", "exit", "0"});
    const Result result = run_bundle();
    EXPECT_NE(result.code, 0) << member;
    if (runtime().is_ours())
      expect_one_line(result, "/linux/resources/" + member);
    EXPECT_EQ(cgroups_with(temp_->tag()), std::vector<std::string>{}) << member;
  }
  bool has_file(const std::string& id, const char* controller, const std::string& v1_file,
                const std::string& v2_file) {
    return exists(folder(id, controller) + "/" + (v2(controller) ? v2_file : v1_file));
  }
};

TEST_F(CgroupLimits, MemoryLimitsAreWritten) {
  resources()["memory"] = {{"limit", 64 << 20}, {"reservation", 32 << 20}, {"swap", 96 << 20}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "memory", "memory.limit_in_bytes", "memory.max"), std::to_string(64 << 20));
  EXPECT_EQ(value(id, "memory", "memory.soft_limit_in_bytes", "memory.low"),
            std::to_string(32 << 20));
  if (has_file(id, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max")) {
    EXPECT_EQ(value(id, "memory", "memory.memsw.limit_in_bytes", "memory.swap.max"),
              std::to_string(v2("memory") ? 32 << 20 : 96 << 20))
        << "memory and swap together on version 1, swap alone on version 2";
  }
}

TEST_F(CgroupLimits, UnlimitedMemoryIsWritten) {
  resources()["memory"] = {{"limit", -1}, {"swap", -1}};
  const std::string id = start_waiting();
  const std::string limit = value(id, "memory", "memory.limit_in_bytes", "memory.max");
  EXPECT_TRUE(v2("memory") ? limit == "max" : limit.size() >= 19) << limit;
}

TEST_F(CgroupLimits, SwapAloneNeedsAMemoryLimitOnVersion2) {
  if (!v2("memory"))
    GTEST_SKIP() << "version 1 counts memory and swap together: nothing to compute";
  WPAR_SKIP_PEER("crun", "1.8.1 takes it for swap alone");
  WPAR_SKIP_PEER("runc", "1.1.5 takes it for swap alone");
  resources()["memory"] = {{"swap", 96 << 20}};
  expect_refused("memory/swap");
}

TEST_F(CgroupLimits, SwappinessAndTheOomKillerAreOfVersion1) {
  WPAR_SKIP_PEER("crun", "1.8.1 refuses swappiness here");
  WPAR_SKIP_PEER("runc", "1.1.5 ignores both on version 2");
  resources()["memory"] = {{"swappiness", 10}};
  if (v2("memory")) {
    expect_refused("memory/swappiness");
    resources()["memory"] = {{"disableOOMKiller", true}};
    expect_refused("memory/disableOOMKiller");
    resources()["memory"] = {{"disableOOMKiller", false}};
    bundle().args({"/probe", "exit", "0"});
    EXPECT_EQ(run_bundle().code, 0) << "false asks for nothing";
    return;
  }
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "memory", "memory.swappiness", ""), "10");
  resources()["memory"] = {{"disableOOMKiller", true}};
  EXPECT_TRUE(
      contains(value(start_waiting(), "memory", "memory.oom_control", ""), "oom_kill_disable 1"));
}

TEST_F(CgroupLimits, AProgramThatEatsMoreThanItsMemoryIsKilled) {
  resources()["memory"] = {{"limit", 32 << 20}};
  bundle().args({"/probe", "eat", "100"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 137) << result;
  resources()["memory"] = {{"limit", 300 << 20}};
  EXPECT_EQ(run_bundle().out, "ate 100\n");
}

TEST_F(CgroupLimits, CpuSharesAndQuotaAreWritten) {
  resources()["cpu"] = {{"shares", 512}, {"quota", 40000}, {"period", 80000}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "cpu", "cpu.shares", "cpu.weight"), v2("cpu") ? "59" : "512");
  if (v2("cpu")) {
    EXPECT_EQ(value(id, "cpu", "", "cpu.max"), "40000 80000");
  } else if (exists(folder(id, "cpu") + "/cpu.cfs_quota_us")) {
    EXPECT_EQ(value(id, "cpu", "cpu.cfs_quota_us", ""), "40000");
    EXPECT_EQ(value(id, "cpu", "cpu.cfs_period_us", ""), "80000");
  }
}

TEST_F(CgroupLimits, AQuotaOrAPeriodAloneLeavesTheDefaultOfTheOther) {
  resources()["cpu"] = {{"quota", 40000}};
  const std::string quota = start_waiting();
  EXPECT_EQ(value(quota, "cpu", "cpu.cfs_quota_us", "cpu.max"),
            v2("cpu") ? "40000 100000" : "40000");
  resources()["cpu"] = {{"period", 50000}};
  const std::string period = start_waiting();
  EXPECT_EQ(value(period, "cpu", "cpu.cfs_period_us", "cpu.max"),
            v2("cpu") ? "max 50000" : "50000");
}

TEST_F(CgroupLimits, CpuBurstAndIdleAreWritten) {
  WPAR_SKIP_PEER("runc", "1.1.5 knows neither");
  WPAR_SKIP_PEER("crun", "1.8.1 knows no burst");
  resources()["cpu"] = {{"quota", 40000}, {"period", 80000}, {"burst", 20000}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "cpu", "cpu.cfs_burst_us", "cpu.max.burst"), "20000");
  resources()["cpu"] = {{"idle", 1}};
  EXPECT_EQ(value(start_waiting(), "cpu", "cpu.idle", "cpu.idle"), "1");
}

TEST_F(CgroupLimits, RealtimeBandwidthIsOfVersion1) {
  WPAR_SKIP_PEER("runc", "1.1.5 ignores it on version 2");
  WPAR_SKIP_PEER("crun", "1.8.1 words it differently");
  resources()["cpu"] = {{"realtimePeriod", 900000}};
  if (v2("cpu")) {
    expect_refused("cpu/realtimePeriod");
    resources()["cpu"] = {{"realtimeRuntime", 1000}};
    expect_refused("cpu/realtimeRuntime");
    return;
  }
  if (!exists(cgroup_mount("cpu") + "/cpu.rt_period_us"))
    GTEST_SKIP() << "this kernel has no realtime bandwidth of a cgroup";
  EXPECT_EQ(value(start_waiting(), "cpu", "cpu.rt_period_us", ""), "900000");
}

TEST_F(CgroupLimits, CpusetsAreWrittenAndInheritedOtherwise) {
  const std::string free_id = start_waiting();
  EXPECT_FALSE(value(free_id, "cpuset", "cpuset.cpus", "cpuset.cpus.effective").empty());
  EXPECT_FALSE(value(free_id, "cpuset", "cpuset.mems", "cpuset.mems.effective").empty());
  resources()["cpu"] = {{"cpus", "0"}, {"mems", "0"}};
  const std::string id = start_waiting();
  for (const char* end : {"", ".effective"}) {
    if (!v2("cpuset") && *end != '\0')
      continue;
    EXPECT_EQ(read_trimmed(folder(id, "cpuset") + "/cpuset.cpus" + end), "0") << end;
    EXPECT_EQ(read_trimmed(folder(id, "cpuset") + "/cpuset.mems" + end), "0") << end;
  }
  EXPECT_TRUE(contains(read_text(fmt::format("/proc/{}/status", runtime().pid(id))),
                       "Cpus_allowed_list:\t0\n"));
}

TEST_F(CgroupLimits, CpusetsHoldBelowParentsThatAreMade) {
  resources()["cpu"] = {{"cpus", "0"}};
  const std::string name = "wt" + temp_->tag() + "-chain";
  const std::string id = start_in("/" + name + "/a/b");
  EXPECT_EQ(value(id, "cpuset", "cpuset.cpus", "cpuset.cpus.effective"), "0");
  const std::string parent = cgroup_mount(only_cgroup_v2() ? "" : "cpuset") + "/" + name + "/a";
  EXPECT_NE(read_trimmed(parent + (v2("cpuset") ? "/cpuset.cpus.effective" : "/cpuset.cpus")), "");
  delete_all();
  remove_cgroups_with(temp_->tag());
}

TEST_F(CgroupLimits, ThePidsLimitIsWrittenAndHolds) {
  resources()["pids"] = {{"limit", 17}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "pids", "pids.max", "pids.max"), "17");
  resources()["pids"] = {{"limit", 4}};
  const Result result = run_shell("for i in 1 2 3 4 5 6 7 8; do sleep 0.3 & done; wait");
  EXPECT_TRUE(contains(result.err, "fork")) << result;
}

TEST_F(CgroupLimits, AnUnlimitedPidsLimitIsMax) {
  resources()["pids"] = {{"limit", -1}};
  EXPECT_EQ(value(start_waiting(), "pids", "pids.max", "pids.max"), "max");
}

TEST_F(CgroupLimits, BlockDevicesAreThrottled) {
  const std::string number = a_disk();
  if (number.empty())
    GTEST_SKIP() << "this machine shows no disk in /sys/block";
  const Json device = {{"major", std::stoi(number)},
                       {"minor", std::stoi(number.substr(number.find(':') + 1))}};
  const auto rate = [&](int value) {
    Json one = device;
    one["rate"] = value;
    return Json::array({one});
  };
  resources()["blockIO"] = {{"throttleReadBpsDevice", rate(1000000)},
                            {"throttleWriteBpsDevice", rate(2000000)},
                            {"throttleReadIOPSDevice", rate(300)},
                            {"throttleWriteIOPSDevice", rate(400)}};
  const std::string id = start_waiting();
  if (v2("blkio")) {
    EXPECT_EQ(value(id, "blkio", "", "io.max"),
              number + " rbps=1000000 wbps=2000000 riops=300 wiops=400");
    return;
  }
  EXPECT_EQ(value(id, "blkio", "blkio.throttle.read_bps_device", ""), number + " 1000000");
  EXPECT_EQ(value(id, "blkio", "blkio.throttle.write_bps_device", ""), number + " 2000000");
  EXPECT_EQ(value(id, "blkio", "blkio.throttle.read_iops_device", ""), number + " 300");
  EXPECT_EQ(value(id, "blkio", "blkio.throttle.write_iops_device", ""), number + " 400");
}

TEST_F(CgroupLimits, AThrottleOfADeviceThatIsNotThereIsRefused) {
  resources()["blockIO"] = {
      {"throttleReadBpsDevice", {{{"major", 199}, {"minor", 7}, {"rate", 1000000}}}}};
  expect_refused("blockIO/throttleReadBpsDevice/0");
}

TEST_F(CgroupLimits, TheBlockWeightIsWrittenWhereTheKernelHasOne) {
  WPAR_SKIP_PEER("crun", "1.8.1 has other files");
  const std::string without = start_waiting();
  const std::string place = folder(without, "blkio");
  resources()["blockIO"] = {{"weight", 500}};
  const std::string file =
      v2("blkio") ? (exists(place + "/io.bfq.weight") ? "/io.bfq.weight" : "/io.weight")
      : exists(place + "/blkio.bfq.weight") ? "/blkio.bfq.weight"
                                            : "/blkio.weight";
  const bool has_weight = exists(place + file);
  delete_all();
  if (!has_weight) {
    expect_refused("blockIO/weight");
    return;
  }
  const std::string id = start_waiting();
  const std::string found = read_trimmed(folder(id, "blkio") + file);
  delete_all();
  const std::string wanted = file == "/io.weight" ? "default 4950" : "500";
  EXPECT_TRUE(found == wanted || found == "default " + wanted) << file << ": " << found;
  resources()["blockIO"] = {{"leafWeight", 500}};
  expect_refused("blockIO/leafWeight");
}

TEST_F(CgroupLimits, HugePageLimitsGoToTheHierarchyThatHasThem) {
  if (cgroup_mount("hugetlb").empty() && !controller_is_v2("hugetlb"))
    GTEST_SKIP() << "the controller hugetlb is in no hierarchy here";
  if (!only_cgroup_v2() && cgroup_mount("hugetlb").empty()) {
    WPAR_SKIP_PEER("crun", "1.8.1 does not use the version 2 mount of a hybrid host");
    WPAR_SKIP_PEER("runc", "1.1.5 does not use the version 2 mount of a hybrid host");
  }
  resources()["hugepageLimits"] = {{{"pageSize", "2MB"}, {"limit", 4194304}}};
  const std::string id = start_waiting();
  EXPECT_EQ(value(id, "hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max"), "4194304");
  if (has_file(id, "hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes", "hugetlb.2MB.rsvd.max")) {
    EXPECT_EQ(value(id, "hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes", "hugetlb.2MB.rsvd.max"),
              "4194304");
  }
}

TEST_F(CgroupLimits, NetworkMarksAreOfVersion1) {
  WPAR_SKIP_PEER("crun", "1.8.1 ignores them on version 2");
  WPAR_SKIP_PEER("runc", "1.1.5 ignores them on version 2");
  resources()["network"] = {{"classID", 1048577}};
  if (cgroup_mount("net_cls").empty()) {
    expect_refused("network/classID");
  } else {
    EXPECT_EQ(value(start_waiting(), "net_cls", "net_cls.classid", ""), "1048577");
  }
  delete_all();
  resources()["network"] = {{"priorities", {{{"name", "lo"}, {"priority", 7}}}}};
  if (cgroup_mount("net_prio").empty()) {
    expect_refused("network/priorities/0");
  } else {
    EXPECT_TRUE(contains(value(start_waiting(), "net_prio", "net_prio.ifpriomap", ""), "lo 7"));
  }
}

TEST_F(CgroupLimits, AnRdmaDeviceThatIsNotThereIsRefused) {
  resources()["rdma"] = {{"wpar-none0", {{"hcaHandles", 3}}}};
  expect_refused("rdma/wpar-none0");
}

TEST_F(CgroupLimits, ANegativeOrAbsurdLimitIsRefused) {
  resources()["pids"] = {{"limit", "many"}};
  expect_refused("pids/limit");
  resources()["pids"] = {{"limit", 10}};
  resources()["cpu"] = {{"quota", 1}};
  expect_refused("cpu/quota");
}

TEST_F(CgroupLimits, ProcessorsThatAreNotThereAreRefused) {
  resources()["cpu"] = {{"cpus", "4095"}};
  expect_refused("cpu/cpus");
  resources()["cpu"] = {{"mems", "511"}};
  expect_refused("cpu/mems");
}

TEST_F(CgroupLimits, AnUnknownHugePageSizeIsRefused) {
  resources()["hugepageLimits"] = {{{"pageSize", "3MB"}, {"limit", 4194304}}};
  expect_refused("hugepageLimits/0");
}

TEST_F(CgroupLimits, UnifiedValuesAreRefusedOnVersion1) {
  if (v2("memory"))
    GTEST_SKIP() << "version 2 has these files: CgroupV2.UnifiedValuesAreWrittenLast tests them";
  WPAR_SKIP_PEER("crun", "1.8.1 ignores them");
  resources()["unified"] = {{"memory.high", "1000000"}};
  expect_refused("unified/memory.high");
}

}  // namespace
}  // namespace wpar::test
