// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/inspect_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"

namespace wpar::oci {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kGood = R"({
  "ociVersion": "1.3.0",
  "root": {"path": "rootfs"},
  "process": {"cwd": "/", "args": ["sh"], "user": {"uid": 0, "gid": 0}}
})";

TEST(InspectConfig, FindsNothingWhereNothingIsWrong) {
  const Inspection result = inspect_config(kGood);
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_THAT(result.unknown, IsEmpty());
  ASSERT_TRUE(result.config);
  EXPECT_EQ(*result.config, parse_config(kGood));
}

TEST(InspectConfig, SaysEverythingAtOnce) {
  const Inspection result = inspect_config(R"({
    "ociVersion": "one",
    "root": {"path": "", "readonly": "yes"},
    "process": {"args": [], "user": {"uid": -1, "gid": "x"}, "terminal": 1},
    "mounts": [{"type": "tmpfs"}, {"destination": "/a", "options": [7]}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "pidd"}, {"type": "pid"}],
              "resources": {"pids": {"limit": "many"}}}
  })");
  EXPECT_THAT(
      result.findings,
      ::testing::UnorderedElementsAre(
          StartsWith("/ociVersion: \"one\" is not"), "/root/path: must not be empty",
          "/process/cwd: required, but missing", StartsWith("/process/user/uid: expected"),
          StartsWith("/process/user/gid: expected"), "/process/args: must not be empty",
          "/process/terminal: expected true or false",
          "/mounts/0/destination: required, but missing", "/mounts/1/options/0: expected a string",
          StartsWith("/linux/namespaces/1/type: \"pidd\" is none of"),
          "/linux/namespaces/2/type: namespace pid is given twice",
          StartsWith("/linux/resources/pids/limit: expected an integer")));
  ASSERT_TRUE(result.config);
  EXPECT_THAT(result.config->mounts, SizeIs(1));
}

TEST(InspectConfig, TranslatesPlacesBehindWhatWasLeftOut) {
  const Inspection result = inspect_config(R"({"ociVersion": "1.0.0", "mounts": [
    {"destination": "/a"}, {}, {"destination": "/b"}, 5, {"destination": "/c"}]})");
  ASSERT_TRUE(result.config);
  EXPECT_THAT(result.config->mounts, SizeIs(3));
  EXPECT_EQ(result.place("/mounts/0/options/1"), "/mounts/0/options/1");
  EXPECT_EQ(result.place("/mounts/1/options/1"), "/mounts/2/options/1");
  EXPECT_EQ(result.place("/mounts/2"), "/mounts/4");
  EXPECT_EQ(result.place("/process/args/1"), "/process/args/1");
  EXPECT_EQ(result.place(""), "");
}

TEST(InspectConfig, NamesUnknownMembersAndTheirNearestNeighbours) {
  const Inspection result = inspect_config(R"({
    "ociVersion": "1.3.0", "hostName": "h", "windows": {"cpu": 1}, "zzzzzzz": 1,
    "annotations": {"any.key": "x"},
    "process": {"cwd": "/", "args": ["sh"], "enviroment": [], "noNewPrivilege": true},
    "linux": {"sysctl": {"net.x": "1"}, "resources": {"memory": {"limits": 5}}}
  })");
  std::map<std::string, std::string> unknown;
  for (const UnknownMember& member : result.unknown) {
    unknown[member.pointer] = member.nearest;
  }
  EXPECT_EQ(unknown,
            (std::map<std::string, std::string>{{"/hostName", "hostname"},
                                                {"/windows", ""},
                                                {"/zzzzzzz", ""},
                                                {"/process/enviroment", ""},
                                                {"/process/noNewPrivilege", "noNewPrivileges"},
                                                {"/linux/resources/memory/limits", "limit"}}));
}

TEST(InspectConfig, ReportsWhatIsNoDocument) {
  EXPECT_THAT(inspect_config("{").findings, ElementsAre(StartsWith("line 1, column 2: ")));
  EXPECT_THAT(inspect_config("null").findings, ElementsAre("config cannot be null"));
  EXPECT_THAT(inspect_config("[]").findings, ElementsAre("/: expected an object"));
  EXPECT_THAT(inspect_config("{\"a\":1,\"a\":2}").findings, SizeIs(1));
  EXPECT_FALSE(inspect_config("[]").config);
}

TEST(InspectConfig, EndsForEveryMemberOfTheWrongType) {
  const char* const members[] = {"ociVersion", "root",  "mounts",      "process", "hostname",
                                 "domainname", "hooks", "annotations", "linux"};
  for (const char* value : {"1", "true", "\"\"", "[]", "{}", "[1]", "{\"a\":[]}", "[[]]"}) {
    std::string text = "{";
    for (const char* member : members) {
      text += (text.size() > 1 ? ",\"" : "\"") + std::string(member) + "\":" + value;
    }
    const Inspection result = inspect_config(text + "}");
    EXPECT_TRUE(result.config) << value;
    EXPECT_FALSE(result.findings.empty()) << value;
  }
}

}  // namespace
}  // namespace wpar::oci
