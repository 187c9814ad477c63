// SPDX-License-Identifier: Apache-2.0
// Entering, freezing, killing and removing on the host's own hierarchies.
#include "tests/unit/runtime/cgroup/real_hierarchies.h"

#include "runtime/cgroup/stats.h"

namespace wpar::cgroup {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(RealHierarchies, TakeAProcessInAndLoseItWithKillAllAndRemove) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  sys::Child child = run_inside(cgroup);
  EXPECT_THAT(cgroup.processes(), ElementsAre(child.pid()));
  for (const std::string& directory : cgroup.directories()) {
    EXPECT_EQ(text_of(directory + "/cgroup.procs"), fmt::to_string(child.pid())) << directory;
  }
  EXPECT_THAT(message_of([&] { Cgroup::create(host_, path(), {}); }),
              HasSubstr("container's cgroup is not empty: 1 process(es) found"));
  cgroup.kill_all();
  EXPECT_THAT(cgroup.processes(), IsEmpty());
  cgroup.remove();  // the zombie is in nobody's way
  cgroup.remove();  // nothing there: fine
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  EXPECT_THAT(cgroup.processes(), IsEmpty());
}

TEST_F(RealHierarchies, AcceptAnEmptyDirectoryThatIsThereAlready) {
  Cgroup first = Cgroup::create(host_, path(), {});
  Cgroup second = Cgroup::create(host_, path(), {});
  EXPECT_NO_THROW(run_inside(second));
  first.remove();
}

TEST_F(RealHierarchies, RefuseADirectoryThatIsFrozen) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  cgroup.freeze();
  EXPECT_THAT(message_of([&] { Cgroup::create(host_, path(), {}); }),
              HasSubstr("container's cgroup unexpectedly frozen"));
  cgroup.thaw();
  cgroup.remove();
}

TEST_F(RealHierarchies, FreezeThawAndKillAFrozenOne) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  sys::Child child = run_inside(cgroup);
  EXPECT_FALSE(cgroup.is_frozen());
  EXPECT_FALSE(is_frozen_at(cgroup.freezer_directory()));
  cgroup.freeze();
  EXPECT_TRUE(cgroup.is_frozen());
  EXPECT_TRUE(is_frozen_at(cgroup.freezer_directory()));
  cgroup.thaw();
  EXPECT_FALSE(cgroup.is_frozen());
  cgroup.freeze();
  cgroup.kill_all();
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  cgroup.remove();
  EXPECT_FALSE(is_frozen_at(cgroup.freezer_directory()));
}

TEST_F(RealHierarchies, KillAndRemoveWhatIsInCgroupsBelow) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  sys::Child child = run_inside(cgroup);
  const std::string pids = find_directory(cgroup, host_.mode == Mode::kV2 ? "" : "pids");
  if (pids.empty()) {
    cgroup.kill_all();
    cgroup.remove();
    GTEST_SKIP() << "needs the pids controller";
  }
  std::string deep = pids;
  for (int level = 0; level < 40; ++level) {
    deep += "/d";
    ASSERT_EQ(::mkdir(deep.c_str(), 0755), 0);
    ASSERT_EQ(::mkdir((deep + "x").c_str(), 0755), 0);
  }
  write_existing(deep + "/cgroup.procs", fmt::to_string(child.pid()));
  EXPECT_THAT(cgroup.processes(), ElementsAre(child.pid()));
  cgroup.kill_all();
  child.wait();
  cgroup.remove();
  EXPECT_FALSE(exists(pids));
}

TEST_F(RealHierarchies, KillAProcessThatLeftTheV2Directory) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  sys::Child child = run_inside(cgroup);
  if (host_.mode != Mode::kHybrid) {
    cgroup.kill_all();
    cgroup.remove();
    GTEST_SKIP() << "needs a hybrid host";
  }
  write_existing(find_v2()->mount_point + "/cgroup.procs", fmt::to_string(child.pid()));
  EXPECT_THAT(cgroup.processes(), ElementsAre(child.pid()));
  cgroup.kill_all();
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  cgroup.remove();
}

