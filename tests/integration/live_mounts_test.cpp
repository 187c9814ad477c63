// SPDX-License-Identifier: Apache-2.0
// `mounts add` and `mounts remove`: mounts that come to a container when it runs already.
#include <fmt/format.h>
#include <sys/mount.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

class LiveMounts : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    if (!runtime().is_ours())
      GTEST_SKIP() << "only runwpar and newer crun have the command";
    source_ = *temp_ / "source";
    make_directories(source_);
    write_text(source_ + "/file", "content\n");
    file_ = *temp_ / "mounts.json";
  }
  Result mounts(const std::string& verb, const std::string& id, const Json& document) {
    write_text(file_, document.dump());
    return runtime()({"mounts", verb, id, file_});
  }
  std::string inside(const std::string& id, const std::string& script) {
    return exec(id, {"/bin/sh", "-c", script}).out;
  }
  static std::size_t mounts_of(const std::string& table) { return split(table, '\n').size(); }
  std::string source_;
  std::string file_;
};

TEST_F(LiveMounts, ComeAndGoWhileTheContainerRuns) {
  const std::string id = start_waiting();
  const std::string before = inside(id, "cat /proc/self/mountinfo");
  const Json list = {bind_mount(source_, "/new/dir", {"bind", "ro"}),
                     bind_mount(source_ + "/file", "/new/file", {"bind"}),
                     {{"destination", "/t"},
                      {"type", "tmpfs"},
                      {"source", "tmpfs"},
                      {"options", {"size=1m", "mode=700", "ro"}}}};
  const Result added = mounts("add", id, list);
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_EQ(inside(id,
                   "cat /new/dir/file /new/file; stat -c %a /t; touch /new/dir/x /t/x 2>/dev/null"
                   " || echo refused"),
            "content\ncontent\n700\nrefused\n");
  const Result removed = mounts("remove", id, {{"mounts", list}});
  ASSERT_TRUE(removed.ok()) << removed;
  EXPECT_EQ(inside(id, "cat /proc/self/mountinfo"), before);
}

TEST_F(LiveMounts, WorkInAUserNamespaceWithAnIdMap) {
  bundle().set_namespace("user", "");
  for (const char* kind : {"uidMappings", "gidMappings"})
    bundle().config["linux"][kind] = {{{"containerID", 0}, {"hostID", 100000}, {"size", 65536}}};
  for (const char* place : {"/mapped", "/plain", "/proc2"})
    make_directories(bundle().in_root(place));
  const std::string id = start_waiting();
  ASSERT_EQ(::mount("tmpfs", source_.c_str(), "tmpfs", 0, nullptr), 0);
  write_text(source_ + "/file", "content\n", 0600);
  const Json list = {bind_mount(source_, "/mapped", {"bind", "idmap"}),
                     bind_mount(source_, "/plain", {"bind"}),
                     {{"destination", "/proc2"}, {"type", "proc"}, {"source", "proc"}}};
  const Result added = mounts("add", id, list);
  EXPECT_TRUE(added.ok()) << added;
  EXPECT_EQ(inside(id, "stat -c %u /mapped/file /plain/file; head -c 6 /proc2/1/cmdline"),
            "0\n65534\n/probe");
  EXPECT_TRUE(mounts("remove", id, list).ok());
  EXPECT_EQ(inside(id, "ls /mapped /plain /proc2"), "/mapped:\n\n/plain:\n\n/proc2:\n");
  ::umount2(source_.c_str(), MNT_DETACH);
}

TEST_F(LiveMounts, WorkBeforeTheStart) {
  bundle().shell("cat /new/file");
  const std::string id = new_id();
  ASSERT_TRUE(create(id).ok()) << error_of(id);
  ASSERT_TRUE(mounts("add", id, Json::array({bind_mount(source_, "/new")})).ok());
  ASSERT_TRUE(runtime()({"start", id}).ok());
  EXPECT_TRUE(eventually([&] { return output_of(id) == "content\n"; })) << error_of(id);
}

TEST_F(LiveMounts, AreAllThereOrNone) {
  const std::string id = start_waiting();
  const std::string before = inside(id, "cat /proc/self/mountinfo");
  const Result result = mounts("add", id,
                               {bind_mount(source_, "/one"), bind_mount(source_, "/two"),
                                bind_mount(source_, "/etc/hostname")});
  expect_one_line(result, "mount /etc/hostname");
  EXPECT_EQ(inside(id, "cat /proc/self/mountinfo"), before);
}

TEST_F(LiveMounts, ALinkAtTheDestinationStaysInside) {
  // Absolute, relative upwards, and to /proc: each is the container's to make while it runs.
  const std::string id = start_waiting();
  inside(id, "ln -s /var /link; ln -s ../../../../tmp /up; ln -s /proc /p; ln -s /probe /f");
  ASSERT_TRUE(mounts("add", id,
                     {bind_mount(source_, "/link/a"), bind_mount(source_, "/up/b"),
                      bind_mount(source_ + "/file", "/f")})
                  .ok());
  EXPECT_EQ(inside(id, "cat /var/a/file /tmp/b/file"), "content\ncontent\n");
  EXPECT_FALSE(exists("/var/a"));
  for (const std::string& line : read_lines("/proc/self/mountinfo"))
    EXPECT_FALSE(contains(line, source_)) << line;
  const Result proc =
      mounts("add", id, Json::array({{{"destination", "/p"}, {"type", "proc"}, {"source", "x"}}}));
  expect_one_line(proc, "mount /p");
}

TEST_F(LiveMounts, RemoveTakesNothingThroughALink) {
  const std::string id = start_waiting();
  inside(id, "ln -s /dev/shm /innocent");
  const std::string before = inside(id, "cat /proc/self/mountinfo");
  expect_one_line(mounts("remove", id, Json::array({bind_mount(source_, "/innocent")})),
                  "not a mount");
  expect_one_line(mounts("remove", id, Json::array({bind_mount(source_, "/home")})), "not a mount");
  expect_one_line(mounts("remove", id, Json::array({bind_mount(source_, "/nowhere/x")})),
                  "no such file");
  EXPECT_EQ(inside(id, "cat /proc/self/mountinfo"), before);
  EXPECT_TRUE(mounts("remove", id, Json::array({bind_mount(source_, "/dev/shm")})).ok());
  EXPECT_NE(inside(id, "cat /proc/self/mountinfo"), before);
}

TEST_F(LiveMounts, BadInputIsNamed) {
  const std::string id = start_waiting();
  expect_one_line(mounts("add", id, Json::array({bind_mount(*temp_ / "none", "/x")})),
                  "no such file");
  expect_one_line(mounts("add", id, Json::array({bind_mount(source_, "/")})),
                  "/mounts/0/destination");
  expect_one_line(mounts("add", id, Json::array({bind_mount(source_, "/proc/sys")})),
                  "inside /proc");
  expect_one_line(mounts("add", id, "text"), "mounts.json");
  expect_one_line(mounts("add", id, bind_mount(source_, "/x")), "/mounts: ");
  expect_one_line(mounts("change", id, Json::array()), "add or remove");
  expect_one_line(mounts("add", "nobody", Json::array()), "does not exist");
  EXPECT_TRUE(mounts("add", id, Json::array()).ok());
  ASSERT_TRUE(runtime()({"kill", id, "KILL"}).ok());
  ASSERT_TRUE(runtime().wait_for(id, "stopped"));
  expect_one_line(mounts("add", id, Json::array()), "container not running");
}

}  // namespace
}  // namespace wpar::test
