// SPDX-License-Identifier: Apache-2.0
// Ways from the inside to the outside that were taken in the past: leaked descriptors as working
// directory, the runtime's own program, planted helpers, secrets of the caller.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class Escape : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    canary_ = std::make_unique<Canary>(*temp_ / "outside");
    for (int i = 0; i < 20; ++i)
      leaks_.push_back(::open(canary_->path().c_str(), O_RDONLY | O_DIRECTORY));
  }
  void TearDown() override {
    for (const int fd : leaks_)
      ::close(fd);
    if (canary_ != nullptr)
      for (const std::string& difference : canary_->differences())
        ADD_FAILURE() << difference;
    ContainerTest::TearDown();
  }
  Result run_leaking(std::vector<std::string> words) {
    Command command = runtime().command(std::move(words));
    command.fds = leaks_;
    command.timeout = Milliseconds(5000);
    const Result result = run(command);
    EXPECT_FALSE(result.timed_out) << result;
    return result;
  }
  static bool is_outside(const Result& result) {
    return contains(result.out, "victim") || contains(result.out, "config.json") ||
           contains(result.out, "etc\nhome");
  }
  std::unique_ptr<Canary> canary_;
  std::vector<int> leaks_;
};

TEST_F(Escape, TheWorkingDirectoryIsNeverALeakedDescriptor) {
  std::vector<std::string> places = {"/proc/self/cwd", "/proc/thread-self/fd/3",
                                     "/proc/self/task/1/fd/4"};
  for (int n = 3; n <= 32; ++n)
    places.push_back(fmt::format("/proc/self/fd/{}", n));
  for (const int n : {3, 7, 8, 9})
    places.push_back(fmt::format("/proc/self/fd/{}/../..", n));
  bundle().shell("ls; stat -c %d . /");
  for (const std::string& place : places) {
    bundle().config["process"]["cwd"] = place;
    bundle().write();
    const Result result = run_leaking({"run", "--bundle", bundle().path(), new_id()});
    EXPECT_FALSE(is_outside(result) && result.code == 0 && contains(result.out, "victim"))
        << place << result;
    if (result.code == 0) {
      EXPECT_FALSE(contains(result.out, "victim")) << place << result;
    }
  }
}

TEST_F(Escape, NeitherIsTheWorkingDirectoryOfExec) {
  for (int n = 3; n <= 32; ++n)
    make_symlink(fmt::format("/proc/self/fd/{}", n), bundle().in_root(fmt::format("/link{}", n)));
  const std::string id = start_waiting();
  for (int n = 3; n <= 32; ++n)
    for (const std::string& place :
         {fmt::format("/proc/self/fd/{}", n), fmt::format("/link{}", n)}) {
      const Result result = run_leaking({"exec", "--cwd", place, id, "/bin/ls"});
      EXPECT_FALSE(contains(result.out, "victim")) << place << result;
    }
}

TEST_F(Escape, TwinAWorkingDirectoryThroughALinkInsideWorks) {
  make_directories(bundle().in_root("/real/place"));
  make_symlink("/real/place", bundle().in_root("/link"));
  bundle().config["process"]["cwd"] = "/link";
  bundle().shell("exec /probe");
  bundle().write();
  const Result result = run_leaking({"run", "--bundle", bundle().path(), new_id()});
  EXPECT_TRUE(contains(result.out, "\"cwd\":\"/real/place\"")) << result;
}

TEST_F(Escape, TheProgramIsNeverALeakedDescriptor) {
  for (int n = 3; n <= 12; ++n) {
    bundle().args({fmt::format("/proc/self/fd/{}/../../../../bin/true", n)});
    bundle().write();
    run_leaking({"run", "--bundle", bundle().path(), new_id()});
    bundle().args({fmt::format("/proc/self/fd/{}", n)});
    bundle().write();
    EXPECT_NE(run_leaking({"run", "--bundle", bundle().path(), new_id()}).code, 0);
  }
}

// The runtime's own program, as a copy so that a hit harms nothing.
class OwnProgram : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    copy_ = *temp_ / runtime().name();
    copy_file(runtime().program(), copy_);
    runtime_ = std::make_unique<Runtime>(runtime().root(), copy_);
    ASSERT_EQ(::stat(copy_.c_str(), &before_), 0);
    content_ = read_text(copy_);
    auto& process = bundle().config["process"];
    const Json all = {"CAP_SYS_PTRACE", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH",
                      "CAP_KILL"};
    for (const char* set : {"bounding", "effective", "permitted"})
      process["capabilities"][set] = all;
    process["noNewPrivileges"] = false;
  }
  void TearDown() override {
    if (!copy_.empty())
      expect_unchanged();
    ContainerTest::TearDown();
  }
  void expect_unchanged() {
    struct stat now {};
    ASSERT_EQ(::stat(copy_.c_str(), &now), 0);
    EXPECT_EQ(now.st_ino, before_.st_ino);
    EXPECT_EQ(now.st_mtim.tv_sec, before_.st_mtim.tv_sec);
    EXPECT_EQ(now.st_mtim.tv_nsec, before_.st_mtim.tv_nsec);
    EXPECT_TRUE(read_text(copy_) == content_) << "the runtime's program was written by a container";
  }
  Result limited(std::vector<std::string> words) {
    Command command = runtime().command(std::move(words));
    command.timeout = Milliseconds(5000);
    return run(command);
  }
  std::string copy_;
  std::string content_;
  struct stat before_ {};
};

TEST_F(OwnProgram, IsNoEntrypointThatCanBeOverwritten) {
  write_text(bundle().in_root("/script"), "#!/proc/self/exe\n", 0755);
  make_symlink("/proc/self/exe", bundle().in_root("/link"));
  for (const char* program : {"/proc/self/exe", "/script", "/link", "/proc/1/exe"}) {
    bundle().args({program, "--version"});
    bundle().write();
    const std::string id = new_id();
    const Result result = limited({"run", "--bundle", bundle().path(), id});
    EXPECT_FALSE(result.timed_out) << program << result;
    expect_unchanged();
  }
}