TEST_F(RealHierarchies, MakeParentsWithProcessorsAndRemoveOnlyTheLeaf) {
  Cgroup cgroup = Cgroup::create(host_, path() + "/a/b", {});
  sys::Child child = run_inside(cgroup);
  child.kill_and_wait();
  cgroup.remove();
  for (const Hierarchy& hierarchy : host_.hierarchies) {
    EXPECT_FALSE(exists(hierarchy.mount_point + path() + "/a/b"));
    EXPECT_TRUE(exists(hierarchy.mount_point + path() + "/a"));
  }
  Cgroup::create(host_, path() + "/a/c", {}).remove();  // beside it, in parents that exist
  Cgroup top = Cgroup::open(host_, cgroup_directories(host_, path()));
  top.remove();
}

TEST_F(RealHierarchies, WorkAsAHostWithV2Alone) {
  if (find_v2() == nullptr) {
    GTEST_SKIP() << "needs a v2 mount";
  }
  const Host v2{.mode = Mode::kV2, .hierarchies = {*find_v2()}};
  Cgroup cgroup = Cgroup::create(v2, path(), {});
  sys::Child child = run_inside(cgroup);
  EXPECT_THAT(cgroup.processes(), ElementsAre(child.pid()));
  cgroup.freeze();
  EXPECT_TRUE(cgroup.is_frozen());
  EXPECT_TRUE(is_frozen_at(cgroup.freezer_directory()));
  cgroup.thaw();
  cgroup.freeze();
  cgroup.kill_all();
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  cgroup.remove();
}

TEST_F(RealHierarchies, RefuseAMountPointThatIsNoCgroupFileSystem) {
  char base[] = "/tmp/wpar-test-XXXXXX";
  ASSERT_NE(::mkdtemp(base), nullptr);
  Hierarchy plain;
  plain.controllers = {"pids"};
  plain.mount_point = base;
  const Host fake{.mode = Mode::kV1, .hierarchies = {plain}};
  const std::string message = message_of([&] { Cgroup::create(fake, "/a", {}); });
  EXPECT_THAT(message, HasSubstr("is not a cgroup v1 file system"));
  EXPECT_EQ(::rmdir(base), 0) << "something was made in it";
}

TEST_F(RealHierarchies, NeverFollowALinkToThePlaceOfAMount) {
  char base[] = "/tmp/wpar-test-XXXXXX";
  ASSERT_NE(::mkdtemp(base), nullptr);
  const std::string link = std::string(base) + "/link";
  ASSERT_EQ(::symlink(host_.hierarchies[0].mount_point.c_str(), link.c_str()), 0);
  Host fake{.mode = host_.mode, .hierarchies = {host_.hierarchies[0]}};
  fake.hierarchies[0].mount_point = link;
  EXPECT_THAT(message_of([&] { Cgroup::create(fake, path(), {}); }), HasSubstr(link));
  ::unlink(link.c_str());
  ::rmdir(base);
}

TEST_F(RealHierarchies, RefuseARecordedDirectoryOutsideOfEveryMount) {
  EXPECT_THROW(Cgroup::open(host_, {"/etc"}), Error);
  EXPECT_THROW(Cgroup::open(host_, {host_.hierarchies[0].mount_point}), Error);
  EXPECT_THROW(Cgroup::open(host_, {host_.hierarchies[0].mount_point + "/a/../../b"}), Error);
  EXPECT_NO_THROW(Cgroup::open(host_, {host_.hierarchies[0].mount_point + path()}).remove());
}

// Nobody's effective rights until the end of the scope.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(::seteuid(kNobody), 0); }
  ~AsNobody() { EXPECT_EQ(::seteuid(0), 0); }
  static constexpr uid_t kNobody = 65534;
};

