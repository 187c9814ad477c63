// SPDX-License-Identifier: Apache-2.0
// ps and events: who is in a container and what it uses.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/cgroup_files.h"
#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Measure : public ContainerTest {
 protected:
  std::vector<pid_t> in_cgroup(const std::string& id) {
    std::vector<pid_t> pids;
    for (const std::string& line :
         read_lines(cgroup_folder(runtime().pid(id), "memory") + "/cgroup.procs"))
      if (!line.empty())
        pids.push_back(std::stoi(line));
    std::sort(pids.begin(), pids.end());
    return pids;
  }
  std::string start_three() {
    const std::string id = start_shell("sleep 1000 & sleep 1000 & touch /ready; wait");
    EXPECT_TRUE(eventually([&] { return exists(bundle().in_root("/ready")); }));
    return id;
  }
  Json stats(const std::string& id) {
    const Result result = runtime()({"events", "--stats", id});
    EXPECT_EQ(result.code, 0) << result;
    EXPECT_EQ(split(result.out, '\n').size(), 2U) << result;
    return Json::parse(result.out, nullptr, false);
  }
};

TEST_F(Measure, PsPrintsProcessIds) {
  WPAR_SKIP_PEER("crun", "1.8.1 prints one id a line");
  const std::string id = start_three();
  const Result result = runtime()({"ps", "--format", "json", id});
  ASSERT_EQ(result.code, 0) << result;
  EXPECT_EQ(split(result.out, '\n').size(), 2U) << result;
  std::vector<pid_t> pids = Json::parse(result.out).get<std::vector<pid_t>>();
  std::sort(pids.begin(), pids.end());
  EXPECT_EQ(pids, in_cgroup(id));
  EXPECT_EQ(pids.size(), 3U);
}

TEST_F(Measure, PsPrintsTheLinesOfTheContainer) {
  if (find_program("ps").empty())
    GTEST_SKIP() << "needs ps (Debian: procps)";
  WPAR_SKIP_PEER("crun", "1.8.1 prints ids only");
  const std::string id = start_three();
  const std::string pid = std::to_string(runtime().pid(id));
  const Result full = runtime()({"ps", id});
  ASSERT_EQ(full.code, 0) << full;
  const std::vector<std::string> lines = split(full.out, '\n');
  EXPECT_EQ(lines.size(), 5U) << "a head, three processes" << full;
  EXPECT_TRUE(contains(lines[0], "PID")) << full;
  EXPECT_TRUE(contains(full.out, "sleep 1000")) << full;
  const Result chosen = runtime()({"ps", id, "-o", "pid,comm", "-p", pid});
  EXPECT_EQ(split(chosen.out, '\n').size(), 3U) << chosen;
  EXPECT_TRUE(contains(chosen.out, pid)) << chosen;
  const Result without = runtime()({"ps", id, "-o", "comm", "-p", pid});
  EXPECT_NE(without.code, 0);
  if (runtime().is_ours())
    expect_one_line(without, "no column PID");
  const Result bogus = runtime()({"ps", id, "-q", "-x"});
  EXPECT_NE(bogus.code, 0);
  if (runtime().is_ours()) {
    expect_one_line(bogus, "ps ended with 1: ");
    EXPECT_FALSE(contains(bogus.err, "\\x0a")) << "without the usage of ps" << bogus;
  }
}

TEST_F(Measure, PsNeedsNoEnvironment) {
  if (find_program("ps").empty())
    GTEST_SKIP() << "needs ps (Debian: procps)";
  WPAR_SKIP_PEER("crun", "1.8.1 prints ids only");
  WPAR_SKIP_PEER("runc", "it searches PATH");
  const std::string id = start_three();
  Command command = runtime().command({"ps", id});
  command.env = std::vector<std::string>{};
  EXPECT_EQ(split(run(command).out, '\n').size(), 5U);
}

