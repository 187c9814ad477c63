// SPDX-License-Identifier: Apache-2.0
#include "specs/oci/write_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs/oci/parse_config.h"
#include "tests/unit/specs/oci/documents.h"
#include "tests/unit/specs/oci/random_config.h"

namespace wpar::oci {
namespace {

using test::error_text;

TEST(WriteConfig, IsReadBackAsTheSameConfig) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const Config config = test::random_config(seed);
    for (const Indent indent : {Indent::kNone, Indent::kTwoSpaces, Indent::kTab}) {
      const std::string text = write_config(config, indent);
      ASSERT_EQ(error_text([&] { ASSERT_EQ(parse_config(text), config) << text; }), "") << text;
    }
  }
}

TEST(WriteConfig, WritesPartsThatAreReadBack) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Config config = test::random_config(seed);
    EXPECT_EQ(parse_resources(write_resources(config.linux_.resources, Indent::kNone)),
              config.linux_.resources);
    if (config.process) {
      EXPECT_EQ(parse_process(write_process(*config.process, Indent::kTab)), *config.process);
    }
  }
}

TEST(WriteConfig, LeavesOutWhatIsAbsent) {
  EXPECT_EQ(write_config(test::minimal_config(), Indent::kNone), R"({"ociVersion":"1.3.0"})");
}

TEST(WriteConfig, FollowsTheOrderOfTheSpecification) {
  Config config = test::minimal_config();
  config.linux_.namespaces = {{.type = "pid", .path = std::nullopt}};
  config.annotations = {{"a", "b"}};
  config.hostname = "h";
  config.root = Root{.path = "rootfs", .readonly = false};
  config.mounts = {{.destination = "/proc",
                    .type = "proc",
                    .source = "proc",
                    .options = {},
                    .uid_mappings = {},
                    .gid_mappings = {}}};
  config.process = Process{};
  config.process->args = {"sh"};
  config.process->cwd = "/";
  EXPECT_EQ(write_config(config, Indent::kNone),
            R"({"ociVersion":"1.3.0","process":{"user":{"uid":0,"gid":0},"args":["sh"],"cwd":"/"},)"
            R"("root":{"path":"rootfs","readonly":false},"hostname":"h",)"
            R"("mounts":[{"destination":"/proc","type":"proc","source":"proc"}],)"
            R"("annotations":{"a":"b"},"linux":{"namespaces":[{"type":"pid"}]}})");
}

TEST(WriteConfig, IndentsByLevel) {
  Config config = test::minimal_config();
  config.annotations = {{"a", "b"}};
  config.process = Process{};
  config.process->args = {"sh", "-c"};
  config.process->cwd = "/";
  config.process->capabilities = Capabilities{};
  EXPECT_EQ(
      write_config(config, Indent::kTab),
      "{\n\t\"ociVersion\": \"1.3.0\",\n\t\"process\": {\n\t\t\"user\": {\n\t\t\t\"uid\": 0,\n"
      "\t\t\t\"gid\": 0\n\t\t},\n\t\t\"args\": [\n\t\t\t\"sh\",\n\t\t\t\"-c\"\n\t\t],\n"
      "\t\t\"cwd\": \"/\",\n\t\t\"capabilities\": {}\n\t},\n"
      "\t\"annotations\": {\n\t\t\"a\": \"b\"\n\t}\n}");
}

TEST(WriteConfig, RefusesTextThatIsNotUtf8) {
  Config config = test::minimal_config();
  config.hostname = "caf\xE9";
  EXPECT_EQ(error_text([&] { write_config(config, Indent::kNone); }),
            "text at or after member \"hostname\" is not UTF-8");
  config.hostname = "café";
  EXPECT_EQ(error_text([&] { write_config(config, Indent::kNone); }), "");
  config.annotations = {{"\xED\xA0\x80", "surrogate"}};
  EXPECT_EQ(error_text([&] { write_config(config, Indent::kNone); }),
            "text at or after member \"annotations\" is not UTF-8");
}

State full_state() {
  return {.oci_version = "1.3.0",
          .id = "web",
          .status = "running",
          .pid = 4242,
          .bundle = "/b",
          .annotations = {{"k", "v"}},
          .rootfs = "/b/rootfs",
          .created = "2026-01-02T03:04:05.000000006Z",
          .owner = "root"};
}

TEST(WriteState, LooksLikeRuncs) {
  EXPECT_EQ(write_state(full_state(), Indent::kTwoSpaces),
            "{\n  \"ociVersion\": \"1.3.0\",\n  \"id\": \"web\",\n  \"pid\": 4242,\n"
            "  \"status\": \"running\",\n  \"bundle\": \"/b\",\n  \"rootfs\": \"/b/rootfs\",\n"
            "  \"created\": \"2026-01-02T03:04:05.000000006Z\",\n"
            "  \"annotations\": {\n    \"k\": \"v\"\n  },\n  \"owner\": \"root\"\n}");
}

TEST(WriteState, PrintsThePidZeroAndLeavesOutEmptyExtras) {
  EXPECT_EQ(write_state(test::minimal_state(), Indent::kNone),
            R"({"ociVersion":"1.3.0","id":"x","pid":0,"status":"stopped","bundle":"/b"})");
}

TEST(WriteState, IsReadBackAsTheSameState) {
  EXPECT_EQ(parse_state(write_state(full_state(), Indent::kTwoSpaces)), full_state());
  EXPECT_EQ(parse_state(write_state(full_state(), Indent::kNone)), full_state());
}

TEST(WriteState, ReplacesBytesThatAreNotUtf8) {
  State state = full_state();
  state.bundle = "/b\xFF/\xC3";
  EXPECT_EQ(parse_state(write_state(state, Indent::kNone)).bundle, "/b\uFFFD/\uFFFD");
}

TEST(WriteStates, IsAnArray) {
  EXPECT_EQ(write_states({}), "[]");
  const State one = test::minimal_state();
  const std::string text = write_state(one, Indent::kNone);
  EXPECT_EQ(write_states({one, one}), fmt::format("[{0},{0}]", text));
}

}  // namespace
}  // namespace wpar::oci
