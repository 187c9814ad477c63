// SPDX-License-Identifier: Apache-2.0
// Documents that no runtime may accept: one line that names the place, nothing left, quickly.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class BadInput : public ContainerTest {
 protected:
  Result run_text(const std::string& text) {
    write_text(bundle().path() + "/config.json", text);
    Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
    command.timeout = Milliseconds(5000);
    return run(command);
  }
  // place: what our one line must hold; peers need only refuse.
  void expect_refused(const std::string& text, const std::string& place) {
    const Result result = run_text(text);
    EXPECT_NE(result.code, 0) << place << result;
    EXPECT_FALSE(result.timed_out) << place;
    if (runtime().is_ours())
      expect_one_line(result, place);
    EXPECT_EQ(list_directory(runtime().root()).size(),
              static_cast<std::size_t>(std::count_if(
                  list_directory(runtime().root()).begin(), list_directory(runtime().root()).end(),
                  [](const std::string& name) { return name.starts_with("."); })));
  }
  void expect_refused_change(const std::string& pointer, const Json& value) {
    Json changed = base_config();
    changed[Json::json_pointer(pointer)] = value;
    SCOPED_TRACE(pointer + " = " + value.dump().substr(0, 60));
    expect_refused(changed.dump(), pointer);
  }
};

TEST_F(BadInput, AMissingConfigurationIsNamed) {
  const Result result = runtime()({"run", "--bundle", bundle().path(), new_id()});
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "JSON specification file config.json not found");
}

TEST_F(BadInput, AMissingBundleIsNamed) {
  const Result result = runtime()({"run", "--bundle", *temp_ / "none", new_id()});
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, *temp_ / "none");
}

TEST_F(BadInput, AMissingRootIsNamed) {
  bundle().config["root"]["path"] = "elsewhere";
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "elsewhere")) << result;
  if (runtime().is_ours())
    expect_one_line(result, "no such file or directory");
}

TEST_F(BadInput, ARootThatIsAFileIsRefused) {
  write_text(bundle().path() + "/file", "");
  bundle().config["root"]["path"] = "file";
  EXPECT_NE(run_bundle().code, 0);
}

TEST_F(BadInput, MalformedDocumentsAreRefusedWithTheirLine) {
  for (const char* text :
       {"", "{", "[]", "null", "nonsense", "{\"ociVersion\":}", "{\"a\":1,}", "\"text\"", "{}{}"})
    expect_refused(text, "config.json");
  std::string text = base_config().dump(1);
  text.insert(text.find("\"process\""), "oops ");
  expect_refused(text, "line ");
}

TEST_F(BadInput, BytesThatAreNotUtf8AreRefused) {
  WPAR_SKIP_PEER("runc", "Go replaces them");
  WPAR_SKIP_PEER("crun", "yajl does not look");
  std::string text = base_config().dump();
  text.replace(text.find("wpartest"), 4, "\xff\xfe\x80\xc0");
  expect_refused(text, "config.json");
}

TEST_F(BadInput, DuplicateKeysAreRefused) {
  WPAR_SKIP_PEER("runc", "Go takes the last");
  WPAR_SKIP_PEER("crun", "1.8.1 takes one of them");
  std::string text = base_config().dump();
  text.insert(text.find("\"hostname\""), "\"hostname\":\"other\",");
  expect_refused(text, "\"hostname\"");
}

TEST_F(BadInput, AnAbsurdDepthIsRefused) {
  Json changed = base_config();
  std::string text = changed.dump();
  text.insert(1, "\"x\":" + std::string(200000, '[') + std::string(200000, ']') + ",");
  if (runtime().is_ours())
    expect_refused(text, "config.json");
  else
    EXPECT_FALSE(run_text(text).timed_out);
}

TEST_F(BadInput, AnAbsurdSizeIsRefused) {
  WPAR_SKIP_PEER("runc", "1.1.5 has no limit");
  WPAR_SKIP_PEER("crun", "1.8.1 has no limit");
  std::string text = base_config().dump();
  text.insert(1, "\"x\":\"" + std::string(80 << 20, 'a') + "\",");
  expect_refused(text, "config.json");
}

TEST_F(BadInput, AConfigurationThatIsNotAFileIsRefused) {
  ASSERT_EQ(::mkfifo((bundle().path() + "/config.json").c_str(), 0644), 0);
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.timeout = Milliseconds(3000);
  WPAR_SKIP_PEER("runc", "1.1.5 waits for ever");
  WPAR_SKIP_PEER("crun", "1.8.1 waits for ever");
  expect_one_line(run(command), "config.json");
}

TEST_F(BadInput, WrongTypesAreRefusedWithTheirPointer) {
  expect_refused_change("/process/args", "text");
  expect_refused_change("/process/args/0", 1);
  expect_refused_change("/process/user/uid", "root");
  expect_refused_change("/process/user/uid", -1);
  expect_refused_change("/process/user/uid", 4294967296ULL);
  expect_refused_change("/process/cwd", Json::array());
  expect_refused_change("/process/env", "A=1");
  expect_refused_change("/process/terminal", "yes");
  expect_refused_change("/process/rlimits/0/soft", -1);
  expect_refused_change("/root", "rootfs");
  expect_refused_change("/mounts", Json::object());
  expect_refused_change("/mounts/0/options", "ro");
  expect_refused_change("/linux", Json::array());
  expect_refused_change("/linux/namespaces/0/type", 7);
  expect_refused_change("/linux/resources/devices", true);
  expect_refused_change("/annotations", Json({"a"}));
  expect_refused_change("/hooks", Json({{"prestart", "x"}}).flatten().empty() ? Json() : Json("x"));
}

