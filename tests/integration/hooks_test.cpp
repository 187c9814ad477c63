// SPDX-License-Identifier: Apache-2.0
// The six kinds of hooks: order, place, what they read, what their failure does.
#include <fmt/format.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

std::string own_mount_namespace() {
  char target[128] = "";
  return ::readlink("/proc/self/ns/mnt", target, sizeof target - 1) > 0 ? target : "";
}

class Hooks : public ContainerTest {
 protected:
  // A script on the host; inside the container only startContainer looks it up, hence also in the
  // root.
  std::string script(const std::string& name, const std::string& text) {
    const std::string path = *temp_ / name;
    write_text(path, "#!/bin/sh\n" + text + "\n", 0755);
    return path;
  }
  void add(const std::string& kind, const std::string& text) {
    bundle().hook(kind, {{"path", "/bin/sh"}, {"args", {"sh", "-c", text}}});
  }
  std::string log() const { return *temp_ / "log"; }
  std::string logged() { return read_text(log()); }
};

TEST_F(Hooks, RunInTheirOrderAndKindsInTheOrderOfTheList) {
  bundle().mount(bind_mount(temp_->path(), temp_->path()));  // so that every kind sees the same log
  for (const char* kind :
       {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    for (const int number : {1, 2})
      add(kind, fmt::format("cat > /dev/null; echo {}{} >> {}", kind, number, log()));
  bundle().shell(fmt::format("echo program >> {}; exec /probe wait", log()));
  const std::string id = new_id();
  const Result created = create(id);
  ASSERT_EQ(created.code, 0) << created;
  EXPECT_EQ(
      logged(),
      "prestart1\nprestart2\ncreateRuntime1\ncreateRuntime2\ncreateContainer1\ncreateContainer2\n");
  ASSERT_EQ(runtime()({"start", id}).code, 0);
  EXPECT_TRUE(eventually([&] { return contains(logged(), "program"); }));
  EXPECT_TRUE(contains(logged(), "createContainer2\nstartContainer1\nstartContainer2\n"))
      << logged();
  EXPECT_TRUE(contains(logged(), "poststart1\n") && contains(logged(), "poststart2\n")) << logged();
  ASSERT_EQ(runtime()({"kill", id, "KILL"}).code, 0);
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_FALSE(contains(logged(), "poststop"));
  ASSERT_EQ(runtime()({"delete", id}).code, 0);
  EXPECT_TRUE(contains(logged(), "poststop1\npoststop2\n")) << logged();
}

TEST_F(Hooks, RuntimeHooksRunOnTheHostAndContainerHooksInTheContainersNamespaces) {
  bundle().mount(bind_mount(temp_->path(), temp_->path()));
  for (const char* kind :
       {"prestart", "createRuntime", "createContainer", "startContainer", "poststart"})
    add(kind,
        fmt::format("cat > /dev/null; echo {} $(readlink /proc/self/ns/mnt) $(hostname) >> {}",
                    kind, log()));
  const std::string id = start_waiting();
  EXPECT_TRUE(eventually([&] { return contains(logged(), "poststart"); }));
  char target[128] = "";
  ASSERT_GT(::readlink(fmt::format("/proc/{}/ns/mnt", runtime().pid(id)).c_str(), target, 127), 0);
  for (const std::string& line : split(logged(), '\n')) {
    const std::vector<std::string> words = split(line, ' ');
    if (words.size() < 2)
      continue;
    const bool inside = words[0] == "createContainer" || words[0] == "startContainer";
    EXPECT_EQ(words[1], inside ? std::string(target) : own_mount_namespace()) << line;
  }
}

TEST_F(Hooks, StartContainerHooksSeeTheRootOfTheContainer) {
  write_text(bundle().in_root("/hook"), "#!/bin/sh\ncat /etc/hostname > /seen\n", 0755);
  bundle().hook("startContainer", {{"path", "/hook"}});
  EXPECT_EQ(run_shell("cat /seen").out, "from-the-root\n");
}

TEST_F(Hooks, ReadTheStateOnStdin) {
  bundle().mount(bind_mount(temp_->path(), temp_->path()));
  bundle().config["annotations"] = {{"org.example", "noted"}};
  for (const char* kind :
       {"prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"})
    add(kind, fmt::format("cat > {}/{}.json", temp_->path(), kind));
  const std::string id = start_waiting();
  ASSERT_TRUE(eventually([&] { return !read_text(*temp_ / "poststart.json").empty(); }));
  const pid_t pid = runtime().pid(id);
  delete_all();
  for (const std::string kind : {"prestart", "createRuntime", "createContainer", "startContainer",
                                 "poststart", "poststop"}) {
    const Json state = Json::parse(read_text(*temp_ / (kind + ".json")), nullptr, false);
    ASSERT_TRUE(state.is_object()) << kind;
    EXPECT_EQ(state.value("id", ""), id) << kind;
    EXPECT_EQ(state.value("bundle", ""), bundle().path()) << kind;
    EXPECT_TRUE(state.value("ociVersion", "").starts_with("1.")) << kind;
    EXPECT_EQ(state["annotations"]["org.example"], "noted") << kind;
    if (kind == "prestart" || kind == "createRuntime" || kind == "poststart") {
      EXPECT_EQ(state.value("pid", 0), pid) << kind;
    }
    if (kind == "poststop") {
      EXPECT_EQ(state.value("status", ""), "stopped");
    }
    if (!runtime().is_ours())
      continue;
    const std::string expected = kind == "poststart"  ? "running"
                                 : kind == "poststop" ? "stopped"
                                                      : "created";
    EXPECT_EQ(state.value("status", ""), expected) << kind;
  }
}

TEST_F(Hooks, GetTheirOwnArgumentsAndEnvironment) {
  bundle().hook(
      "createRuntime",
      {{"path",
        script("hook", "echo \"$0|$1|$2|$A\" > \"$OUT\"; env | grep -c ^SECRET >> \"$OUT\"; true")},
       {"args", {"first", "second", "a b"}},
       {"env", {"A=1", "OUT=" + log(), "PATH=/bin:/usr/bin"}}});
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SECRET=x"};
  EXPECT_EQ(run(command).code, 0);
  EXPECT_TRUE(contains(logged(), "|second|a b|1\n0\n")) << logged();
}

TEST_F(Hooks, WithoutAnEnvironmentHaveThatOfTheirPlace) {
  WPAR_SKIP_PEER("crun", "gives the runtime's environment to all");
  bundle().mount(bind_mount(temp_->path(), temp_->path()));
  bundle().config["process"]["env"] = {"PATH=/bin", "WHERE=container"};
  for (const char* kind : {"createRuntime", "createContainer", "startContainer", "poststart"})
    add(kind, fmt::format("cat > /dev/null; echo {} $WHERE >> {}", kind, log()));
  bundle().args({"/bin/true"});
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "WHERE=runtime"};
  const Result result = run(command);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(logged(),
            "createRuntime runtime\ncreateContainer container\nstartContainer container\n"
            "poststart runtime\n");
}

class FailingHook : public Hooks, public ::testing::WithParamInterface<std::string> {};

TEST_P(FailingHook, AbortsAndLeavesNothing) {
  const std::string kind = GetParam();
  bundle().mount(bind_mount(temp_->path(), temp_->path()));
  add(kind, "cat > /dev/null; echo the-reason >&2; exit 7");
  add("poststop", fmt::format("cat > /dev/null; echo poststop >> {}", log()));
  bundle().shell(fmt::format("echo program >> {}; sleep 0.2", log()));
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0) << result;
  if (kind != "poststart") {
    EXPECT_FALSE(contains(logged(), "program")) << logged();
  }
  if (runtime().is_ours()) {
    expect_one_line(result, kind);
    EXPECT_TRUE(contains(result.err, "7") && contains(result.err, "the-reason")) << result;
    EXPECT_TRUE(contains(logged(), "poststop")) << "poststop hooks run after a failure too";
  }
  EXPECT_EQ(runtime()({"list", "-q"}).out, "") << "TearDown checks the rest";
}

