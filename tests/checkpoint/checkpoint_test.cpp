// SPDX-License-Identifier: Apache-2.0
// What survives a checkpoint and a restore.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/checkpoint/checkpoint_world.h"
#include "tests/support/console.h"

namespace wpar::test {
namespace {

class Checkpoint : public CheckpointTest {};

TEST_F(Checkpoint, ACounterGoesOnWhereItStopped) {
  const std::string id = start_shell(std::string("echo begun; ") + kCount);
  ASSERT_TRUE(counts_on(3));
  const Result saved = checkpoint(id);
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(runtime().state(id), nullptr) << "the container is gone";
  EXPECT_TRUE(exists(images() + "/dump.log"));
  EXPECT_TRUE(exists(images() + "/descriptors.json"));
  const int last = counter();
  write_text(bundle().root() + "/counter", "");

  const std::string pid_file = *temp_ / "pid";
  const Result back = restore(id, {"--pid-file", pid_file});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_EQ(read_trimmed(pid_file), std::to_string(runtime().pid(id)));
  EXPECT_TRUE(counts_on(last)) << last << " then " << counter();
  EXPECT_EQ(output_of(id), "begun\n") << "it did not start again";

  const std::string groups = read_text(fmt::format("/proc/{}/cgroup", runtime().pid(id)));
  EXPECT_TRUE(contains(groups, id)) << groups;
  const Result inside = exec(id, {"/bin/hostname"});
  EXPECT_EQ(inside.code, 0) << inside;
  EXPECT_EQ(inside.out, "wpartest\n");
}

TEST_F(Checkpoint, ItCanBeDoneAgainUnderAnotherName) {
  std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  int last = 0;
  for (int round = 0; round < 2; ++round) {
    const Result saved = checkpoint(id);
    ASSERT_EQ(saved.code, 0) << saved;
    last = counter();
    id = new_id();
    const Result back = restore(id);
    ASSERT_EQ(back.code, 0) << back;
    ASSERT_TRUE(counts_on(last)) << last << " then " << counter();
  }
  EXPECT_TRUE(contains(read_text(fmt::format("/proc/{}/cgroup", runtime().pid(id))), id));
  EXPECT_EQ((runtime()({"kill", id, "KILL"})).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
}

TEST_F(Checkpoint, LeaveRunningLeavesItRunning) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  const pid_t before = runtime().pid(id);
  const Result saved = checkpoint(id, {"--leave-running"});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_EQ(runtime().pid(id), before);
  EXPECT_TRUE(counts_on(counter()));
  // The images hold an earlier moment of the same process.
  const int later = counter() + 20;
  EXPECT_TRUE(counts_on(later));
  EXPECT_EQ((runtime()({"delete", "--force", id})).code, 0);
  write_text(bundle().root() + "/counter", "");
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(0));
  EXPECT_LT(counter(), later);
}

TEST_F(Checkpoint, APausedContainerComesBackRunning) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  const std::string freezer = cgroup_mount("freezer");
  const std::string v2 = cgroup_mount("");
  const bool is_v1 = !freezer.empty();
  const std::string file = is_v1 ? "/freezer.state" : "/cgroup.freeze";
  for (const std::string& directory : cgroups_with(id))
    if (directory.starts_with(is_v1 ? freezer : v2))
      try_write(directory + file, is_v1 ? "FROZEN" : "1");
  ASSERT_TRUE(eventually([&] { return runtime().status(id) == "paused"; }));
  const int last = counter();
  const Result saved = checkpoint(id);
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_EQ(runtime().state(id), nullptr);
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(last));
}

TEST_F(Checkpoint, AForegroundRestoreGivesTheExitCode) {
  const std::string id = start_shell(
      "i=0; while [ ! -e /stop ]; do i=$((i+1)); echo $i > /counter; sleep 0.05; done; "
      "exit 7");
  ASSERT_TRUE(counts_on(2));
  ASSERT_EQ(checkpoint(id).code, 0);
  const int last = counter();
  Command command =
      runtime().command({"restore", "--bundle", bundle().path(), "--image-path", images(), id});
  command.timeout = Milliseconds(60000);
  command.output_path = *temp_ / (id + ".out");  // what it writes to has the mode it had
  command.error_path = *temp_ / (id + ".err");
  Process process(command);
  EXPECT_TRUE(counts_on(last));
  EXPECT_EQ(runtime().status(id), "running");
  write_text(bundle().root() + "/stop", "");
  const Result result = process.wait();
  EXPECT_EQ(result.code, 7) << result;
  EXPECT_EQ(runtime().state(id), nullptr) << "as with run, nothing stays";
}

TEST_F(Checkpoint, ATerminalComesBack) {
  bundle().config["process"]["terminal"] = true;
  bundle().shell("i=0; while read word; do i=$((i+1)); echo \"line $i $word.\"; done");
  ConsoleSocket socket(*temp_ / "console");
  const std::string id = new_id();
  ASSERT_EQ(create(id, {"--console-socket", socket.path()}).code, 0) << error_of(id);
  {
    Terminal terminal = socket.receive();
    ASSERT_TRUE(terminal.valid());
    ASSERT_EQ((runtime()({"start", id})).code, 0);
    terminal.type("one\n");
    EXPECT_TRUE(contains(terminal.read_until("line 1 one."), "line 1 one."));
    const Result saved = checkpoint(id);
    ASSERT_EQ(saved.code, 0) << saved;
  }
  const Result back = restore(id, {"--console-socket", socket.path()});
  ASSERT_EQ(back.code, 0) << back;
  Terminal terminal = socket.receive();
  ASSERT_TRUE(terminal.valid());
  terminal.type("two\n");
  const std::string seen = terminal.read_until("line 2 two.");
  EXPECT_TRUE(contains(seen, "line 2 two.")) << seen;
}

