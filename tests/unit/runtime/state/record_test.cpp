// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/record.h"

#include <gtest/gtest.h>

#include "runtime/base/error.h"
#include "runtime/state/status.h"

namespace wpar::state {
namespace {

Record example() {
  return {.id = "web1",
          .oci_version = "1.3.0",
          .bundle = "/b",
          .rootfs = "/b/rootfs",
          .created = "2026-01-02T03:04:05.000000006Z",
          .owner = 7,
          .pid = 4711,
          .start_time = 18446744073709551615U,
          .namespaces = 0x20020000,
          .has_process = true,
          .has_poststart_hooks = false,
          .has_poststop_hooks = true,
          .cgroup_manager = plan::CgroupManager::kDisabled,
          .cgroup_directories = {"/sys/fs/cgroup/pids/web1", "/sys/fs/cgroup/cpu/web1"},
          .freezer_directory = "/sys/fs/cgroup/pids/web1",
          .resctrl_directories = {"/sys/fs/resctrl/web1"},
          .resctrl_groups = {"/sys/fs/resctrl/web1", "/sys/fs/resctrl/web1/mon_groups/web1"},
          .standard_descriptors = {"file[1a:2b]", "", "pipe:[42]"},
          .stop_signal = 3,
          .annotations = {{"key", "v\"al\\ue\n"}}};
}

TEST(Record, ReadsBackWhatItWrote) {
  EXPECT_EQ(parse_record(write_record(example())), example());
}

plan::SystemdUnit unit() {
  plan::SystemdUnit unit;
  unit.name = "runwpar-web1.scope";
  unit.of_user = true;
  unit.description = "container web1 of /run/runwpar";
  return unit;
}

TEST(Record, KnowsItsUnit) {
  Record record = example();
  record.unit = unit();
  EXPECT_EQ(parse_record(write_record(record)), record);
  const Journal journal = {.cgroup_directories = {}, .resctrl_directories = {}, .unit = unit()};
  EXPECT_EQ(parse_journal(write_journal(journal)), journal);
  EXPECT_EQ(write_record(example()).find("systemd"), std::string::npos);
}

TEST(Record, OfAnEarlierVersionIsCgroupfs) {
  std::string text = write_record(example());
  const std::string member = R"("cgroupManager":"disabled",)";
  ASSERT_NE(text.find(member), std::string::npos);
  std::string unknown = text;
  unknown.replace(unknown.find("disabled"), 8, "lxc");
  EXPECT_THROW(parse_record(unknown), Error);
  text.erase(text.find(member), member.size());
  EXPECT_EQ(parse_record(text).cgroup_manager, plan::CgroupManager::kCgroupfs);
}

TEST(Record, NamesTheMemberThatIsWrong) {
  std::string text = write_record(example());
  text.replace(text.find("4711"), 4, "true");
  try {
    parse_record(text);
    FAIL() << "a pid of true was accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/pid"), std::string::npos) << error.what();
  }
}

TEST(Journal, ReadsBackWhatItWrote) {
  Journal journal = {.cgroup_directories = {"/sys/fs/cgroup/pids/web1"}};
  EXPECT_EQ(parse_journal(write_journal(journal)), journal);
  journal.resctrl_directories = {"/sys/fs/resctrl/web1"};
  EXPECT_EQ(parse_journal(write_journal(journal)), journal);
}

TEST(Status, IsDerivedFromTheEvidence) {
  EXPECT_EQ(derive_status({}), Status::kCreating);
  EXPECT_EQ(derive_status({.recorded = true}), Status::kStopped);
  EXPECT_EQ(derive_status({.recorded = true, .init_alive = true}), Status::kCreated);
  EXPECT_EQ(derive_status({.recorded = true, .init_alive = true, .gate_open = true}),
            Status::kRunning);
  EXPECT_EQ(
      derive_status({.recorded = true, .init_alive = true, .frozen = true, .gate_open = true}),
      Status::kPaused);
  EXPECT_EQ(derive_status({.recorded = true, .frozen = true, .gate_open = true}), Status::kStopped);
}

}  // namespace
}  // namespace wpar::state