TEST_F(RealHierarchies, LeaveOutWhatCannotBeMadeWhenToldTo) {
  plan::Limits limits;
  limits.pids = 5;
  {
    const AsNobody nobody;
    EXPECT_THAT(message_of([&] { Cgroup::create(host_, path(), {}); }),
                HasSubstr("permission denied"));
    EXPECT_THAT(Cgroup::create(host_, path(), {}, Inaccessible::kLeaveOut).directories(),
                IsEmpty());
    EXPECT_THAT(message_of([&] { Cgroup::create(host_, path(), limits, Inaccessible::kLeaveOut); }),
                HasSubstr("/linux/resources/pids/limit: make "));
  }
}

TEST_F(RealHierarchies, KeepTheOnesThatCanBeMadeWhenToldTo) {
  const Hierarchy& mine = host_.hierarchies.back();
  const std::string parent = mine.mount_point + path();
  ASSERT_EQ(::mkdir(parent.c_str(), 0755), 0);
  ASSERT_EQ(::chown(parent.c_str(), AsNobody::kNobody, 0), 0);
  {
    const AsNobody nobody;
    const Cgroup cgroup = Cgroup::create(host_, path() + "/below", {}, Inaccessible::kLeaveOut);
    EXPECT_THAT(cgroup.directories(), ElementsAre(parent + "/below"));
    ASSERT_EQ(cgroup.hierarchies().size(), 1U);
    EXPECT_EQ(cgroup.hierarchies()[0].mount_point, mine.mount_point);
  }
  EXPECT_EQ(::rmdir((parent + "/below").c_str()), 0);
  // Made by somebody else, it cannot be entered.
  ASSERT_EQ(::mkdir((parent + "/below").c_str(), 0755), 0);
  {
    const AsNobody nobody;
    EXPECT_THAT(Cgroup::create(host_, path() + "/below", {}, Inaccessible::kLeaveOut).directories(),
                IsEmpty());
  }
  EXPECT_EQ(::rmdir((parent + "/below").c_str()), 0);
  EXPECT_EQ(::rmdir(parent.c_str()), 0);
}

TEST_F(RealHierarchies, DoNothingForAContainerWithoutACgroup) {
  Cgroup cgroup = Cgroup::none();
  EXPECT_THAT(cgroup.directories(), IsEmpty());
  EXPECT_THAT(cgroup.processes(), IsEmpty());
  EXPECT_FALSE(cgroup.is_frozen());
  EXPECT_TRUE(cgroup.entry().v1_tasks.empty());
  EXPECT_NO_THROW(cgroup.kill_all());
  EXPECT_NO_THROW(cgroup.remove());
  EXPECT_THAT(message_of([&] { cgroup.freeze(); }), HasSubstr("has no cgroup"));
}

// Where the process ended up, as the kernel tells it.
std::string cgroups_of(pid_t pid) {
  return read_file(fmt::format("/proc/{}/cgroup", pid));
}

TEST_F(RealHierarchies, LetAProcessIntoCgroupsBelow) {
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  for (const std::string& directory : cgroup.directories()) {
    ASSERT_EQ(::mkdir((directory + "/sub").c_str(), 0755), 0);
    for (const char* file : {"/cpuset.cpus", "/cpuset.mems"}) {
      if (exists(directory + file) && exists(directory + "/sub/tasks")) {
        write_existing(directory + "/sub" + file, text_of(directory + file));
      }
    }
  }
  sys::Child all = run_inside(cgroup.entry({{"", "sub"}}));
  for (const std::string& directory : cgroup.directories()) {
    EXPECT_EQ(text_of(directory + "/sub/cgroup.procs"), fmt::to_string(all.pid())) << directory;
  }
  if (host_.mode != Mode::kV2) {
    sys::Child one = run_inside(cgroup.entry({{"pids", "/sub/"}}));
    EXPECT_THAT(cgroups_of(one.pid()), HasSubstr(":pids:" + path() + "/sub\n"));
    EXPECT_THAT(cgroups_of(one.pid()), HasSubstr(":memory:" + path() + "\n"));
  }
  EXPECT_THAT(message_of([&] { cgroup.entry({{"", "../x"}}); }), HasSubstr("not a cgroup below"));
  EXPECT_THAT(message_of([&] {
                cgroup.entry({{"", "none"}});
              }),
              HasSubstr("/none: no such file or directory"));
  EXPECT_THAT(message_of([&] {
                cgroup.entry({{"nonsense", "sub"}});
              }),
              HasSubstr("controller \"nonsense\""));
  cgroup.kill_all();
  cgroup.remove();
}