TEST_F(OwnProgram, IsNoTargetOfExecThatCanBeOverwritten) {
  write_text(bundle().in_root("/script"), "#!/proc/self/exe\n", 0755);
  make_symlink("/proc/self/exe", bundle().in_root("/link"));
  const std::string id = start_waiting();
  for (const char* program : {"/proc/self/exe", "/script", "/link"})
    EXPECT_FALSE(limited({"exec", id, program, "--version"}).timed_out);
}

TEST_F(OwnProgram, CannotBeOpenedForWritingWhileExecsRun) {
  const std::string id = start_shell("/probe attack-exe & exec /probe wait");
  ASSERT_TRUE(eventually([&] { return exists(bundle().in_root("/spy")); }));
  const int rounds = runtime().is_ours() ? 200 : 20;
  for (int round = 0; round < rounds; ++round)
    limited({"exec", id, "/bin/true"});
  write_text(bundle().in_root("/stop"), "");
  sleep_for(Milliseconds(100));
  const std::vector<std::string> counts = split(read_trimmed(bundle().in_root("/spy")), ' ');
  ASSERT_EQ(counts.size(), 2u);
  RecordProperty("foreign_programs_seen", counts[0]);
  EXPECT_EQ(counts[1], "0") << "writable descriptors of the runtime's program";
}

TEST_F(OwnProgram, TwinAnOrdinaryScriptStillRuns) {
  write_text(bundle().in_root("/script"), "#!/bin/sh\necho fine\n", 0755);
  bundle().args({"/script"});
  bundle().write();
  EXPECT_EQ(limited({"run", "--bundle", bundle().path(), new_id()}).out, "fine\n");
}

class Helpers : public ContainerTest {};

TEST_F(Helpers, PlantedOnesAreNeverRun) {
  for (const char* name : {"newuidmap", "newgidmap", "criu", "nsenter", "sh", "systemctl", "mount",
                           "ldconfig", "umount", "modprobe", "ip", "runwpar-systemd"}) {
    for (const std::string& folder : {bundle().in_root("/usr"), bundle().path() + "/planted"}) {
      make_directories(folder);
      write_text(folder + "/" + name,
                 "#!/bin/sh\necho " + std::string(name) + " >> " + *temp_ / "hit" + "\n", 0755);
    }
  }
  const Json map = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  bundle().config["linux"]["namespaces"].push_back({{"type", "user"}});
  bundle().config["linux"]["uidMappings"] = map;
  bundle().config["linux"]["gidMappings"] = map;
  ASSERT_EQ(::chown(bundle().root().c_str(), 100000, 100000), 0);
  bundle().args({"/probe", "exit", "0"});
  bundle().write();
  Command command = runtime().command({"run", "--bundle", bundle().path(), new_id()});
  command.env = {"PATH=" + bundle().path() + "/planted", "LD_PRELOAD=/usr/evil.so",
                 "LD_LIBRARY_PATH=/usr"};
  command.cwd = bundle().path() + "/planted";
  const Result result = run(command);
  EXPECT_EQ(result.code, 0) << result;
  EXPECT_EQ(read_text(*temp_ / "hit"), "");
}

class Secrets : public ContainerTest {};

TEST_F(Secrets, OfTheCallersEnvironmentAreNowhereInside) {
  const std::string secret = "s3cr3t-" + temp_->tag();
  bundle().mount(bind_mount(temp_->path(), temp_->path()));
  bundle().hook("createContainer",
                {{"path", "/bin/sh"},
                 {"args", {"sh", "-c", "cat > /dev/null; env > " + *temp_ / "container-hook"}}});
  write_text(bundle().in_root("/hook"), "#!/bin/sh\nenv > /start-hook\n", 0755);
  bundle().hook("startContainer", {{"path", "/hook"}});
  bundle().shell("cat /proc/*/environ /start-hook; env");
  bundle().write();
  const std::string id = new_id();
  Command command = runtime().command({"create", "--bundle", bundle().path(), id});
  command.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SECRET=" + secret};
  command.output_path = *temp_ / "out";
  ASSERT_TRUE(run(command).ok());
  const bool seen_in_init =
      contains(read_text(fmt::format("/proc/{}/environ", runtime().pid(id))), secret);
  if (runtime().is_ours()) {
    EXPECT_FALSE(seen_in_init) << "/proc/<init>/environ before start";
    EXPECT_FALSE(contains(read_text(*temp_ / "container-hook"), secret));
  }
  ASSERT_TRUE(runtime()({"start", id}).ok());
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  EXPECT_TRUE(contains(read_text(*temp_ / "out"), "PATH=")) << "nothing was looked at";
  EXPECT_FALSE(contains(read_text(*temp_ / "out"), secret));
}

TEST_F(Secrets, TheInitIsNotDumpableWhileItWaits) {
  WPAR_SKIP_PEER("crun", "1.8.1 leaves it dumpable");
  bundle().args({"/probe", "wait"});
  const std::string id = new_id();
  ASSERT_TRUE(create(id).ok());
  // A process that is not dumpable has its /proc files owned by root even when it runs as another
  // user, and a container process with the same ids cannot attach; root's view: exe of the waiting
  // init.
  const Result result =
      exec(id, {"/bin/sh", "-c", "readlink /proc/1/exe; ls /proc/1/fd | wc -l; ls -l /proc/1/cwd"});
  EXPECT_FALSE(contains(result.out, temp_->path())) << result;
}

}  // namespace
}  // namespace wpar::test