INSTANTIATE_TEST_SUITE_P(Kind, FailingHook,
                         ::testing::Values("prestart", "createRuntime", "createContainer",
                                           "startContainer", "poststart"));

class FailingHookOfStart : public Hooks, public ::testing::WithParamInterface<std::string> {};

// runtime.md, lifecycle 7 and 9: the container is stopped, destroyed, and poststop hooks run.
TEST_P(FailingHookOfStart, IsTheEndOfTheContainer) {
  WPAR_SKIP_PEER("runc", "1.1.5 leaves a stopped one");
  WPAR_SKIP_PEER("crun", "1.8.1 leaves it running");
  add(GetParam(), "cat > /dev/null; echo the-reason >&2; exit 130");
  bundle().hook("poststop",
                {{"path", "/bin/sh"}, {"args", {"sh", "-c", "echo poststop >> " + log()}}});
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0);
  const Result started = runtime()({"start", id});
  EXPECT_NE(started.code, 0);
  expect_one_line(started, GetParam() + " hook #0 (/bin/sh): failed after ");
  EXPECT_TRUE(contains(started.err, " s: exit status 130: the-reason")) << started;
  EXPECT_NE(runtime()({"state", id}).code, 0);
  EXPECT_EQ(logged(), "poststop\n");
}

INSTANTIATE_TEST_SUITE_P(Kind, FailingHookOfStart,
                         ::testing::Values("startContainer", "poststart"));

