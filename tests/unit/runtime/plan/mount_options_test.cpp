// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/mount_options.h"

#include <linux/mount.h>

#include <algorithm>

#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

MountOptions read(const Texts& options, Texts* errors = nullptr) {
  Findings findings;
  MountOptions plan =
      plan_mount_options(options, find_bind_request(options), {"/mounts", 3}, findings);
  if (errors != nullptr) {
    *errors = findings.take_errors();
  } else {
    EXPECT_EQ(findings.errors(), Texts{});
  }
  return plan;
}

MountAttributes attributes(std::uint64_t set, std::uint64_t clear) {
  return {.set = set, .clear = clear};
}

}  // namespace

TEST(MountOptions, SetAndClearAttributes) {
  EXPECT_EQ(read({"ro", "nosuid", "nodev", "noexec", "nodiratime", "nosymfollow"}).attributes,
            attributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                           MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW,
                       0));
  EXPECT_EQ(read({"rw", "suid", "dev", "exec", "diratime", "symfollow"}).attributes,
            attributes(0, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
                              MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW));
}

TEST(MountOptions, TheLastWordWins) {
  EXPECT_EQ(read({"ro", "rw"}).attributes, attributes(0, MOUNT_ATTR_RDONLY));
  EXPECT_EQ(read({"rw", "ro"}).attributes, attributes(MOUNT_ATTR_RDONLY, 0));
}

TEST(MountOptions, ClearTheWholeAtimeFieldBeforeSettingAMode) {
  constexpr std::uint64_t kField = MOUNT_ATTR__ATIME;
  EXPECT_EQ(read({"noatime"}).attributes, attributes(MOUNT_ATTR_NOATIME, kField));
  EXPECT_EQ(read({"strictatime"}).attributes, attributes(MOUNT_ATTR_STRICTATIME, kField));
  EXPECT_EQ(read({"relatime"}).attributes, attributes(0, kField));
  EXPECT_EQ(read({"noatime", "strictatime"}).attributes,
            attributes(MOUNT_ATTR_STRICTATIME, kField));
  EXPECT_EQ(read({"atime"}).attributes, attributes(0, kField));
  EXPECT_EQ(read({"strictatime", "atime"}).attributes, attributes(MOUNT_ATTR_STRICTATIME, kField));
  EXPECT_EQ(read({"noatime", "atime"}).attributes, attributes(0, kField));
  EXPECT_EQ(read({"norelatime"}).attributes, attributes(0, 0));
}

TEST(MountOptions, KeepRecursiveAttributesApart) {
  const MountOptions plan = read({"rbind", "rro", "rnosuid", "rnoatime", "rdev"});
  EXPECT_TRUE(plan.attributes.empty());
  EXPECT_EQ(plan.recursive_attributes,
            attributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME,
                       MOUNT_ATTR__ATIME | MOUNT_ATTR_NODEV));
}

TEST(MountOptions, KeepPropagationInOrder) {
  EXPECT_EQ(read({"rslave", "shared", "private", "runbindable"}).propagation,
            (std::vector<std::uint64_t>{(1U << 19) | (1U << 14), 1U << 20, 1U << 18,
                                        (1U << 17) | (1U << 14)}));
}

TEST(MountOptions, PassOnSuperblockWordsAndWhatTheyDoNotKnow) {
  EXPECT_EQ(read({"sync", "lazytime", "nolazytime", "size=64k", "noswap", "mode="}).parameters,
            (std::vector<FilesystemParameter>{{.key = "sync", .value = "", .is_flag = true},
                                              {.key = "size", .value = "64k", .is_flag = false},
                                              {.key = "noswap", .value = "", .is_flag = true},
                                              {.key = "mode", .value = "", .is_flag = false}}));
  EXPECT_TRUE(
      read({"async", "nomand", "noiversion", "silent", "loud", "defaults"}).parameters.empty());
}

