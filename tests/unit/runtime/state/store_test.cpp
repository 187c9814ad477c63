// SPDX-License-Identifier: Apache-2.0
#include "runtime/state/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/file.h"
#include "runtime/sys/run_program.h"

namespace wpar::state {
namespace {

class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/wpar-store-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern), nullptr);
    top_ = pattern;
  }
  void TearDown() override { sys::run_program({.path = "/bin/rm", .args = {"rm", "-rf", top_}}); }
  std::string top_;
};

TEST_F(StoreTest, AnIdCanBeReservedOnce) {
  Store store(top_ + "/root");
  store.reserve("web1");
  EXPECT_THROW(store.reserve("web1"), Error);
  store.release("web1");
  EXPECT_NO_THROW(store.reserve("web1"));
}

TEST_F(StoreTest, FindsNothingInARootThatDoesNotExist) {
  const Store store(top_ + "/none");
  EXPECT_FALSE(store.find("web1", Lock::kNone));
  EXPECT_TRUE(store.ids().empty());
  EXPECT_THROW(store.open("web1", Lock::kNone), Error);
}

TEST_F(StoreTest, ListsIdsSortedAndLeavesOutWhatIsNoContainer) {
  Store store(top_ + "/root");
  store.reserve("b");
  store.reserve("a");
  ASSERT_EQ(::mkdir((top_ + "/root/.cache").c_str(), 0700), 0);
  EXPECT_EQ(store.ids(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(StoreTest, RefusesARootThatOthersMayWriteTo) {
  ASSERT_EQ(::mkdir((top_ + "/root").c_str(), 0700), 0);
  ASSERT_EQ(::chmod((top_ + "/root").c_str(), 01777), 0);
  Store store(top_ + "/root");
  EXPECT_THROW(store.reserve("web1"), Error);
}

TEST_F(StoreTest, RefusesARootThatIsALink) {
  ASSERT_EQ(::mkdir((top_ + "/real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink("real", (top_ + "/root").c_str()), 0);
  Store store(top_ + "/root");
  EXPECT_THROW(store.reserve("web1"), Error);
}

TEST_F(StoreTest, ReleaseFollowsNoLink) {
  Store store(top_ + "/root");
  store.reserve("web1");
  write_file(top_ + "/victim", "stays", 0600);
  ASSERT_EQ(::symlink((top_ + "/victim").c_str(), (top_ + "/root/web1/state.json").c_str()), 0);
  store.release("web1");
  EXPECT_EQ(read_file(top_ + "/victim"), "stays");
  EXPECT_FALSE(store.find("web1", Lock::kNone));
}

TEST_F(StoreTest, KnowsTheGateUntilItIsRemoved) {
  Store store(top_ + "/root");
  const Entry entry = store.reserve("web1");
  EXPECT_FALSE(entry.has_gate());
  const UniqueFd listener = entry.make_gate();
  EXPECT_TRUE(entry.has_gate());
  EXPECT_TRUE(entry.knock());
  entry.remove_gate();
  EXPECT_FALSE(entry.has_gate());
  EXPECT_FALSE(entry.knock());
}

TEST_F(StoreTest, AGateOfADeadInitDoesNotAnswer) {
  Store store(top_ + "/root");
  const Entry entry = store.reserve("web1");
  entry.make_gate();  // and gone
  EXPECT_TRUE(entry.has_gate());
  EXPECT_FALSE(entry.knock());
}

TEST(ContainerId, AcceptsWhatEnginesUse) {
  for (const std::string& id :
       std::vector<std::string>{"a", "web-1", "A_b+c.d", std::string(255, 'x')}) {
    EXPECT_NO_THROW(check_id(id)) << id;
  }
}

TEST(ContainerId, RefusesPathsAndOptions) {
  for (const std::string& id :
       std::vector<std::string>{"", ".", "..", "a/b", "../x", "-x", ".cache", "a b", "a\n",
                                "\xc3\xa9", std::string(256, 'x')}) {
    EXPECT_THROW(check_id(id), Error) << id;
  }
}

}  // namespace
}  // namespace wpar::state
