// SPDX-License-Identifier: Apache-2.0
// Roots made to lead the runtime outside: links where it makes, mounts or removes things. Every
// hostile layout must leave the canary untouched, by an error or a container that stays inside;
// every benign twin must run.
#include <fmt/format.h>
#include <sys/stat.h>

#include "tests/support/console.h"
#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class HostileRoot : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    outside_ = *temp_ / "outside";
    canary_ = std::make_unique<Canary>(outside_);
    bundle().args({"/probe", "exit", "0"});
  }
  void TearDown() override {
    if (canary_ != nullptr) {
      delete_all();
      expect_untouched();
    }
    ContainerTest::TearDown();
  }
  void expect_untouched() {
    for (const std::string& difference : canary_->differences())
      ADD_FAILURE() << difference;
  }
  // The root's entry becomes a link to the target.
  void replace(const std::string& inside, const std::string& target) {
    remove_tree(bundle().in_root(inside));
    make_symlink(target, bundle().in_root(inside));
  }
  // The ways out of bundle/rootfs to the canary.
  std::vector<std::string> ways_out() const {
    return {outside_, "../../outside", "../../../../../../../../../../../../" + outside_.substr(1),
            "/proc/self/root/../.." + outside_, "/proc/1/root" + outside_};
  }
  Result run_limited() {
    bundle().write();
    Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
    command.timeout = Milliseconds(5000);
    const Result result = run(command);
    EXPECT_FALSE(result.timed_out) << result;
    return result;
  }
  std::string outside_;
  std::unique_ptr<Canary> canary_;
};

TEST_F(HostileRoot, DevIsALinkToTheOutsideAndNotMountedOver) {
  for (const std::string& target : ways_out()) {
    replace("/dev", target);
    for (const char* point : {"/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"})
      bundle().drop_mount(point);
    run_limited();
    expect_untouched();
  }
}

TEST_F(HostileRoot, DevIsALinkAndHasATmpfs) {
  for (const std::string& target : ways_out()) {
    replace("/dev", target);
    run_limited();
    expect_untouched();
  }
}

TEST_F(HostileRoot, ConfiguredDevicesThroughALinkStayInside) {
  for (const std::string& target : ways_out()) {
    replace("/tmp", target);
    bundle().config["linux"]["devices"] = {
        {{"path", "/tmp/made"}, {"type", "c"}, {"major", 1}, {"minor", 3}},
        {{"path", "/tmp/victim"}, {"type", "p"}},
        {{"path", "/tmp/deep/er"}, {"type", "c"}, {"major", 1}, {"minor", 5}}};
    run_limited();
    expect_untouched();
  }
}

TEST_F(HostileRoot, TwinDevAsAnOrdinaryDirectoryIsFilled) {
  for (const char* point : {"/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"})
    bundle().drop_mount(point);
  bundle().shell("test -c /dev/null && test -L /dev/fd && echo filled");
  EXPECT_EQ(run_limited().out, "filled\n");
}

TEST_F(HostileRoot, TwinDevAsALinkInsideTheRootIsNoWayOut) {
  make_directories(bundle().in_root("/real-dev"));
  replace("/dev", "real-dev");
  run_limited();
}

class HostileProc : public HostileRoot, public ::testing::WithParamInterface<std::string> {};

TEST_P(HostileProc, IsALink) {
  make_directories(bundle().in_root("/bad/self/attr"));
  write_text(bundle().in_root("/bad/self/attr/exec"), "");
  std::vector<std::string> targets = ways_out();
  targets.insert(targets.end(), {"/bad", "bad", "/bad/../bad", ".."});
  for (const std::string& target : targets) {
    replace(GetParam(), target);
    bundle().shell("echo ran");
    const Result result = run_limited();
    EXPECT_NE(result.code, 0) << GetParam() << " -> " << target << result;
    expect_untouched();
  }
}

INSTANTIATE_TEST_SUITE_P(Entry, HostileProc, ::testing::Values("/proc", "/sys"));

TEST_F(HostileRoot, TwinMissingProcAndSysAreMade) {
  for (const char* name : {"/proc", "/sys", "/dev"})
    remove_tree(bundle().in_root(name));
  bundle().shell(
      "test -e /proc/self/stat && test -d /sys/kernel && test -c /dev/null && echo made");
  EXPECT_EQ(run_limited().out, "made\n");
}