TEST_F(Measure, StatsTellWhatIsUsed) {
  WPAR_SKIP_PEER("crun", "it has no events");
  bundle().config["linux"]["resources"]["memory"] = {{"limit", 64 << 20}};
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 33}};
  const std::string id = start_three();
  const Json line = stats(id);
  EXPECT_EQ(line["type"], "stats");
  EXPECT_EQ(line["id"], id);
  const Json& data = line["data"];
  EXPECT_GT(data["cpu"]["usage"]["total"].get<std::uint64_t>(), 0U);
  EXPECT_TRUE(data["cpu"]["usage"].contains("kernel"));
  EXPECT_TRUE(data["cpu"]["throttling"].is_object());
  EXPECT_EQ(data["memory"]["usage"]["limit"], 64 << 20);
  EXPECT_GT(data["memory"]["usage"]["usage"].get<std::uint64_t>(), 0U);
  EXPECT_TRUE(data["memory"]["usage"].contains("failcnt"));
  EXPECT_FALSE(data["memory"]["raw"].empty());
  EXPECT_EQ(data["pids"]["current"], 3);
  EXPECT_EQ(data["pids"]["limit"], 33);
  for (const char* part : {"cpuset", "blkio", "hugetlb", "intel_rdt"})
    EXPECT_TRUE(data[part].is_object()) << part;
  EXPECT_TRUE(data.contains("network_interfaces"));
  if (runtime().is_ours()) {
    EXPECT_EQ(data["network_interfaces"][0]["Name"], "lo");
    EXPECT_FALSE(data["cpuset"]["cpus"].empty());
  }
}

TEST_F(Measure, EventsRepeatUntilTheContainerEnds) {
  WPAR_SKIP_PEER("crun", "it has no events");
  const std::string id = start_waiting();
  Process events(runtime().command({"events", "--interval", "50ms", id}));
  EXPECT_TRUE(eventually([&] { return split(events.output(), '\n').size() > 3; }));
  EXPECT_TRUE(events.running());
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  adopted_children();
  const Result ended = events.wait();
  EXPECT_EQ(ended.code, 0) << ended;
  for (const std::string& line : split(ended.out, '\n')) {
    if (!line.empty()) {
      EXPECT_EQ(Json::parse(line)["type"], "stats");
    }
  }
}

TEST_F(Measure, EventsTellThatMemoryWasNotEnough) {
  WPAR_SKIP_PEER("crun", "it has no events");
  bundle().config["linux"]["resources"]["memory"] = {{"limit", 32 << 20}};
  const std::string id = start_shell(
      "while ! test -e /go; do sleep 0.05; done; /probe eat 100; touch /eaten; exec /probe wait");
  Process events(runtime().command({"events", "--interval", "1h", id}));
  // Nothing tells when it listens: it has opened the control file by then.
  EXPECT_TRUE(eventually([&] {
    for (const std::string& fd : list_directory(fmt::format("/proc/{}/fd", events.pid()))) {
      char target[256] = "";
      const std::string path = fmt::format("/proc/{}/fd/{}", events.pid(), fd);
      if (::readlink(path.c_str(), target, sizeof target - 1) > 0 &&
          (contains(target, "eventfd") || contains(target, "inotify")))
        return true;
    }
    return false;
  }));
  sleep_for(Milliseconds(50));
  write_text(bundle().in_root("/go"), "");
  EXPECT_TRUE(eventually([&] { return contains(events.output(), "\"type\":\"oom\""); },
                         Milliseconds(10000)))
      << events.output();
  EXPECT_TRUE(contains(events.output(), "\"id\":\"" + id + "\""));
  events.signal(SIGTERM);
  events.wait();
}

TEST_F(Measure, RefusesAContainerThatDoesNotRun) {
  WPAR_SKIP_PEER("crun", "it has no events");
  const std::string id = start_waiting();
  EXPECT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
  const Result result = runtime()({"events", "--stats", id});
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours()) {
    expect_one_line(result, "container with id " + id + " is not running");
    const Result zero = runtime()({"events", "--interval", "0s", id});
    expect_one_line(zero, "greater than 0");
    const Result unknown = runtime()({"ps", "wt" + temp_->tag() + "-none"});
    expect_one_line(unknown, "does not exist");
  }
}

}  // namespace
}  // namespace wpar::test