TEST_F(Checkpoint, AnOpenConnectionGoesOn) {
  copy_file(WPAR_TCP_COUNTER, bundle().root() + "/tcp_counter");
  bundle().args({"/tcp_counter", "/number"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0) << error_of(id);
  ASSERT_EQ((runtime()({"start", id})).code, 0) << error_of(id);
  ASSERT_TRUE(counts_on(5, "/number")) << error_of(id);

  // Without the option it is refused, and nothing has happened to the container.
  const Result refused = checkpoint(id);
  expect_one_line(refused, "criu");
  EXPECT_TRUE(contains(refused.err, "dump.log")) << refused;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter("/number"), "/number"));

  const Result saved = checkpoint(id, {"--tcp-established"});
  if (contains(saved.err, "Can't get 1:16 opt"))  // SO_PASSCRED
    GTEST_SKIP() << "this CRIU cannot save IP sockets on kernels since 6.16: " << saved.err;
  ASSERT_EQ(saved.code, 0) << saved;
  const int last = counter("/number");
  const Result back = restore(id, {"--tcp-established"});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last, "/number")) << last << " then " << counter("/number");

  // The same images with closed connections: the program sees the end of it.
  ASSERT_EQ((runtime()({"delete", "--force", id})).code, 0);
  const Result closed = restore(id, {"--tcp-close"});
  ASSERT_EQ(closed.code, 0) << closed;
  EXPECT_TRUE(runtime().wait_for(id, "stopped", Milliseconds(20000)));
}

TEST_F(Checkpoint, BindMountsComeFromTheConfiguration) {
  const std::string data = *temp_ / "data";
  make_directories(data);
  write_text(*temp_ / "note", "first\n");
  bundle().config["mounts"].push_back(bind_mount(data, "/data", {"rbind", "rw"}));
  bundle().config["mounts"].push_back(bind_mount(*temp_ / "note", "/note", {"bind", "ro"}));
  const std::string id = start_shell(
      "exec 3>>/data/log; i=0; while :; do i=$((i+1)); echo $i > /counter; "
      "echo $i >&3; cat /note > /copy; sleep 0.05; done");
  ASSERT_TRUE(counts_on(2));
  ASSERT_EQ(checkpoint(id).code, 0);
  const int last = counter();
  write_text(*temp_ / "note", "second\n");
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
  EXPECT_TRUE(eventually([&] { return read_trimmed(bundle().root() + "/copy") == "second"; }));
  const auto lines = read_lines(data + "/log");
  ASSERT_GT(lines.size(), 2U);
  EXPECT_EQ(lines[0], "1");
  EXPECT_GT(std::stoi(lines.back()), last) << "the open file went on too";
  const Json facts = exec_facts(id);
  ASSERT_EQ(mounts_at(facts, "/note").size(), 1U);
  EXPECT_TRUE(contains(mounts_at(facts, "/note")[0], " ro,")) << mounts_at(facts, "/note")[0];
}

TEST_F(Checkpoint, MemoryCanBeWrittenBefore) {
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  const std::string parent = *temp_ / "pre";
  Command command = runtime().command({"checkpoint", "--pre-dump", "--image-path", parent, id});
  command.timeout = Milliseconds(60000);
  const Result first = run(command);
  if (contains(first.err, "CONFIG_MEM_SOFT_DIRTY")) {
    expect_one_line(first, "does not track changed memory");
    EXPECT_EQ(runtime().status(id), "running");
    EXPECT_TRUE(counts_on(counter()));
    GTEST_SKIP() << first.err;
  }
  ASSERT_EQ(first.code, 0) << first;
  EXPECT_EQ(runtime().status(id), "running");
  EXPECT_TRUE(counts_on(counter()));
  const Result saved = checkpoint(id, {"--parent-path", "../pre"});
  ASSERT_EQ(saved.code, 0) << saved;
  EXPECT_TRUE(exists(images() + "/parent"));
  const int last = counter();
  const Result back = restore(id);
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(counts_on(last));
}

TEST_F(Checkpoint, HooksOfTheRuntimeRunAgain) {
  const std::string log = *temp_ / "hooks";
  const auto hook = [&](const char* name) {
    return Json{{"path", "/bin/sh"},
                {"args", {"sh", "-c", fmt::format("echo {} >> {}", name, log)}}};
  };
  for (const char* name : {"prestart", "createRuntime", "poststop"})
    bundle().config["hooks"][name] = {hook(name)};
  const std::string id = start_shell(kCount);
  ASSERT_TRUE(counts_on(2));
  ASSERT_EQ(checkpoint(id).code, 0);
  EXPECT_EQ(read_text(log), "prestart\ncreateRuntime\npoststop\n");
  ASSERT_EQ(restore(id).code, 0);
  EXPECT_EQ(read_text(log), "prestart\ncreateRuntime\npoststop\nprestart\ncreateRuntime\n");
}

}  // namespace
}  // namespace wpar::test
