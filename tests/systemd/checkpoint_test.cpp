// SPDX-License-Identifier: Apache-2.0
// Checkpoint and restore of a container in a unit of systemd: it comes back in a unit of the same
// name that has the limits of its config.json.
#include "tests/support/cgroup_files.h"
#include "tests/support/criu.h"
#include "tests/systemd/systemd_world.h"

namespace wpar::test {
namespace {

class SystemdCheckpoint : public SystemdTest {
 protected:
  void SetUp() override {
    SystemdTest::SetUp();
    if (temp_ == nullptr)
      return;
    std::string reason;
    if (use_criu(temp_->path(), &reason).empty())
      GTEST_SKIP() << reason;
    resources()["memory"] = {{"limit", 64 << 20}};
    resources()["pids"] = {{"limit", 9}};
  }
  std::string start_counter() { return start_by_systemd(kCount); }
  int counter() { return last_count(bundle().root() + "/counter"); }
  std::string images() const { return *temp_ / "images"; }
  Result restore(const std::string& id) {
    Command command = runtime().command({"--systemd-cgroup", "restore", "--detach", "--bundle",
                                         bundle().path(), "--image-path", images(), id});
    command.output_path = *temp_ / (id + ".out");
    command.error_path = *temp_ / (id + ".err");
    command.timeout = Milliseconds(60000);
    Result result = run(command);
    result.err = error_of(id);
    return result;
  }
};

TEST_F(SystemdCheckpoint, ComesBackInAUnitOfTheSameName) {
  const std::string id = start_counter();
  ASSERT_TRUE(eventually([&] { return counter() > 3; }));
  const Result saved = checkpoint(runtime(), id, images(), {});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
  const int last = counter();
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(eventually([&] { return counter() > last; }, Milliseconds(20000)));
  EXPECT_EQ(property("ActiveState"), "active");
  EXPECT_EQ(property("Slice"), "wpartest-a.slice");
  EXPECT_EQ(property("MemoryMax"), "67108864");
  if (only_cgroup_v2()) {
    EXPECT_EQ(file("memory.max"), "67108864");
  }
  EXPECT_EQ(file("pids.max"), "9");
  EXPECT_TRUE(contains(file("cgroup.procs"), std::to_string(runtime().pid(id))))
      << file("cgroup.procs");
  EXPECT_EQ(exec(id, {"/bin/true"}).code, 0);
  const Result updated = runtime()({"update", "--pids-limit", "12", id});
  EXPECT_EQ(updated.code, 0) << updated;
  EXPECT_EQ(property("TasksMax"), "12");
  EXPECT_EQ(runtime()({"delete", "--force", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return units().empty(); })) << units();
}

TEST_F(SystemdCheckpoint, AUnitThatIsThereIsRefusedAndLeftAlone) {
  const std::string id = start_counter();
  ASSERT_TRUE(eventually([&] { return counter() > 3; }));
  const Result saved = checkpoint(runtime(), id, images(), {"--leave-running"});
  ASSERT_EQ(saved.code, 0) << saved;
  const std::string second = new_id();
  const Result back = restore(second);
  EXPECT_EQ(back.code, 1);
  EXPECT_TRUE(contains(back.err, "the unit " + unit() + " exists already and is active")) << back;
  EXPECT_EQ(runtime().status(second), "");
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_EQ(property("ActiveState"), "active");
}

}  // namespace
}  // namespace wpar::test
