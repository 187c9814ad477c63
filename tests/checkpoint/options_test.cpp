// SPDX-License-Identifier: Apache-2.0
// What CRIU refuses unless it is told that it is meant: each option with the refusal without it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "tests/checkpoint/checkpoint_world.h"

namespace wpar::test {
namespace {

class CheckpointOptions : public CheckpointTest {
 protected:
  // Refused without the option, and then nothing has happened; with it, it goes on after a restore.
  std::string needs_option(const std::string& id, const std::string& option,
                           std::vector<std::string> options_of_restore) {
    EXPECT_TRUE(counts_on(2)) << error_of(id);
    const Result refused = checkpoint(id);
    expect_one_line(refused, "criu");
    EXPECT_EQ(runtime().status(id), "running");
    EXPECT_TRUE(counts_on(counter()));
    const Result saved = checkpoint(id, {option});
    EXPECT_EQ(saved.code, 0) << saved;
    const int last = counter();
    const Result back = restore(id, std::move(options_of_restore));
    EXPECT_EQ(back.code, 0) << back;
    EXPECT_TRUE(counts_on(last));
    return id;
  }
};

TEST_F(CheckpointOptions, FileLocksAreHeldAgain) {
  const std::string id = needs_option(start_shell(std::string("/probe lock /lock & ") + kCount),
                                      "--file-locks", {"--file-locks"});
  const int file = ::open((bundle().root() + "/lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(file, 0);
  EXPECT_NE(::flock(file, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(errno, EWOULDBLOCK);
  ASSERT_EQ((runtime()({"delete", "--force", id})).code, 0);
  EXPECT_EQ(::flock(file, LOCK_EX | LOCK_NB), 0) << "it was the container's";
  ::close(file);
}

TEST_F(CheckpointOptions, AFileWithoutItsNameIsLinkedAgain) {
  const std::string id = needs_option(
      start_shell(
          std::string("echo kept > /first; ln /first /second; exec 9< /first; rm /first; ") +
          "i=0; while [ ! -e /go ]; do i=$((i+1)); echo $i > /counter; sleep 0.05; done; "
          "cat <&9; exec sleep 1000"),
      "--link-remap", {});
  write_text(bundle().root() + "/go", "");
  EXPECT_TRUE(eventually([&] { return output_of(id) == "kept\n"; })) << output_of(id);
}

TEST_F(CheckpointOptions, AnEmptyNetworkIsForTheHooksToFill) {
  const std::string id = start_shell(std::string("ip link set lo up; ") + kCount);
  ASSERT_TRUE(counts_on(2));
  const auto loopback = [&] { return exec(id, {"/bin/ip", "link", "show", "lo"}).out; };
  ASSERT_TRUE(contains(loopback(), ",UP")) << loopback();
  ASSERT_EQ(checkpoint(id, {"--leave-running"}).code, 0);
  ASSERT_EQ((runtime()({"delete", "--force", id})).code, 0);
  ASSERT_EQ(restore(id).code, 0);
  EXPECT_TRUE(contains(loopback(), ",UP")) << "it is saved: " << loopback();
  const Result saved = checkpoint(id, {"--empty-ns", "network"});
  ASSERT_EQ(saved.code, 0) << saved;
  const Result back = restore(id, {"--empty-ns", "network"});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(contains(loopback(), "lo:")) << loopback();
  EXPECT_FALSE(contains(loopback(), ",UP")) << loopback();
}

}  // namespace
}  // namespace wpar::test