TEST_F(RealHierarchies, LetAProcessInBesideInitWhereTheDirectoryTakesNone) {
  if (find_v2() == nullptr || find_v2()->controllers.empty()) {
    GTEST_SKIP() << "needs a v2 mount with a controller";
  }
  const std::string& controller = find_v2()->controllers.front();
  write_existing(find_v2()->mount_point + "/cgroup.subtree_control", "+" + controller);
  const Host v2{.mode = Mode::kV2, .hierarchies = {*find_v2()}};
  Cgroup cgroup = Cgroup::create(v2, path(), {});
  const std::string& top = cgroup.directories()[0];
  sys::Child init = run_inside(cgroup);
  const auto beside = [&] { return cgroup.entry_beside([&] { return cgroups_of(init.pid()); }); };
  {
    sys::Child before = run_inside(beside());
    EXPECT_THAT(cgroups_of(before.pid()), HasSubstr("0::" + path() + "\n"));
  }
  ASSERT_EQ(::mkdir((top + "/init").c_str(), 0755), 0);
  write_existing(top + "/init/cgroup.procs", fmt::to_string(init.pid()));
  write_existing(top + "/cgroup.subtree_control", "+" + controller);
  sys::Child after = run_inside(beside());
  EXPECT_THAT(cgroups_of(after.pid()), HasSubstr("0::" + path() + "/init\n"));
  cgroup.kill_all();
  init.wait();
  after.wait();
  cgroup.remove();
}

TEST_F(RealHierarchies, GiveTheV2DirectoryToItsUser) {
  if (find_v2() == nullptr) {
    GTEST_SKIP() << "needs a v2 mount";
  }
  Cgroup cgroup = Cgroup::create(host_, path(), {});
  cgroup.delegate(65534);
  const std::string directory = find_directory(cgroup, "");
  const auto owner = [&](const std::string& file) {
    struct stat info = {};
    EXPECT_EQ(::stat((directory + file).c_str(), &info), 0) << file;
    return info.st_uid;
  };
  EXPECT_EQ(owner(""), 65534U);
  EXPECT_EQ(owner("/cgroup.procs"), 65534U);
  EXPECT_EQ(owner("/cgroup.subtree_control"), 65534U);
  EXPECT_EQ(owner("/cgroup.events"), 0U);
  cgroup.remove();
}

TEST_F(RealHierarchies, TellWhatTheyUse) {
  plan::Limits limits;
  limits.pids = 17;
  Cgroup cgroup = Cgroup::create(host_, path(), limits);
  sys::Child child = run_inside(cgroup);
  const Stats stats = cgroup.stats();
  EXPECT_EQ(stats.pids.current, 1U);
  EXPECT_EQ(stats.pids.limit, 17U);
  EXPECT_GT(stats.memory.usage.usage, 0U);
  EXPECT_GT(stats.memory.usage.limit, 0U);
  EXPECT_FALSE(stats.memory.raw.empty());
  EXPECT_GT(stats.cpu.total, 0U);
  EXPECT_FALSE(stats.cpuset.cpus.empty());
  cgroup.kill_all();
  child.wait();
  cgroup.remove();
}

}  // namespace
}  // namespace wpar::cgroup
