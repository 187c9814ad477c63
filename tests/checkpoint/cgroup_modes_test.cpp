// SPDX-License-Identifier: Apache-2.0
// --manage-cgroups-mode: whose limits the restored container has, and what becomes of cgroups that
// it made inside of its own.
#include "tests/checkpoint/checkpoint_world.h"
#include "tests/support/cgroup_files.h"

namespace wpar::test {
namespace {

class CheckpointCgroupModes : public CheckpointTest {
 protected:
  // The limit of the configuration is 50, that of the saved cgroup is 77.
  std::string start_with_another_limit() {
    bundle().config["linux"]["resources"]["pids"]["limit"] = 50;
    const std::string id = start_shell(kCount);
    EXPECT_TRUE(counts_on(1));
    EXPECT_EQ((runtime()({"update", "--pids-limit", "77", id})).code, 0);
    EXPECT_EQ(limit_of(id), "77");
    return id;
  }
  std::string limit_of(const std::string& id) {
    return cgroup_value(runtime().pid(id), "pids", "pids.max", "pids.max");
  }
  std::string limit_after(std::vector<std::string> mode) {
    const std::string id = start_with_another_limit();
    const Result saved = checkpoint(id, mode);
    EXPECT_EQ(saved.code, 0) << saved;
    const int last = counter();
    const Result back = restore(id, mode);
    EXPECT_EQ(back.code, 0) << back;
    EXPECT_TRUE(counts_on(last));
    EXPECT_TRUE(contains(cgroup_folder(runtime().pid(id), "pids"), id));
    return limit_of(id);
  }
};

TEST_F(CheckpointCgroupModes, WithoutAModeTheLimitIsTheConfigurations) {
  EXPECT_EQ(limit_after({}), "50");
}

TEST_F(CheckpointCgroupModes, SoftLeavesTheLimitToTheConfiguration) {
  EXPECT_EQ(limit_after({"--manage-cgroups-mode", "soft"}), "50");
}

TEST_F(CheckpointCgroupModes, FullBringsTheSavedLimitBack) {
  if (only_cgroup_v2())
    GTEST_SKIP() << "CRIU writes no limits of version 2: FullIsRefusedOnVersion2 tests that";
  EXPECT_EQ(limit_after({"--manage-cgroups-mode", "full"}), "77");
}

TEST_F(CheckpointCgroupModes, FullIsRefusedOnVersion2) {
  if (!only_cgroup_v2())
    GTEST_SKIP() << "version 1 has its limits back: FullBringsTheSavedLimitBack tests that";
  const std::string id = start_with_another_limit();
  ASSERT_EQ(checkpoint(id, {"--manage-cgroups-mode", "full"}).code, 0);
  expect_one_line(restore(id, {"--manage-cgroups-mode", "full"}),
                  "--manage-cgroups-mode full: CRIU brings no limits of cgroup v2 back");
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(cgroups_with(id).empty());
  const int last = counter();
  ASSERT_EQ(restore(id).code, 0);
  EXPECT_TRUE(counts_on(last));
}

TEST_F(CheckpointCgroupModes, IgnoreSavesNoLimit) {
  EXPECT_EQ(limit_after({"--manage-cgroups-mode", "ignore"}), "50");
}

TEST_F(CheckpointCgroupModes, StrictIsForSavingOnly) {
  const std::string id = start_with_another_limit();
  const Result saved = checkpoint(id, {"--manage-cgroups-mode", "strict"});
  ASSERT_EQ(saved.code, 0) << saved;
  expect_one_line(restore(id, {"--manage-cgroups-mode", "strict"}),
                  "--manage-cgroups-mode strict: restore makes the container's cgroup");
  EXPECT_EQ(runtime().state(id), nullptr);
  EXPECT_TRUE(cgroups_with(id).empty());
  const int last = counter();
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
}

// A program that makes cgroups of its own, as an init does.
class CheckpointInnerCgroups : public CheckpointCgroupModes {
 protected:
  // Where pid 1 is inside, after a checkpoint and a restore.
  std::string folder_after(std::vector<std::string> mode) {
    Json& mounts = bundle().config["mounts"];
    bundle().drop_mount("/sys/fs/cgroup");
    mounts.push_back({{"destination", "/sys/fs/cgroup"},
                      {"type", "cgroup"},
                      {"source", "cgroup"},
                      {"options", {"nosuid", "rw"}}});
    const std::string inner =
        only_cgroup_v2() ? "/sys/fs/cgroup/inner" : "/sys/fs/cgroup/pids/inner";
    const std::string id =
        start_shell("mkdir " + inner + " && echo 1 > " + inner + "/cgroup.procs; " + kCount);
    EXPECT_TRUE(counts_on(1)) << error_of(id);
    EXPECT_TRUE(cgroup_folder(runtime().pid(id), "pids").ends_with("/inner"));
    const Result saved = checkpoint(id, mode);
    EXPECT_EQ(saved.code, 0) << saved;
    const int last = counter();
    const Result back = restore(id, mode);
    EXPECT_EQ(back.code, 0) << back;
    EXPECT_TRUE(counts_on(last));
    return cgroup_folder(runtime().pid(id), "pids");
  }
};

TEST_F(CheckpointInnerCgroups, ComeBack) {
  EXPECT_TRUE(folder_after({}).ends_with("/inner"));
}

TEST_F(CheckpointInnerCgroups, ComeBackWithFull) {
  if (only_cgroup_v2())
    GTEST_SKIP() << "full is refused with version 2: FullIsRefusedOnVersion2 tests that";
  EXPECT_TRUE(folder_after({"--manage-cgroups-mode", "full"}).ends_with("/inner"));
}

TEST_F(CheckpointInnerCgroups, AreForgottenWithIgnore) {
  const std::string folder = folder_after({"--manage-cgroups-mode", "ignore"});
  EXPECT_FALSE(folder.empty());
  EXPECT_FALSE(folder.ends_with("/inner")) << folder;
}

}  // namespace
}  // namespace wpar::test
