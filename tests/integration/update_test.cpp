// SPDX-License-Identifier: Apache-2.0
// update: limits of a container in use.
#include <fmt/format.h>

#include "tests/support/cgroup_files.h"
#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Update : public ContainerTest {
 protected:
  std::string value(const std::string& id, const std::string& controller,
                    const std::string& v1_file, const std::string& v2_file) {
    return cgroup_value(runtime().pid(id), controller, v1_file, v2_file);
  }
  std::string memory(const std::string& id) {
    return value(id, "memory", "memory.limit_in_bytes", "memory.max");
  }
  std::string pids(const std::string& id) { return value(id, "pids", "pids.max", "pids.max"); }
  std::string quota(const std::string& id) {
    return only_cgroup_v2() ? value(id, "cpu", "", "cpu.max")
                            : value(id, "cpu", "cpu.cfs_quota_us", "") + " " +
                                  value(id, "cpu", "cpu.cfs_period_us", "");
  }
  Result update(const std::string& id, std::vector<std::string> options) {
    options.insert(options.begin(), "update");
    options.push_back(id);
    return runtime()(options);
  }
  Result update_from(const std::string& id, const Json& resources) {
    Command command = runtime().command({"update", "--resources=-", id});
    command.input = resources.dump();
    return run(command);
  }
  Json recorded_resources(const std::string& id) {
    return Json::parse(
        read_text(runtime().root() + "/" + id + "/config.json"))["linux"]["resources"];
  }
};

TEST_F(Update, ChangesEachLimit) {
  bundle().config["linux"]["resources"]["memory"] = {{"limit", 64 << 20}};
  const std::string id = start_waiting();
  const Result updated = update(
      id, {"--memory", "128m", "--memory-reservation", "32m", "--pids-limit", "33", "--cpu-quota",
           "40000", "--cpu-period", "80000", "--cpuset-cpus", "0", "--cpu-share", "512"});
  ASSERT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(memory(id), std::to_string(128 << 20));
  EXPECT_EQ(value(id, "memory", "memory.soft_limit_in_bytes", "memory.low"),
            std::to_string(32 << 20));
  EXPECT_EQ(pids(id), "33");
  EXPECT_EQ(quota(id), "40000 80000");
  EXPECT_EQ(value(id, "cpuset", "cpuset.cpus", "cpuset.cpus"), "0");
  EXPECT_EQ(value(id, "cpu", "cpu.shares", "cpu.weight"), only_cgroup_v2() ? "59" : "512");
}

TEST_F(Update, QuotaOrPeriodAloneKeepsTheOther) {
  bundle().config["linux"]["resources"]["cpu"] = {{"quota", 40000}, {"period", 80000}};
  const std::string id = start_waiting();
  EXPECT_EQ(update(id, {"--cpu-quota", "30000"}).code, 0);
  EXPECT_EQ(quota(id), "30000 80000");
  EXPECT_EQ(update(id, {"--cpu-period", "90000"}).code, 0);
  EXPECT_EQ(quota(id), "30000 90000");
}

TEST_F(Update, LiftsLimits) {
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 20}};
  bundle().config["linux"]["resources"]["memory"] = {{"limit", 64 << 20}};
  const std::string id = start_waiting();
  EXPECT_EQ(update(id, {"--pids-limit", "-1", "--memory", "-1"}).code, 0);
  EXPECT_EQ(pids(id), "max");
  EXPECT_TRUE(only_cgroup_v2() ? memory(id) == "max" : memory(id).size() >= 19) << memory(id);
}

TEST_F(Update, TakesTheWholeResourcesOfAnEngine) {
  const std::string id = start_waiting();
  const Json resources = Json::parse(R"({
    "devices": [{"allow": false, "access": "rwm"}], "pids": {"limit": 44},
    "memory": {"limit": 134217728, "swap": -1, "swappiness": 18446744073709551615},
    "cpu": {"shares": 0, "quota": 50000, "period": 100000, "cpus": "", "mems": ""},
    "blockIO": null, "x-unknown": {"a": 1}})");
  const Result from_stdin = update_from(id, resources);
  EXPECT_EQ(from_stdin.code, 0) << from_stdin;
  EXPECT_EQ(pids(id), "44");
  EXPECT_EQ(memory(id), "134217728");
  EXPECT_EQ(quota(id), "50000 100000");
  write_text(*temp_ / "r.json", R"({"pids": {"limit": 45}})");
  EXPECT_EQ(update(id, {"-r", *temp_ / "r.json"}).code, 0);
  EXPECT_EQ(pids(id), "45");
}