TEST_F(Hooks, AProgramThatVanishedLeavesAStoppedContainer) {
  bundle().args({"/tmp/gone"});
  copy_file(bundle().in_root("/probe"), bundle().in_root("/tmp/gone"));
  const std::string id = new_id();
  ASSERT_EQ(create(id).code, 0);
  ::unlink(bundle().in_root("/tmp/gone").c_str());
  EXPECT_NE(runtime()({"start", id}).code, 0);
  EXPECT_TRUE(runtime().wait_for(id, "stopped"));
}

TEST_F(Hooks, AFailureTellsSignalsFromCodesAndTheLastLines) {
  WPAR_SKIP_PEER("runc", "words it differently");
  WPAR_SKIP_PEER("crun", "words it differently");
  add("createRuntime", "cat > /dev/null; exit 0");
  add("createRuntime", "cat > /dev/null; kill -9 $$");
  expect_one_line(run_bundle(), "createRuntime hook #1 (/bin/sh): failed after ");
  EXPECT_TRUE(contains(run_bundle().err, " s: signal 9")) << "and no exit status";
  bundle().config["hooks"]["createRuntime"] = Json::array();
  add("createRuntime", "cat > /dev/null; seq 1 5000 >&2; printf 'a\\tb\\nthe end\\n' >&2; exit 3");
  const Result result = run_bundle();
  expect_one_line(result, "exit status 3: ... ");
  EXPECT_TRUE(contains(result.err, "; 5000; a b; the end\n")) << result;
  EXPECT_LT(result.err.size(), 1000u) << "bounded";
}

TEST_F(Hooks, AFailingPoststopHookIsOnlyAWarning) {
  add("poststop", "exit 1");
  add("poststop", fmt::format("cat > /dev/null; echo second >> {}", log()));
  bundle().args({"/probe", "exit", "5"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 5) << result;
  EXPECT_EQ(logged(), "second\n");
}

TEST_F(Hooks, AHookThatTakesTooLongIsKilled) {
  bundle().hook("createRuntime",
                {{"path", "/bin/sleep"}, {"args", {"sleep", "60"}}, {"timeout", 1}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_LT(result.took.count(), 5000) << result;
  EXPECT_GE(result.took.count(), 950) << result;
  if (runtime().is_ours())
    expect_one_line(result, "hook ran past specified timeout of 1.0s");
}

TEST_F(Hooks, AHookThatDoesNotExistIsNamed) {
  bundle().hook("createRuntime", {{"path", *temp_ / "none"}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  EXPECT_TRUE(contains(result.err, *temp_ / "none") || !runtime().is_ours()) << result;
}

TEST_F(Hooks, ARelativeHookPathIsRefused) {
  WPAR_SKIP_PEER("runc", "1.1.5 takes it");
  WPAR_SKIP_PEER("crun", "1.8.1 takes it");
  bundle().hook("prestart", {{"path", "true"}});
  expect_one_line(run_bundle(), "/hooks/prestart/0/path");
}

TEST_F(Hooks, AHookThatDoesNotReadItsStdinIsFine) {
  bundle().config["annotations"]["big"] = std::string(300000, 'x');
  bundle().hook("createRuntime", {{"path", "/bin/true"}});
  bundle().args({"/probe", "exit", "0"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
}

TEST_F(Hooks, AHookThatPrintsALotDoesNotBlock) {
  add("createRuntime", "cat > /dev/null; seq 1 200000; seq 1 200000 >&2");
  bundle().args({"/probe", "exit", "0"});
  const Result result = run_bundle();
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(result.out, "");
}

}  // namespace
}  // namespace wpar::test
