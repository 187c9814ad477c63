// SPDX-License-Identifier: Apache-2.0
// Id-mapped mounts: whose the files are inside, and whose what is written inside is outside.
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/container_test.h"

namespace wpar::test {
namespace {

Json ranges(std::vector<std::array<unsigned, 3>> all) {
  Json list = Json::array();
  for (const auto& [inside, outside, size] : all)
    list.push_back({{"containerID", inside}, {"hostID", outside}, {"size", size}});
  return list;
}

// A tmpfs with files of root, 1000:1000 and 2000:2000; tmpfs knows id maps since Linux 6.3.
class IdMappedMounts : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (temp_ == nullptr)
      return;
    source_ = *temp_ / "source";
    make_directories(source_);
    ASSERT_EQ(::mount("tmpfs", source_.c_str(), "tmpfs", 0, "mode=0777"), 0);
    // Nobody may write into a directory whose owner has no id in the mount.
    ASSERT_EQ(::chown(source_.c_str(), 1000, 1000), 0);
    make_directories(bundle().in_root("/data"));
    make_directories(bundle().in_root("/t"));
    for (const unsigned id : {0U, 1000U, 2000U}) {
      const std::string file = fmt::format("{}/{}", source_, id);
      write_text(file, "");
      ASSERT_EQ(::chown(file.c_str(), id, id), 0);
    }
    bundle().config["process"]["capabilities"] = Json::object();
    for (const char* set : {"bounding", "effective", "permitted"})
      bundle().config["process"]["capabilities"][set] = {"CAP_CHOWN", "CAP_DAC_OVERRIDE",
                                                         "CAP_FOWNER"};
  }
  void TearDown() override {
    if (temp_ != nullptr)
      ::umount2(source_.c_str(), MNT_DETACH);
    ContainerTest::TearDown();
  }
  void map(std::vector<std::string> options, const Json& uids = nullptr,
           const Json& gids = nullptr) {
    Json mount = bind_mount(source_, "/data", options);
    if (!uids.is_null())
      mount["uidMappings"] = uids;
    if (!gids.is_null())
      mount["gidMappings"] = gids;
    bundle().mount(mount);
  }
  void own_user_namespace() {
    bundle().set_namespace("user", "");
    bundle().config["linux"]["uidMappings"] = ranges({{0, 100000, 65536}});
    bundle().config["linux"]["gidMappings"] = ranges({{0, 100000, 65536}});
  }
  std::string owner(const std::string& name) const {
    struct stat info {};
    if (::lstat((source_ + "/" + name).c_str(), &info) != 0)
      return "missing";
    return fmt::format("{}:{}", info.st_uid, info.st_gid);
  }
  static constexpr const char* kLook = "cd /data; stat -c %n=%u:%g 0 1000 2000; touch made";
  std::string source_;
};

TEST_F(IdMappedMounts, TheControlHasNoMap) {
  map({"bind"});
  EXPECT_EQ(run_shell(kLook).out, "0=0:0\n1000=1000:1000\n2000=2000:2000\n");
  EXPECT_EQ(owner("made"), "0:0");
}

TEST_F(IdMappedMounts, MappingsOfTheMountTranslateBothWays) {
  // On the file system 1000 and 2000; inside root's and 5's. 0 has no id inside.
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{"bind"}, {"bind", "idmap"}, {"rbind", "ridmap"}}) {
    bundle().drop_mount("/data");
    map(options, ranges({{1000, 0, 1}, {2000, 5, 1}}), ranges({{1000, 0, 1}, {2000, 5, 1}}));
    const Result result = run_shell(kLook);
    EXPECT_EQ(result.out, "0=65534:65534\n1000=0:0\n2000=5:5\n") << result;
    EXPECT_EQ(owner("made"), "1000:1000");
    ::unlink((source_ + "/made").c_str());
  }
}

TEST_F(IdMappedMounts, UsersAndGroupsAreMappedApart) {
  ASSERT_EQ(::chown(source_.c_str(), 1000, 2000), 0);
  map({"bind"}, ranges({{1000, 0, 1}}), ranges({{2000, 0, 1}}));
  EXPECT_EQ(run_shell(kLook).out, "0=65534:65534\n1000=0:65534\n2000=65534:0\n");
  EXPECT_EQ(owner("made"), "1000:2000");
}

TEST_F(IdMappedMounts, TheWordAloneTakesTheContainersUserNamespace) {
  own_user_namespace();
  map({"bind", "idmap"});
  const Result result = run_shell(kLook);
  EXPECT_EQ(result.out, "0=0:0\n1000=1000:1000\n2000=2000:2000\n") << result;
  EXPECT_EQ(owner("made"), "0:0") << "written by the container's root, seen as the host's";
}

TEST_F(IdMappedMounts, ItsTwinWithoutTheWordIsNobodys) {
  own_user_namespace();
  map({"bind"});
  EXPECT_EQ(run_shell(kLook).out, "0=65534:65534\n1000=65534:65534\n2000=65534:65534\n");
  EXPECT_EQ(owner("made"), "100000:100000");
}

