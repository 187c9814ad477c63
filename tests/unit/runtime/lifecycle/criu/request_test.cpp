// SPDX-License-Identifier: Apache-2.0
// Requests read back field by field, by the numbers of CRIU's rpc.proto; answers as CRIU 4.1 gives
// them.
#include "runtime/lifecycle/criu/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "runtime/base/error.h"
#include "runtime/lifecycle/criu/wire.h"

namespace wpar::lifecycle {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// criu_opts of a request, without its frame.
std::vector<WireField> options_of(const std::string& request) {
  for (const WireField& field : parse_wire(request)) {
    if (field.field == 2) {
      return parse_wire(field.bytes);
    }
  }
  return {};
}

std::map<unsigned int, std::int64_t> numbers_of(const std::vector<WireField>& fields) {
  std::map<unsigned int, std::int64_t> numbers;
  for (const WireField& field : fields) {
    if (field.bytes.data() == nullptr) {
      numbers[field.field] = field.number;
    }
  }
  return numbers;
}

std::vector<std::string> texts_of(const std::vector<WireField>& fields, unsigned int number) {
  std::vector<std::string> texts;
  for (const WireField& field : fields) {
    if (field.field == number) {
      texts.emplace_back(field.bytes);
    }
  }
  return texts;
}

TEST(CriuRequest, SendsOnlyWhatWasAskedFor) {
  const std::string request = write_criu_request(CriuTopic::kDump, {});
  EXPECT_EQ(parse_wire(request)[0].number, 1);
  // images_dir_fd, log_level, notify_scripts, manage_cgroups_mode, orphan_pts_master
  EXPECT_THAT(numbers_of(options_of(request)),
              ElementsAre(std::pair(1U, -1), std::pair(9U, 4), std::pair(12U, 1), std::pair(34U, 6),
                          std::pair(50U, 1)));
}

TEST(CriuRequest, SendsEverySwitchUnderItsNumber) {
  CriuOptions options;
  options.images_fd = 5;
  options.work_fd = 6;
  options.pid = 4711;
  options.leave_running = options.external_unix_sockets = options.tcp_established = true;
  options.evasive_devices = options.shell_job = options.file_locks = options.track_memory = true;
  options.auto_dedup = options.link_remap = options.restore_sibling = true;
  options.tcp_skip_in_flight = options.lazy_pages = options.tcp_close = true;
  options.cgroup_mode = CriuCgroupMode::kStrict;
  options.network_lock = CriuNetworkLock::kSkip;
  options.empty_namespaces = 0x40000000;
  const auto numbers = numbers_of(options_of(write_criu_request(CriuTopic::kRestore, options)));
  const std::map<unsigned int, std::int64_t> expected = {
      {1, 5},  {2, 4711}, {3, 1},           {4, 1},  {5, 1},  {6, 1},  {7, 1},  {8, 1},
      {9, 4},  {12, 1},   {15, 1},          {16, 1}, {17, 6}, {18, 1}, {26, 1}, {34, 5},
      {46, 1}, {48, 1},   {38, 0x40000000}, {50, 1}, {52, 1}, {64, 3}};
  EXPECT_EQ(numbers, expected);
}

TEST(CriuRequest, SendsTextsAndLists) {
  CriuOptions options;
  options.log_file = "dump.log";
  options.root = "/r";
  options.parent_image = "../p";
  options.freeze_cgroup = "/f";
  options.config_file = "/c";
  options.lsm_profile = "selinux:x";
  options.lsm_mount_context = "ctx";
  options.external = {"net[1]:k", "file[1:2]"};
  options.external_mounts = {{"/data", "/srv"}};
  options.inherited_fds = {{.key = "pipe:[3]", .fd = 1}};
  options.page_server_address = "::1";
  options.page_server_port = 27;
  const auto fields = options_of(write_criu_request(CriuTopic::kDump, options));
  EXPECT_THAT(texts_of(fields, 10), ElementsAre("dump.log"));
  EXPECT_THAT(texts_of(fields, 13), ElementsAre("/r"));
  EXPECT_THAT(texts_of(fields, 14), ElementsAre("../p"));
  EXPECT_THAT(texts_of(fields, 44), ElementsAre("/f"));
  EXPECT_THAT(texts_of(fields, 51), ElementsAre("/c"));
  EXPECT_THAT(texts_of(fields, 53), ElementsAre("selinux:x"));
  EXPECT_THAT(texts_of(fields, 63), ElementsAre("ctx"));
  EXPECT_THAT(texts_of(fields, 37), ElementsAre("net[1]:k", "file[1:2]"));
  EXPECT_THAT(texts_of(fields, 23), ElementsAre("\x0a\x05/data\x12\x04/srv"s));
  EXPECT_THAT(texts_of(fields, 27), ElementsAre("\x0a\x08pipe:[3]\x10\x01"s));
  EXPECT_THAT(texts_of(fields, 11), ElementsAre("\x0a\x03::1\x10\x1b"s));
}

TEST(CriuRequest, AsksAndAnswers) {
  EXPECT_EQ(write_criu_version_request(), "\x08\x0a\x20\x01"s);
  EXPECT_EQ(write_criu_feature_request(), "\x08\x09\x2a\x04\x08\x01\x10\x01\x20\x01"s);
  EXPECT_EQ(write_criu_notify_answer(true), "\x08\x06\x18\x01"s);
  EXPECT_EQ(write_criu_notify_answer(false), "\x08\x06\x18\x00"s);
}

TEST(CriuResponse, ReadsTheVersion) {
  const CriuResponse response = parse_criu_response("\x08\x0a\x10\x01R\x06\x08\x04\x10\x01 \x01"s);
  EXPECT_EQ(response.topic, CriuTopic::kVersion);
  EXPECT_TRUE(response.success);
  EXPECT_EQ(response.version, (CriuVersion{.major = 4, .minor = 1, .sublevel = 1}));
  EXPECT_EQ(version_text(response.version), "4.1.1");
  EXPECT_EQ(version_text({.major = 4, .minor = 0}), "4.0");
}

TEST(CriuResponse, ReadsTheFeatures) {
  const CriuResponse response =
      parse_criu_response("\x08\x09\x10\x01\x42\x06\x08\x00\x10\x01\x18\x00"s);
  EXPECT_FALSE(response.tracks_memory);
  EXPECT_TRUE(response.lazy_pages);
}

TEST(CriuResponse, ReadsANotice) {
  const CriuResponse response =
      parse_criu_response("\x08\x06\x10\x01\x2a\x11\x0a\x0cpost-restore\x10\xe7\x24"s);
  EXPECT_EQ(response.topic, CriuTopic::kNotify);
  EXPECT_EQ(response.script, "post-restore");
  EXPECT_EQ(response.pid, 4711);
}

TEST(CriuResponse, ReadsAFailure) {
  const CriuResponse response = parse_criu_response("\x08\x01\x10\x00\x38\x01\x4a\x03why"s);
  EXPECT_FALSE(response.success);
  EXPECT_EQ(response.error, 1);
  EXPECT_EQ(response.message, "why");
  EXPECT_THROW(parse_criu_response("garbage"), Error);
}

TEST(CriuLog, GivesTheLastReasons) {
  EXPECT_EQ(
      errors_in_criu_log("(00.000001) Version: 4.1.1\n"
                         "(00.104511) Error (criu/mount.c:1088): mnt: Can't open /x: No such file\n"
                         "(00.104512) Error (criu/mount.c:1088): mnt: Can't open /x: No such file\n"
                         "(00.104520)      1: Error (criu/cr-restore.c:3): second\n"
                         "(00.104521) Warn  (criu/x.c:1): only a warning\n"
                         "(00.104600) Error (criu/cr-dump.c:2098): Dumping FAILED.\n"),
      "mnt: Can't open /x: No such file; second");
  EXPECT_EQ(errors_in_criu_log("(00.1) Error (a.c:1): 1\n(00.1) Error (a.c:1): 2\n"
                               "(00.1) Error (a.c:1): 3\n(00.1) Error (a.c:1): 4\n"),
            "2; 3; 4");
  EXPECT_EQ(errors_in_criu_log(""), "");
}

}  // namespace
}  // namespace wpar::lifecycle
