// SPDX-License-Identifier: Apache-2.0
#include "runtime/plan/seccomp_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "runtime/base/file.h"
#include "runtime/plan/seccomp.h"
#include "tests/unit/runtime/plan/plan_fixture.h"

namespace wpar::plan {

namespace {

bool same(const std::vector<sock_filter>& a, const std::vector<sock_filter>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0;
}

}  // namespace

class SeccompCache : public testing::Test {
 protected:
  void SetUp() override {
    root_ = testing::TempDir() + "wpar-cache-XXXXXX";
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    host_ = good_host();
    host_.euid = geteuid();
    host_.cache_directory = root_ + "/cache";
    seccomp_.default_action = "SCMP_ACT_ERRNO";
    seccomp_.syscalls = {
        {.names = {"read", "write"}, .action = "SCMP_ACT_ALLOW", .errno_ret = {}, .args = {}}};
    path_ = host_.cache_directory + "/" + filter_file_name(filter_inputs(seccomp_));
  }
  void TearDown() override {
    for (const std::string& name : entries()) {
      unlink((host_.cache_directory + "/" + name).c_str());
    }
    rmdir(host_.cache_directory.c_str());
    unlink((root_ + "/target").c_str());
    rmdir(root_.c_str());
  }
  Texts entries() const {
    Texts names;
    if (DIR* directory = opendir(host_.cache_directory.c_str())) {
      while (const dirent* entry = readdir(directory)) {
        if (entry->d_name[0] != '.') {
          names.emplace_back(entry->d_name);
        }
      }
      closedir(directory);
    }
    return names;
  }
  ino_t inode() const {
    struct stat info {};
    EXPECT_EQ(lstat(path_.c_str(), &info), 0);
    return info.st_ino;
  }
  std::vector<sock_filter> get() const { return compile_filter_cached(seccomp_, host_); }
  std::string root_;
  std::string path_;
  HostFacts host_;
  oci::Seccomp seccomp_;
};

TEST_F(SeccompCache, KeepsAProgramAndUsesItAgain) {
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  ASSERT_EQ(stat(host_.cache_directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700U);
  const ino_t before = inode();
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
  EXPECT_EQ(inode(), before) << "an intact entry is not written again";
  EXPECT_EQ(entries().size(), 1U) << "no temporary file stays";
}

TEST_F(SeccompCache, ReplacesADamagedEntryWhereverTheDamageIs) {
  const auto good = get();
  const std::string bytes = read_file(path_);
  for (const std::size_t place :
       {std::size_t{0}, std::size_t{20}, bytes.size() - 9, bytes.size() - 1}) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 1);
    write_file(path_, damaged, 0600);
    EXPECT_TRUE(same(get(), good)) << place;
    EXPECT_EQ(read_file(path_), bytes) << place;
  }
  for (const std::string& text :
       {bytes.substr(0, bytes.size() - 8), bytes + "x", std::string("")}) {
    write_file(path_, text, 0600);
    EXPECT_TRUE(same(get(), good));
    EXPECT_EQ(read_file(path_), bytes);
  }
}

TEST_F(SeccompCache, NeverUsesTheEntryOfAnotherProfileUnderThisName) {
  oci::Seccomp open_profile = seccomp_;
  open_profile.default_action = "SCMP_ACT_ALLOW";
  open_profile.syscalls.clear();
  compile_filter_cached(open_profile, host_);
  const std::string other =
      host_.cache_directory + "/" + filter_file_name(filter_inputs(open_profile));
  ASSERT_EQ(rename(other.c_str(), path_.c_str()), 0);
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
}

TEST_F(SeccompCache, DoesNotTrustAnEntryThatOthersCanWrite) {
  get();
  const ino_t before = inode();
  ASSERT_EQ(chmod(path_.c_str(), 0620), 0);
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_NE(inode(), before);
}

TEST_F(SeccompCache, DoesNotTrustAnEntryOfSomebodyElse) {
  if (geteuid() != 0) {
    GTEST_SKIP() << "only root can give a file away";
  }
  get();
  ASSERT_EQ(chown(path_.c_str(), 12345, 0), 0);
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
  struct stat info {};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 0U);
}

TEST_F(SeccompCache, DoesNotFollowASymbolicLink) {
  get();
  const std::string target = root_ + "/target";
  ASSERT_EQ(rename(path_.c_str(), target.c_str()), 0);
  ASSERT_EQ(symlink(target.c_str(), path_.c_str()), 0);
  EXPECT_TRUE(same(get(), compile_filter(seccomp_)));
  struct stat info {};
  ASSERT_EQ(lstat(path_.c_str(), &info), 0);
  EXPECT_TRUE(S_ISREG(info.st_mode)) << "replaced, not written through";
}

TEST_F(SeccompCache, WorksWithoutADirectory) {
  const auto good = compile_filter(seccomp_);
  host_.cache_directory = "";
  EXPECT_TRUE(same(get(), good));
  host_.cache_directory = "/proc/nowhere/cache";
  EXPECT_TRUE(same(get(), good));
}

TEST_F(SeccompCache, WritesNothingIntoADirectoryThatOthersCanWrite) {
  ASSERT_EQ(mkdir(host_.cache_directory.c_str(), 0700), 0);
  ASSERT_EQ(chmod(host_.cache_directory.c_str(), 0777), 0);
  get();
  EXPECT_TRUE(entries().empty());
  ASSERT_EQ(chmod(host_.cache_directory.c_str(), 0700), 0);
  get();
  EXPECT_EQ(entries().size(), 1U);
}

TEST_F(SeccompCache, ForgetsTheOldestEntries) {
  get();
  const timespec old[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), old, 0), 0);
  for (std::uint32_t i = 0; i < kMaxCachedFilters; ++i) {
    oci::Seccomp other = seccomp_;
    other.default_errno_ret = i + 1;
    compile_filter_cached(other, host_);
  }
  EXPECT_EQ(entries().size(), kMaxCachedFilters);
  EXPECT_NE(access(path_.c_str(), F_OK), 0) << "the oldest is gone";
}

TEST_F(SeccompCache, NamesEveryPartOfAProfile) {
  const std::string inputs = filter_inputs(seccomp_);
  const auto differs = [&](auto change) {
    oci::Seccomp other = seccomp_;
    change(other);
    return filter_inputs(other) != inputs &&
           filter_file_name(filter_inputs(other)) != filter_file_name(inputs);
  };
  EXPECT_TRUE(differs([](oci::Seccomp& s) { s.default_errno_ret = 0; }));
  EXPECT_TRUE(differs([](oci::Seccomp& s) { s.architectures = {"SCMP_ARCH_X86"}; }));
  EXPECT_TRUE(differs([](oci::Seccomp& s) { s.syscalls[0].names = {"readw", "rite"}; }));
  EXPECT_TRUE(differs([](oci::Seccomp& s) { s.syscalls[0].errno_ret = 1; }));
  EXPECT_TRUE(differs([](oci::Seccomp& s) { s.syscalls[0].action = "SCMP_ACT_LOG"; }));
  EXPECT_TRUE(differs([](oci::Seccomp& s) {
    s.syscalls[0].args = {{.index = 0, .value = 0, .value_two = {}, .op = "SCMP_CMP_EQ"}};
  }));
  EXPECT_EQ(filter_file_name(inputs).size(), 36U);
}

}  // namespace wpar::plan