TEST_F(HostileRoot, MountsOnOrBelowProcThatFakeItAreRefused) {
  for (const char* point :
       {"/proc/self", "/proc/self/attr", "/proc/sys", "/proc/1", "/proc/thread-self"}) {
    bundle().config["mounts"] = base_config()["mounts"];
    bundle().mount({{"destination", point}, {"type", "tmpfs"}, {"source", "tmpfs"}});
    const Result result = run_limited();
    EXPECT_NE(result.code, 0) << point << result;
    if (runtime().is_ours())
      expect_one_line(result, "/mounts/7");
  }
  bundle().config["mounts"] = base_config()["mounts"];
  bundle().drop_mount("/proc");
  bundle().mount(bind_mount(outside_, "/proc"));
  EXPECT_NE(run_limited().code, 0);
}

TEST_F(HostileRoot, MountDestinationsThroughLinksStayInside) {
  for (const std::string& target : ways_out()) {
    remove_tree(bundle().in_root("/door"));
    make_symlink(target, bundle().in_root("/door"));
    for (const char* point : {"/door", "/door/folder", "/door/new/deep"}) {
      bundle().config["mounts"] = base_config()["mounts"];
      bundle().mount({{"destination", point}, {"type", "tmpfs"}, {"source", "tmpfs"}});
      bundle().mount(bind_mount(bundle().path() + "/config.json", std::string(point) + "/file"));
      run_limited();
      expect_untouched();
    }
  }
}

TEST_F(HostileRoot, FilesAreBoundOverLinksInsideOnly) {
  write_text(bundle().path() + "/data", "data\n");
  for (const std::string& way : ways_out()) {
    remove_tree(bundle().in_root("/etc/resolv.conf"));
    make_symlink(way + "/victim", bundle().in_root("/etc/resolv.conf"));
    bundle().config["mounts"] = base_config()["mounts"];
    bundle().mount(bind_mount(bundle().path() + "/data", "/etc/resolv.conf"));
    run_limited();
    expect_untouched();
  }
}

TEST_F(HostileRoot, TwinADanglingLinkAsDestinationWorks) {
  write_text(bundle().path() + "/data", "data\n");
  make_symlink("/run/systemd/resolve/stub", bundle().in_root("/etc/resolv.conf"));
  bundle().mount(bind_mount(bundle().path() + "/data", "/etc/resolv.conf"));
  bundle().shell("cat /etc/resolv.conf /run/systemd/resolve/stub");
  const Result result = run_limited();
  EXPECT_EQ(result.out, "data\ndata\n") << result;
}

TEST_F(HostileRoot, TwinAnAbsoluteLinkIsMeantInsideTheRoot) {
  make_directories(bundle().in_root(outside_));
  make_symlink(outside_, bundle().in_root("/door"));
  bundle().mount(bind_mount(bundle().path(), "/door", {"bind", "ro"}));
  bundle().shell("test -e " + outside_ + "/config.json && echo inside");
  EXPECT_EQ(run_limited().out, "inside\n");
}

TEST_F(HostileRoot, LoopsOfLinksAreAnErrorNotAHang) {
  make_symlink("b", bundle().in_root("/a"));
  make_symlink("a", bundle().in_root("/b"));
  bundle().mount({{"destination", "/a/x"}, {"type", "tmpfs"}, {"source", "tmpfs"}});
  EXPECT_NE(run_limited().code, 0);
}

TEST_F(HostileRoot, AMaskTakesTheRealNullDeviceOrFails) {
  write_text(bundle().in_root("/secret"), "secret\n");
  write_text(bundle().in_root("/decoy"), "decoy\n");
  for (const char* point : {"/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"})
    bundle().drop_mount(point);
  bundle().config["linux"]["maskedPaths"] = {"/secret"};
  for (const int kind : {0, 1, 2}) {
    remove_tree(bundle().in_root("/dev/null"));
    if (kind == 0)
      make_symlink("/decoy", bundle().in_root("/dev/null"));
    if (kind == 1)
      write_text(bundle().in_root("/dev/null"), "regular\n");
    if (kind == 2)
      make_symlink(outside_ + "/victim", bundle().in_root("/dev/null"));
    bundle().shell("cat /secret; stat -c %F /secret");
    const Result result = run_limited();
    if (result.code == 0) {
      EXPECT_EQ(result.out, "character special file\n") << kind;
    }
    EXPECT_FALSE(contains(result.out, "secret\n") || contains(result.out, "decoy"))
        << kind << result;
    expect_untouched();
  }
}

