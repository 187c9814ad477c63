// SPDX-License-Identifier: Apache-2.0
// containerd, its shim and ctr.
#include "tests/engines/containerd_world.h"

namespace wpar::test {
namespace {

TEST_F(Containerd, RunsAProgramAndGivesItsOutputAndExitCode) {
  const Result result = run_program({"--rm"}, {"/bin/sh", "-c", "echo hello; exit 3"});
  EXPECT_EQ(result.code, 3) << result;
  EXPECT_EQ(result.out, "hello\n");
}

TEST_F(Containerd, ReportsAMissingProgram) {
  const Result result = run_program({"--rm"}, {"/no/such/program"});
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, "no such file or directory") ||
              contains(result.err, "not found"))
      << result;
}

TEST_F(Containerd, ExecKillAndDeleteWork) {
  ASSERT_EQ(run_program({"--detach"}, {"/probe", "wait"}).code, 0);
  const std::string id = this->id();
  // ctr stops copying the output when the process ends, so that has to be a little later.
  const Result inside = ctr(
      {"task", "exec", "--exec-id", "e1", id, "/bin/sh", "-c", "echo inside; sleep 0.3; exit 4"});
  EXPECT_EQ(inside.code, 4) << inside;
  EXPECT_EQ(inside.out, "inside\n");
  EXPECT_TRUE(contains(ctr({"task", "ls"}).out, "RUNNING"));
  EXPECT_EQ(ctr({"task", "kill", "--signal", "SIGTERM", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return contains(ctr({"task", "ls"}).out, "STOPPED"); }));
  EXPECT_EQ(ctr({"task", "rm", id}).code, 0);
  EXPECT_EQ(ctr({"container", "rm", id}).code, 0);
}

}  // namespace
}  // namespace wpar::test
