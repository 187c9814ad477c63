// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"

namespace wpar {
namespace {

class File : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/wpar-file-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    directory_ = pattern;
  }
  void TearDown() override {
    for (const char* name : {"/a", "/link"}) {
      ::unlink((directory_ + name).c_str());
    }
    EXPECT_EQ(::rmdir(directory_.c_str()), 0) << "something was left in " << directory_;
  }
  std::string directory_;
};

TEST_F(File, ReadsWhatWasWritten) {
  const std::string text(100'000, 'x');
  write_file(directory_ + "/a", text, 0600);
  EXPECT_EQ(read_file(directory_ + "/a"), text);
}

TEST_F(File, ReadsProcFilesThatHaveNoSize) {
  EXPECT_FALSE(read_file("/proc/self/stat").empty());
}

TEST_F(File, RefusesAFileThatIsTooLong) {
  write_file(directory_ + "/a", std::string(100, 'x'), 0600);
  EXPECT_EQ(read_file(directory_ + "/a", 100).size(), 100U);
  EXPECT_THROW(read_file(directory_ + "/a", 99), Error);
}

TEST_F(File, FindsNothingWhereNothingIs) {
  EXPECT_FALSE(find_file(directory_ + "/a"));
  EXPECT_FALSE(find_file("/dev/null/below"));
  EXPECT_THROW(read_file(directory_ + "/a"), Error);
}

TEST_F(File, NeverWritesThroughALink) {
  write_file(directory_ + "/a", "before", 0600);
  ASSERT_EQ(::symlink("a", (directory_ + "/link").c_str()), 0);
  EXPECT_THROW(write_file(directory_ + "/link", "after", 0600), Error);
  EXPECT_EQ(read_file(directory_ + "/a"), "before");
}

TEST_F(File, ReplacesALinkInsteadOfItsTarget) {
  write_file(directory_ + "/a", "before", 0600);
  ASSERT_EQ(::symlink("a", (directory_ + "/link").c_str()), 0);
  replace_file(directory_ + "/link", "after", 0600);
  EXPECT_EQ(read_file(directory_ + "/a"), "before");
  EXPECT_EQ(read_file(directory_ + "/link"), "after");
}

}  // namespace
}  // namespace wpar
