// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/error.h"

#include <gtest/gtest.h>

#include "runtime/base/errno_text.h"
#include "runtime/base/rollback.h"

namespace wpar {
namespace {

TEST(Error, TellsTheWholeStoryOutsideIn) {
  try {
    in_context("mount /data", [] {
      errno = ENOENT;
      throw_errno("open {}", "srv/data");
    });
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "mount /data: open srv/data: no such file or directory");
    EXPECT_EQ(error.errno_value(), ENOENT);
    EXPECT_EQ(error.kind(), ErrorKind::kSystem);
  }
}

TEST(Error, InContextHandsTheResultThrough) {
  EXPECT_EQ(in_context("x", [] { return 7; }), 7);
}

TEST(ErrnoText, IsWhatEnginesLookFor) {
  EXPECT_EQ(errno_text(ENOENT), "no such file or directory");
  EXPECT_EQ(errno_text(EACCES), "permission denied");
  EXPECT_EQ(errno_text(EPERM), "operation not permitted");
  EXPECT_EQ(errno_text(ESRCH), "no such process");
  EXPECT_EQ(errno_text(ENOTDIR), "not a directory");
  EXPECT_EQ(errno_text(EISDIR), "is a directory");
  EXPECT_EQ(errno_text(4711), "errno 4711");
}

TEST(Rollback, UndoesNewestFirst) {
  std::string order;
  {
    Rollback rollback;
    rollback.on_failure([&] { order += "a"; });
    rollback.on_failure([&] { order += "b"; });
  }
  EXPECT_EQ(order, "ba");
}

TEST(Rollback, KeepsWhatSucceeded) {
  bool undone = false;
  {
    Rollback rollback;
    rollback.on_failure([&] { undone = true; });
    rollback.keep();
  }
  EXPECT_FALSE(undone);
}

TEST(Rollback, GoesOnWhenAnUndoFails) {
  bool undone = false;
  {
    Rollback rollback;
    rollback.on_failure([&] { undone = true; });
    rollback.on_failure([] { throw Error(ErrorKind::kSystem, "cannot"); });
  }
  EXPECT_TRUE(undone);
}

}  // namespace
}  // namespace wpar