TEST_F(HostileRoot, MaskedAndReadOnlyPathsThroughLinksStayInside) {
  make_symlink(outside_, bundle().in_root("/door"));
  make_symlink(outside_ + "/victim", bundle().in_root("/file"));
  bundle().config["linux"]["maskedPaths"] = {"/door", "/file", "/door/folder"};
  bundle().config["linux"]["readonlyPaths"] = {"/door", "/file"};
  run_limited();
  EXPECT_EQ(read_text(outside_ + "/victim"), "0123456789");
}

TEST_F(HostileRoot, TheConsoleIsNotWrittenThroughALink) {
  bundle().config["process"]["terminal"] = true;
  for (const char* point : {"/dev", "/dev/shm", "/dev/mqueue"})
    bundle().drop_mount(point);
  ConsoleSocket socket(*temp_ / "console");
  for (const std::string& way : ways_out()) {
    remove_tree(bundle().in_root("/dev/console"));
    make_symlink(way + "/victim", bundle().in_root("/dev/console"));
    Command command = runtime().command(
        {"run", "-d", "--console-socket", socket.path(), "--bundle", bundle().path(), new_id()});
    command.timeout = Milliseconds(5000);
    bundle().write();
    EXPECT_FALSE(run(command).timed_out);
    socket.receive(Milliseconds(20));
    delete_all();
    expect_untouched();
  }
}

TEST_F(HostileRoot, ThePtmxOfTheRootIsNotTrusted) {
  bundle().config["process"]["terminal"] = true;
  for (const char* point : {"/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"})
    bundle().drop_mount(point);
  make_directories(bundle().in_root("/dev/pts"));
  write_text(bundle().in_root("/dev/pts/ptmx"), "not a device");
  make_symlink(outside_ + "/ptmx", bundle().in_root("/dev/ptmx"));
  ConsoleSocket socket(*temp_ / "console");
  const std::string id = new_id();
  const Result result = create(id, {"--console-socket", socket.path()});
  EXPECT_FALSE(result.timed_out);
}

class HostilePasswd : public HostileRoot, public ::testing::WithParamInterface<int> {};

TEST_P(HostilePasswd, DoesNotStopTheContainer) {
  const std::string file = bundle().in_root("/etc/passwd");
  remove_tree(file);
  switch (GetParam()) {
    case 0:
      ASSERT_EQ(::mkfifo(file.c_str(), 0644), 0);
      break;
    case 1:
      make_directories(file);
      break;
    case 2:
      write_text(file, "");
      ASSERT_EQ(::truncate(file.c_str(), 8LL << 30), 0);
      break;
    case 3:
      make_symlink("/dev/zero", file);
      break;
    case 4:
      write_text(file, std::string(4 << 20, 'x'));
      break;
    case 5:
      make_symlink(outside_ + "/victim", file);
      break;
    default:
      make_symlink("/proc/self/fd/0", file);
  }
  if (runtime().name() != "runwpar")
    WPAR_SKIP_PEER(runtime().name(), "reads the file without a limit or opens it blocking");
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.timeout = Milliseconds(3000);
  bundle().write();
  const Result result = run(command);
  EXPECT_FALSE(result.timed_out);
}

INSTANTIATE_TEST_SUITE_P(Kind, HostilePasswd, ::testing::Range(0, 7));

TEST_F(HostileRoot, TwinPasswdWithoutTheUserGivesTheRootDirectory) {
  bundle().config["process"]["user"] = {{"uid", 5555}, {"gid", 5555}};
  bundle().shell("echo $HOME");
  EXPECT_EQ(run_limited().out, "/\n");
}

TEST_F(HostileRoot, TwinAncestorsThatOthersMayOnlyPassThrough) {
  make_directories(bundle().in_root("/locked"), 0711);
  make_directories(bundle().in_root("/locked/in"), 0755);
  bundle().config["process"]["user"] = {{"uid", 1000}, {"gid", 1000}};
  bundle().config["process"]["cwd"] = "/locked/in";
  bundle().shell("pwd");
  EXPECT_EQ(run_limited().out, "/locked/in\n");
}

}  // namespace
}  // namespace wpar::test