TEST(MountOptions, SplitAtCommasOutsideOfQuotes) {
  EXPECT_EQ(read({"context=\"u:r:t:s0:c1,c2\",size=1m", "lowerdir=/a\\,b,upperdir=/c"}).parameters,
            (std::vector<FilesystemParameter>{
                {.key = "context", .value = "u:r:t:s0:c1,c2", .is_flag = false},
                {.key = "size", .value = "1m", .is_flag = false},
                {.key = "lowerdir", .value = "/a\\,b", .is_flag = false},
                {.key = "upperdir", .value = "/c", .is_flag = false}}));
  EXPECT_EQ(read({"x=a\\"}).parameters.at(0).value, "a\\");
}

TEST(MountOptions, WarnOnABindMountOfWhatCannotTakeEffectThere) {
  Findings findings;
  const MountOptions plan = plan_mount_options({"bind", "sync", "size=64k"}, BindRequest::kBind,
                                               {"/mounts", 3}, findings);
  EXPECT_TRUE(plan.parameters.empty());
  EXPECT_EQ(findings.take_warnings(),
            (Texts{"/mounts/3/options/1: \"sync\" has no effect on a bind mount",
                   "/mounts/3/options/2: \"size\" has no effect on a bind mount"}));
  read({"bind", "async", "nolazytime", "silent", "ro"});
}

TEST(MountOptions, PointAtWhatIsNoOption) {
  Texts errors;
  read({"bind", "", with_nul(), "=x"}, &errors);
  EXPECT_EQ(errors, (Texts{"/mounts/3/options/2: contains a NUL character",
                           "/mounts/3/options/3: expected an option, not \"=x\""}));
}

TEST(MountOptions, AskAnExistingFileSystemForTheDefaultByName) {
  EXPECT_EQ(
      read({"remount", "async", "lazytime", "nolazytime"}).parameters,
      (std::vector<FilesystemParameter>{{.key = "async", .value = "", .is_flag = true},
                                        {.key = "nolazytime", .value = "", .is_flag = true}}));
  EXPECT_TRUE(read({"remount"}).remount);
  EXPECT_FALSE(read({"ro"}).remount);
}

TEST(MountOptions, KnowTheWordsAboutLinks) {
  const MountOptions plan = read({"bind", "copy-symlink", "src-nofollow", "dest-nofollow"});
  EXPECT_TRUE(plan.copy_symlink);
  EXPECT_FALSE(plan.follow_source);
  EXPECT_FALSE(plan.follow_destination);
  EXPECT_TRUE(read({"bind"}).follow_source);
  Texts errors;
  read({"src-nofollow"}, &errors);
  EXPECT_EQ(errors, Texts{"/mounts/3/options: copy-symlink, src-nofollow and dest-nofollow are "
                          "options of a bind mount"});
}

TEST(MountOptions, LeaveIdMapsToTheirOwnPlan) {
  EXPECT_TRUE(read({"bind", "idmap", "ridmap", "idmap=uids=0-1-2;gids=0-1-2"}).parameters.empty());
}

TEST(MountOptions, ListWhatTheSpecificationNames) {
  const auto words = known_mount_options();
  EXPECT_TRUE(std::ranges::is_sorted(words));
  for (const char* word : {"async",         "atime",        "bind",
                           "defaults",      "dev",          "diratime",
                           "dirsync",       "exec",         "idmap",
                           "iversion",      "lazytime",     "loud",
                           "mand",          "noatime",      "nodev",
                           "nodiratime",    "noexec",       "noiversion",
                           "nolazytime",    "nomand",       "norelatime",
                           "nostrictatime", "nosuid",       "nosymfollow",
                           "private",       "ratime",       "rbind",
                           "rdev",          "rdiratime",    "relatime",
                           "remount",       "rexec",        "ridmap",
                           "rnoatime",      "rnodev",       "rnodiratime",
                           "rnoexec",       "rnorelatime",  "rnostrictatime",
                           "rnosuid",       "rnosymfollow", "ro",
                           "rprivate",      "rrelatime",    "rro",
                           "rrw",           "rshared",      "rslave",
                           "rstrictatime",  "rsuid",        "rsymfollow",
                           "runbindable",   "rw",           "shared",
                           "silent",        "slave",        "strictatime",
                           "suid",          "symfollow",    "sync",
                           "tmpcopyup",     "unbindable"}) {
    EXPECT_NE(std::ranges::find(words, word), words.end()) << word;
  }
}

}  // namespace wpar::plan
