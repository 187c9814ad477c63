// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/parse_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/specs/oci/documents.h"

namespace wpar::oci {
namespace {

using test::config_with;
using test::error_text;
using test::refusal;
using testing::ElementsAre;
using testing::HasSubstr;

std::string version_refusal(std::string_view version) {
  return refusal(fmt::format(R"({{"ociVersion": "{}"}})", version));
}

TEST(ParseConfig, ReadsTheTopLevel) {
  const Config config = parse_config(R"({
    "ociVersion": "1.2.0", "root": {"path": "rootfs", "readonly": true},
    "hostname": "web", "domainname": "example.org",
    "annotations": {"org.example.a": "1", "org.example.b": ""},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid"]}]
  })");
  EXPECT_EQ(config.oci_version, "1.2.0");
  EXPECT_EQ(config.root, (Root{.path = "rootfs", .readonly = true}));
  EXPECT_EQ(config.hostname, "web");
  EXPECT_EQ(config.domainname, "example.org");
  EXPECT_EQ(config.annotations.at("org.example.a"), "1");
  EXPECT_EQ(config.annotations.at("org.example.b"), "");
  ASSERT_EQ(config.mounts.size(), 1U);
  EXPECT_EQ(config.mounts[0].type, "proc");
  EXPECT_THAT(config.mounts[0].options, ElementsAre("nosuid"));
  EXPECT_FALSE(config.process.has_value());
}

TEST(ParseConfig, KeepsAbsentApartFromFalse) {
  EXPECT_EQ(parse_config(config_with(R"("root": {"path": "r"})")).root->readonly, std::nullopt);
  EXPECT_EQ(parse_config(config_with(R"("root": {"path": "r", "readonly": false})")).root->readonly,
            false);
}

TEST(ParseConfig, TakesNullForAbsentEverywhere) {
  const Config config = parse_config(config_with(
      R"("root": null, "mounts": null, "process": null, "hostname": null, "hooks": null,
         "annotations": null, "linux": null)"));
  EXPECT_EQ(config, test::minimal_config());
  const Config inner = parse_config(config_with(
      R"("linux": {"seccomp": null, "resources": {"memory": null, "pids": {"limit": null}},
                   "devices": null, "sysctl": null},
         "annotations": {"gone": null})"));
  EXPECT_EQ(inner, test::minimal_config());
}

TEST(ParseConfig, IgnoresUnknownMembersAndOtherPlatforms) {
  const Config config = parse_config(config_with(
      R"("windows": {"layerFolders": 7}, "solaris": [], "vm": 1, "zos": null, "freebsd": "x",
         "future": {"a": [1.5, true]}, "linux": {"future": 1})"));
  EXPECT_EQ(config, test::minimal_config());
}

TEST(ParseConfig, RefusesANullDocument) {
  EXPECT_EQ(refusal("null"), "config cannot be null");
  EXPECT_EQ(error_text([] { parse_process(" null"); }), "process cannot be null");
  EXPECT_EQ(error_text([] { parse_resources("null"); }), "resources cannot be null");
  EXPECT_EQ(error_text([] { parse_state("null"); }), "state cannot be null");
}

TEST(ParseConfig, RefusesADocumentThatIsNoObject) {
  for (const char* text : {"[]", "1", "\"x\"", "true", "1.5"}) {
    EXPECT_EQ(refusal(text), "/: expected an object") << text;
  }
}

TEST(ParseConfig, WantsASemanticVersion) {
  EXPECT_EQ(refusal("{}"), "/ociVersion: required, but missing");
  EXPECT_EQ(version_refusal("latest"), "/ociVersion: \"latest\" is not a semantic version");
  for (const char* bad : {"", "1", "1.0", "v1.0.0", "1.0.0.0", "01.0.0", "1.00.0", "1.0.0-",
                          "1.0.0-01", "1.0.0+", "1.0.0-a..b", "1.0.0 ", "1.0.-1", "1.0.0-ä"}) {
    EXPECT_THAT(version_refusal(bad), HasSubstr("is not a semantic version")) << bad;
  }
  for (const char* good :
       {"1.0.0", "1.0.2-dev", "1.3.0+dev", "1.10.20", "1.0.0-rc.1+build.007", "1.0.0-0a.x-y"}) {
    EXPECT_EQ(version_refusal(good), "") << good;
  }
}

TEST(ParseConfig, WantsMajorVersionOne) {
  EXPECT_EQ(version_refusal("2.0.0"), "/ociVersion: version 2.0.0 is not supported, only 1.x.y is");
  EXPECT_NE(version_refusal("0.9.0"), "");
  EXPECT_NE(version_refusal("10.0.0"), "");
  EXPECT_EQ(version_refusal("1.99.0"), "");
}

TEST(ParseConfig, WantsARootPathWhereThereIsARoot) {
  EXPECT_EQ(refusal(config_with(R"("root": {})")), "/root/path: required, but missing");
  EXPECT_EQ(refusal(config_with(R"("root": {"path": ""})")), "/root/path: must not be empty");
  EXPECT_EQ(refusal(config_with(R"("root": {"path": "."})")), "");
}

TEST(ParseConfig, WantsAnnotationsWithNamesAndText) {
  EXPECT_EQ(refusal(config_with(R"("annotations": {"": "x"})")),
            "/annotations: a member name must not be empty");
  EXPECT_EQ(refusal(config_with(R"("annotations": {"a": 1})")),
            "/annotations/a: expected a string");
  EXPECT_EQ(refusal(config_with(R"("annotations": {"a": ""})")), "");
}

TEST(ParseConfig, WantsIdMappingsOfAMountInPairs) {
  const auto mount = [](std::string_view members) {
    return refusal(config_with(fmt::format(R"("mounts": [{{"destination": "/a"{}}}])", members)));
  };
  constexpr std::string_view kOne = R"([{"containerID": 0, "hostID": 1000, "size": 10}])";
  EXPECT_EQ(mount(fmt::format(R"(, "uidMappings": {})", kOne)),
            "/mounts/0: uidMappings and gidMappings need each other");
  EXPECT_EQ(mount(fmt::format(R"(, "uidMappings": {0}, "gidMappings": {0})", kOne)), "");
  EXPECT_EQ(refusal(config_with(R"("mounts": [{"type": "proc"}])")),
            "/mounts/0/destination: required, but missing");
}

TEST(ParseConfig, ReadsHooks) {
  const Config config = parse_config(config_with(R"("hooks": {
    "prestart": [{"path": "/a"}], "createRuntime": [{"path": "/b", "args": ["b", "-x"]}],
    "createContainer": [{"path": "/c", "env": ["A=1"]}],
    "startContainer": [{"path": "/d", "timeout": 5}],
    "poststart": [{"path": "/e"}], "poststop": [{"path": "/f"}, {"path": "/g"}]})"));
  EXPECT_EQ(config.hooks.prestart[0].path, "/a");
  EXPECT_THAT(config.hooks.create_runtime[0].args, ElementsAre("b", "-x"));
  EXPECT_THAT(config.hooks.create_container[0].env, ElementsAre("A=1"));
  EXPECT_EQ(config.hooks.start_container[0].timeout, 5);
  EXPECT_EQ(config.hooks.poststart[0].path, "/e");
  EXPECT_EQ(config.hooks.poststop[1].path, "/g");
}

TEST(ParseConfig, WantsHooksWithAnAbsolutePathAndAPositiveTimeout) {
  const auto hook = [](std::string_view members) {
    return refusal(config_with(fmt::format(R"("hooks": {{"poststop": [{{{}}}]}})", members)));
  };
  EXPECT_EQ(hook(R"("path": "bin/x")"),
            "/hooks/poststop/0/path: expected an absolute path, not \"bin/x\"");
  EXPECT_EQ(hook(R"("path": "/bin/x")"), "");
  EXPECT_THAT(hook(R"("path": "/x", "timeout": 0)"),
              HasSubstr("/hooks/poststop/0/timeout: expected an integer from 1"));
  EXPECT_NE(hook(R"("path": "/x", "timeout": -1)"), "");
  EXPECT_EQ(hook(R"("path": "/x", "timeout": 1)"), "");
}

TEST(ParseState, ReadsWhatHooksGet) {
  const State state = parse_state(
      R"({"ociVersion": "1.0.2", "id": "web", "pid": 42, "status": "created", "bundle": "/b",
          "root": "/b/rootfs", "annotations": {"a": "b"}})");
  EXPECT_EQ(state, (State{.oci_version = "1.0.2",
                          .id = "web",
                          .status = "created",
                          .pid = 42,
                          .bundle = "/b",
                          .annotations = {{"a", "b"}},
                          .rootfs = "",
                          .created = "",
                          .owner = ""}));
}

TEST(ParseState, WantsTheRequiredMembers) {
  EXPECT_EQ(
      error_text([] { parse_state(R"({"ociVersion": "1.0.2", "id": "x", "status": "created"})"); }),
      "/bundle: required, but missing");
  EXPECT_NE(
      error_text([] {
        parse_state(R"({"ociVersion": "1", "id": "x", "status": "s", "bundle": "/", "pid": -1})");
      }),
      "");
  EXPECT_EQ(error_text([] {
              parse_state(R"({"ociVersion": "1", "id": "x", "status": "s", "bundle": "/"})");
            }),
            "");
}

}  // namespace
}  // namespace wpar::oci
