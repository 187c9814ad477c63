// SPDX-License-Identifier: Apache-2.0
// lint and explain as programs: they need no root, change nothing, and say what really happens.
#include <fmt/format.h>

#include <algorithm>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Inspect : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (!IsSkipped() && !runtime().is_ours())
      GTEST_SKIP() << "no other runtime has these commands";
  }
  Result lint(std::vector<std::string> words) {
    words.insert(words.begin(), "lint");
    return runtime()(words);
  }
  std::vector<std::string> details(const Json& explanation, const std::string& what) {
    for (const Json& step : explanation["steps"])
      if (step["what"] == what)
        return step.value("details", std::vector<std::string>{});
    return {"no step " + what};
  }
};

TEST_F(Inspect, LintHasNoErrorForABundleThatRuns) {
  bundle().args({"/probe", "exit", "0"});
  EXPECT_EQ(run_bundle().code, 0);
  const Result result = lint({bundle().path()});
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_TRUE(contains(result.out, ": 0 errors, ")) << result;
}

TEST_F(Inspect, LintTellsAllErrorsAndRunRefusesEach) {
  bundle().config["process"]["cwd"] = "relative";
  bundle().config["process"]["rlimits"] = {{{"type", "RLIMIT_X"}, {"soft", 1}, {"hard", 1}}};
  bundle().config["linux"]["namespaces"].push_back({{"type", "nonsense"}});
  bundle().config["hostnme"] = "typo";
  bundle().write();
  const Result result = lint({"--format", "json", bundle().path()});
  EXPECT_EQ(result.code, 1);
  const Json report = Json::parse(result.out, nullptr, false);
  ASSERT_TRUE(report.is_object()) << result;
  std::vector<std::string> errors;
  for (const Json& finding : report["findings"]) {
    EXPECT_FALSE(finding["section"].get<std::string>().empty());
    EXPECT_FALSE(finding["sentence"].get<std::string>().empty());
    if (finding["severity"] == "error")
      errors.push_back(finding["pointer"]);
    if (finding["pointer"] == "/hostnme") {
      EXPECT_TRUE(contains(finding["text"].get<std::string>(), "did you mean \"hostname\"?"));
    }
  }
  std::sort(errors.begin(), errors.end());
  const auto last =
      fmt::format("/linux/namespaces/{}/type", bundle().config["linux"]["namespaces"].size() - 1);
  EXPECT_EQ(errors, (std::vector<std::string>{last, "/process/cwd", "/process/rlimits/0/type"}));
  EXPECT_EQ(report["errors"], 3);
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(Inspect, LintReadsABundleAFileAndStdin) {
  bundle().write();
  const std::string file = bundle().path() + "/config.json";
  EXPECT_EQ(lint({file}).code, 0);
  EXPECT_EQ(lint({bundle().path(), "-f", "text"}).code, 0);
  Command from_stdin = runtime().command({"lint", "-"});
  from_stdin.input = read_text(file);
  EXPECT_EQ(run(from_stdin).code, 0);
  from_stdin.input = "{";
  const Result broken = run(from_stdin);
  EXPECT_EQ(broken.code, 1);
  EXPECT_TRUE(contains(broken.out, "stdin: error: line 1, column 2: ")) << broken;
  const Result missing = lint({bundle().path() + "/none"});
  EXPECT_EQ(missing.code, 1);
  expect_one_line(missing, "no such file or directory");
  EXPECT_NE(lint({"--format", "xml", file}).code, 0);
}

TEST_F(Inspect, LintLooksForTheRoot) {
  bundle().config["root"]["path"] = "elsewhere";
  bundle().write();
  const Result result = lint({bundle().path()});
  EXPECT_EQ(result.code, 1);
  EXPECT_TRUE(contains(result.out, "error: /root/path: there is no directory ")) << result;
}

TEST_F(Inspect, NeitherNeedsPrivileges) {
  bundle().write();
  write_text(*temp_ / "config.json", read_text(bundle().path() + "/config.json"));
  const std::string setpriv = find_program("setpriv");
  if (setpriv.empty())
    GTEST_SKIP() << "needs setpriv (util-linux)";
  for (const auto& [command, word] : {std::pair("lint", "0 errors"), {"explain", "mount"}}) {
    Command as_nobody = {.argv = {setpriv, "--reuid=65534", "--regid=65534", "--clear-groups",
                                  runtime().program(), command, "-"}};
    as_nobody.input = read_text(bundle().path() + "/config.json");
    const Result result = run(as_nobody);
    EXPECT_EQ(result.code, 0) << command << result;
    EXPECT_TRUE(contains(result.out, word)) << result;
  }
}

TEST_F(Inspect, ExplainSaysWhatReallyHappens) {
  bundle().config["hostname"] = "explained";
  bundle().config["linux"]["resources"]["pids"] = {{"limit", 123}};
  bundle().config["linux"]["cgroupsPath"] = "/" + temp_->tag();
  bundle().mount({{"destination", "/extra"},
                  {"type", "tmpfs"},
                  {"source", "tmpfs"},
                  {"options", {"nosuid", "noexec", "size=64k"}}});
  bundle().shell("hostname; grep ' /extra ' /proc/self/mounts; exec sleep 0");
  bundle().write();
  const Result result = runtime()({"explain", "--format=json", bundle().path()});
  ASSERT_EQ(result.code, 0) << result;
  const Json explanation = Json::parse(result.out, nullptr, false);
  const auto has = [&](const std::string& what, const std::string& line) {
    const std::vector<std::string> lines = details(explanation, what);
    EXPECT_NE(std::find(lines.begin(), lines.end(), line), lines.end())
        << what << ": " << Json(lines).dump(1);
  };
  has("set the names", "hostname explained");
  has("set up the mounts", "/extra: new tmpfs (nosuid,noexec,size=64k)");
  const std::vector<std::string> cgroup = details(explanation, "create the cgroup");
  EXPECT_TRUE(std::any_of(cgroup.begin(), cgroup.end(), [](const std::string& line) {
    return line.starts_with("write \"123\" to ") && line.ends_with("/pids.max");
  })) << Json(cgroup).dump(1);
  EXPECT_TRUE(list_directory(runtime().root()).empty()) << "something was done";
  const Result ran = run_bundle();
  EXPECT_TRUE(contains(ran.out, "explained\n")) << ran;
  EXPECT_TRUE(contains(ran.out, "nosuid,noexec")) << ran;
}

TEST_F(Inspect, ExplainRefusesWhatCreateRefuses) {
  bundle().config["process"]["cwd"] = "relative";
  bundle().write();
  const Result result = runtime()({"explain", bundle().path()});
  EXPECT_EQ(result.code, 1);
  expect_one_line(result, "/process/cwd");
}

TEST_F(Inspect, ExplainListsTheStepsInTheirOrder) {
  bundle().write();
  const Result result = runtime()({"explain", bundle().path()});
  ASSERT_EQ(result.code, 0) << result;
  std::size_t last = 0;
  for (const char* step :
       {"runtime: create the cgroup", "runtime: clone init", "init: set up the mounts",
        "init: change the root", "init: become the user", "init: wait for start",
        "init: start container process"}) {
    const std::size_t at = result.out.find(step);
    EXPECT_NE(at, std::string::npos) << step;
    EXPECT_GT(at, last) << step;
    last = at;
  }
}

}  // namespace
}  // namespace wpar::test