TEST_F(IdMappedMounts, MappingsWorkBesideAUserNamespace) {
  own_user_namespace();
  map({"bind"}, ranges({{1000, 100000, 1}, {0, 100009, 1}}),
      ranges({{1000, 100000, 1}, {0, 100009, 1}}));
  EXPECT_EQ(run_shell(kLook).out, "0=9:9\n1000=0:0\n2000=65534:65534\n");
  EXPECT_EQ(owner("made"), "1000:1000");
}

TEST_F(IdMappedMounts, AJoinedUserNamespaceServesToo) {
  own_user_namespace();
  const std::string first = start_waiting();
  const std::string path = fmt::format("/proc/{}/ns/user", runtime().pid(first));
  bundle().set_namespace("user", path);
  map({"bind", "idmap"});
  const Result result = run_shell(kLook);
  EXPECT_EQ(result.out, "0=0:0\n1000=1000:1000\n2000=2000:2000\n") << result;
  EXPECT_EQ(owner("made"), "0:0");
}

TEST_F(IdMappedMounts, TheFormOfCrunIsAbsoluteOrRelativeToTheContainer) {
  own_user_namespace();
  map({"bind", "idmap=uids=1000-100000-1#2000-100005-1;gids=@1000-0-1#2000-5-1"});
  const Result result = run_shell(kLook);
  EXPECT_EQ(result.out, "0=65534:65534\n1000=0:0\n2000=5:5\n") << result;
  EXPECT_EQ(owner("made"), "1000:1000");
}

TEST_F(IdMappedMounts, OnlyTheRecursiveWordReachesMountsBelow) {
  const std::string below = source_ + "/sub";
  make_directories(below);
  ASSERT_EQ(::mount("tmpfs", below.c_str(), "tmpfs", 0, "uid=1000,gid=1000"), 0);
  const Json map_1000 = ranges({{1000, 3, 1}});
  map({"rbind", "idmap"}, map_1000, map_1000);
  EXPECT_EQ(run_shell("stat -c %u /data/sub /data/1000").out, "1000\n3\n");
  bundle().drop_mount("/data");
  map({"rbind", "ridmap"}, map_1000, map_1000);
  EXPECT_EQ(run_shell("stat -c %u /data/sub /data/1000").out, "3\n3\n");
}

TEST_F(IdMappedMounts, ANewFileSystemIsMappedToo) {
  own_user_namespace();
  bundle().mount({{"destination", "/t"},
                  {"type", "tmpfs"},
                  {"source", "tmpfs"},
                  {"options", {"mode=755", "uid=7", "gid=7", "size=1m", "idmap"}}});
  const Result result = run_shell("stat -c '%u %a' /t; touch /t/x && stat -c %u /t/x");
  EXPECT_EQ(result.out, "7 755\n0\n") << result;
}

TEST_F(IdMappedMounts, AFileSystemOnABlockDeviceIsMapped) {
  const std::string image = *temp_ / "image";
  const std::string place = *temp_ / "ext4";
  make_directories(place);
  ASSERT_TRUE(run({.argv = {"truncate", "-s", "8M", image}}).ok());
  if (!run({.argv = {"mkfs.ext4", "-q", image}}).ok())
    GTEST_SKIP() << "no mkfs.ext4";
  if (!run({.argv = {"mount", "-o", "loop", image, place}}).ok())
    GTEST_SKIP() << "no loop device";
  write_text(place + "/file", "");
  ASSERT_EQ(::chown((place + "/file").c_str(), 1000, 1000), 0);
  Json mount = bind_mount(place, "/data", {"bind"});
  mount["uidMappings"] = mount["gidMappings"] = ranges({{1000, 0, 1}, {0, 9, 1}});
  bundle().mount(mount);
  EXPECT_EQ(run_shell("stat -c %u:%g /data/file; chmod 600 /data/file && echo mine").out,
            "0:0\nmine\n");
  EXPECT_TRUE(run({.argv = {"umount", "-d", place}}).ok());
}

TEST_F(IdMappedMounts, WithoutAnyMapItIsAnError) {
  map({"bind", "idmap"});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "/options/1: needs uidMappings and gidMappings");
}

TEST_F(IdMappedMounts, OneKindOfMappingsIsAnError) {
  map({"bind"}, ranges({{0, 1, 1}}));
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "uidMappings and gidMappings need each other");
}

TEST_F(IdMappedMounts, AFileSystemThatCannotSaysSo) {
  bundle().mount({{"destination", "/mine"},
                  {"type", "none"},
                  {"source", "/proc/sys"},
                  {"options", {"bind"}},
                  {"uidMappings", ranges({{0, 1, 1}})},
                  {"gidMappings", ranges({{0, 1, 1}})}});
  const Result result = run_bundle();
  EXPECT_NE(result.code, 0);
  if (runtime().is_ours())
    expect_one_line(result, "mount /mine: id-map the mount: its file system does not support that");
}

}  // namespace
}  // namespace wpar::test