TEST_F(BadInput, ImpossibleNumbersAreRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 cuts numbers off");
  expect_refused_change("/process/user/gid", 1.5);
  expect_refused_change("/linux/resources/pids", {{"limit", 1e300}});
  expect_refused_change("/linux/resources/memory", {{"limit", "64M"}});
}

TEST_F(BadInput, UnknownWordsAreRefusedWithTheirPointer) {
  expect_refused_change("/linux/namespaces/0/type", "nonsense");
  if (runtime().is_ours()) {
    expect_refused_change("/process/rlimits/0/type", "RLIMIT_NONSENSE");
    expect_refused_change("/linux/rootfsPropagation", "nonsense");
    expect_refused_change("/linux/devices", {{{"path", "/dev/x"}, {"type", "z"}}});
  }
}

TEST_F(BadInput, TheSameNamespaceTwiceIsRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 does not look");
  Json changed = base_config();
  changed["linux"]["namespaces"].push_back({{"type", "pid"}});
  expect_refused(changed.dump(), "/linux/namespaces/6");
}

TEST_F(BadInput, VersionsThatAreNotSemanticAreRefused) {
  WPAR_SKIP_PEER("runc", "does not look");
  WPAR_SKIP_PEER("crun", "1.8.1 does not look");
  for (const char* version : {"", "1", "1.0", "one", "1.0.0.0", "2.0.0", "v1.0.0"})
    expect_refused_change("/ociVersion", version);
}

TEST_F(BadInput, EarlierAndLaterMinorVersionsAreAccepted) {
  bundle().args({"/probe", "exit", "0"});
  for (const char* version : {"1.0.0", "1.0.2-dev", "1.1.0", "1.2.0", "1.3.0"}) {
    bundle().config["ociVersion"] = version;
    const Result result = run_bundle();
    EXPECT_EQ(result.code, 0) << version << result;
  }
}

TEST_F(BadInput, UnknownPropertiesAreIgnoredAndNullIsAbsence) {
  bundle().args({"/probe", "exit", "0"});
  bundle().config["unknownThing"] = {{"deep", {1, 2, 3}}};
  bundle().config["process"]["unknownToo"] = true;
  bundle().config["hooks"] = nullptr;
  bundle().config["annotations"] = nullptr;
  bundle().config["linux"]["sysctl"] = nullptr;
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
}

TEST_F(BadInput, ZeroBytesInTextsAreRefused) {
  WPAR_SKIP_PEER("crun", "1.8.1 cuts texts off");
  expect_refused_change("/process/args/0", std::string("/bin/true\0x", 11));
  expect_refused_change("/process/env/0", std::string("A=\0x", 4));
  if (runtime().is_ours())
    expect_refused_change("/hostname", std::string("a\0b", 3));
}

TEST_F(BadInput, LongNamesAreRefused) {
  expect_refused_change("/hostname", std::string(1 << 20, 'h'));
  Json changed = base_config();
  changed["mounts"][0]["destination"] = "/" + std::string(70000, 'd');
  EXPECT_NE(run_text(changed.dump()).code, 0);
}

TEST_F(BadInput, ManyIdMappingsAreAnErrorNotACrash) {
  Json changed = base_config();
  changed["linux"]["namespaces"].push_back({{"type", "user"}});
  Json maps = Json::array();
  for (int i = 0; i < 100000; ++i)
    maps.push_back({{"containerID", i}, {"hostID", 100000 + i}, {"size", 1}});
  changed["linux"]["uidMappings"] = maps;
  changed["linux"]["gidMappings"] = maps;
  const Result result = run_text(changed.dump());
  EXPECT_NE(result.code, 0);
  EXPECT_LT(result.code, 128) << "a crash";
  if (runtime().is_ours())
    expect_one_line(result, "/linux/uidMappings");
}

TEST_F(BadInput, AVariableWithoutAValueIsNamedByExecAsItWasGiven) {
  const std::string id = start_waiting();
  for (const std::string variable : {"FOO", "=x"}) {
    const Result result = runtime()({"exec", "-e", variable, id, "/bin/true"});
    if (runtime().is_ours())
      expect_one_line(result, "--env \"" + variable + "\": expected NAME=VALUE");
  }
  EXPECT_TRUE(runtime()({"exec", "-e", "FOO=", id, "/bin/true"}).ok());
}

TEST_F(BadInput, ABadProcessFileIsRefusedByExec) {
  const std::string id = start_waiting();
  for (const std::string text : {"", "[]", "{\"args\":1}", "{}"}) {
    write_text(*temp_ / "process.json", text);
    const Result result = runtime()({"exec", "--process", *temp_ / "process.json", id});
    EXPECT_NE(result.code, 0) << text;
    if (runtime().is_ours()) {
      EXPECT_EQ(result.code, 255) << text << result;
    }
  }
  EXPECT_EQ(runtime().status(id), "running");
}

}  // namespace
}  // namespace wpar::test