TEST_F(Update, ChangesDeviceRules) {
  auto& process = bundle().config["process"];
  for (const char* set : {"bounding", "effective", "permitted"})
    process["capabilities"][set].push_back("CAP_SYSLOG");
  bundle().config["linux"]["devices"] = {
      {{"path", "/dev/log11"}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"fileMode", 0666}}};
  WPAR_SKIP_PEER("runc", "it leaves device rules alone");
  WPAR_SKIP_PEER("crun", "it leaves device rules alone");
  const std::string id = start_waiting();
  const auto open = [&](const char* path, const char* how) {
    return exec(id, {"/probe", "open", path, how}).out;
  };
  const Json deny = {{"allow", false}, {"access", "rwm"}};
  const Json read = {{"allow", true}, {"type", "c"}, {"major", 1}, {"minor", 11}, {"access", "r"}};
  EXPECT_EQ(open("/dev/log11", "r"), "1\n");
  const Result allowed = update_from(id, {{"devices", {deny, read}}});
  ASSERT_EQ(allowed.code, 0) << allowed;
  EXPECT_EQ(open("/dev/log11", "r"), "0\n");
  EXPECT_EQ(open("/dev/log11", "w"), "1\n");
  EXPECT_EQ(open("/dev/null", "rw"), "0\n");
  EXPECT_EQ(update(id, {"--pids-limit", "50"}).code, 0);
  EXPECT_EQ(open("/dev/log11", "r"), "0\n") << "no rules in an update leave the former alone";
  EXPECT_EQ(update_from(id, {{"devices", {deny}}}).code, 0);
  EXPECT_EQ(open("/dev/log11", "r"), "1\n");
  EXPECT_EQ(open("/dev/null", "rw"), "0\n");
}

TEST_F(Update, IsAllOrNothing) {
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 20}};
  const std::string id = start_waiting();
  const Json before = runtime().is_ours() ? recorded_resources(id) : Json();
  const Result refused =
      update_from(id, Json::parse(R"({"pids": {"limit": 30}, "hugepageLimits": [{"pageSize": "3MB",
                          "limit": 1}]})"));
  EXPECT_NE(refused.code, 0);
  EXPECT_EQ(pids(id), "20");
  if (runtime().is_ours()) {
    expect_one_line(refused, "/linux/resources/hugepageLimits/0");
    EXPECT_EQ(recorded_resources(id), before);
  }
}

TEST_F(Update, IsSeenByLaterCommands) {
  if (!runtime().is_ours())
    GTEST_SKIP() << "looks into runwpar's state";
  bundle().config["linux"]["resources"]["cpu"] = {{"period", 80000}};
  const std::string id = start_waiting();
  EXPECT_EQ(update(id, {"--pids-limit", "30"}).code, 0);
  EXPECT_EQ(update(id, {"--cpu-quota", "40000"}).code, 0);
  const Json recorded = recorded_resources(id);
  EXPECT_EQ(recorded["pids"]["limit"], 30);
  EXPECT_EQ(recorded["cpu"]["quota"], 40000);
  EXPECT_EQ(recorded["cpu"]["period"], 80000);
  EXPECT_EQ(exec(id, {"/bin/true"}).code, 0) << "the rewritten configuration can be read";
}

TEST_F(Update, RefusesAMemoryLimitBelowWhatIsInUseWhenAsked) {
  WPAR_SKIP_PEER("runc", "1.1.5 does not know checkBeforeUpdate");
  WPAR_SKIP_PEER("crun", "1.8.1 does not know checkBeforeUpdate");
  const std::string id = start_waiting();
  const Result refused =
      update_from(id, Json::parse(R"({"memory": {"limit": 8192, "checkBeforeUpdate": true}})"));
  expect_one_line(refused, "are less than the");
  EXPECT_EQ(runtime().status(id), "running");
}

TEST_F(Update, RefusesWhatItCannotDo) {
  const std::string id = start_waiting();
  const Result bad_size = update(id, {"--memory", "lots"});
  EXPECT_NE(bad_size.code, 0);
  const Result bad_json = update_from(id, Json("a string"));
  EXPECT_NE(bad_json.code, 0);
  EXPECT_NE(update("wt" + temp_->tag() + "-none", {"--pids-limit", "5"}).code, 0);
  const Result no_class = update(id, {"--l3-cache-schema", "L3:0=f"});
  EXPECT_NE(no_class.code, 0);
  if (runtime().is_ours()) {
    expect_one_line(no_class, "was created without a class of service");
    expect_one_line(bad_size, "expected a size");
    expect_one_line(bad_json, "--resources -");
  }
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const Result stopped = update(id, {"--pids-limit", "5"});
  EXPECT_NE(stopped.code, 0);
  if (runtime().is_ours())
    expect_one_line(stopped, "container not running");
}

}  // namespace
}  // namespace wpar::test
