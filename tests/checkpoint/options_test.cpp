// SPDX-License-Identifier: Apache-2.0
// What CRIU refuses unless it is told that it is meant: each option with the refusal without it.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <map>

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

TEST_F(CheckpointOptions, ASocketOfTheOutsideIsConnectedAgain) {
  const std::string folder = *temp_ / "sockets";
  make_directories(folder);
  const int ours = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = folder + "/numbers";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(ours, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto number = [&] {
    char text[32] = "";
    int last = 0;
    while (::recv(ours, text, sizeof text - 1, 0) > 0)
      last = std::atoi(text);
    return last;
  };
  // CRIU looks for the socket by the name that it was bound to.
  bundle().config["mounts"].push_back(bind_mount(folder, folder));
  bundle().drop_namespace("network");  // a socket is known in its own network namespace only
  const std::string id = start_shell("exec /probe send-numbers " + path);
  ASSERT_TRUE(eventually([&] { return number() > 2; })) << error_of(id);
  expect_one_line(checkpoint(id), "ext-unix-sk");
  EXPECT_TRUE(eventually([&] { return number() > 0; }));
  const Result saved = checkpoint(id, {"--ext-unix-sk"});
  ASSERT_EQ(saved.code, 0) << saved;
  number();
  sleep_for(Milliseconds(100));
  EXPECT_EQ(number(), 0);
  const Result back = restore(id, {"--ext-unix-sk"});
  ASSERT_EQ(back.code, 0) << back;
  EXPECT_TRUE(eventually([&] { return number() > 3; }));
  ::close(ours);
}

TEST_F(CheckpointOptions, TheNetworkIsLockedAsAsked) {
  // Only open connections are locked; but the images tell how, for the restore to unlock them
  // (inventory.proto, network_lock_method).
  const std::map<std::string, char> seen = {{"iptables", 0}, {"nftables", 1}, {"skip", 2}};
  for (const auto& [way, method] : seen) {
    const std::string id = start_shell(kCount);
    ASSERT_TRUE(counts_on(1));
    const Result saved = checkpoint(id, {"--network-lock", way});
    ASSERT_EQ(saved.code, 0) << way << saved;
    const std::string field = {11 << 3, method};
    EXPECT_TRUE(contains(read_text(images() + "/inventory.img"), field)) << way;
    const int last = counter();
    const Result back = restore(id, {"--network-lock", way});
    ASSERT_EQ(back.code, 0) << way << back;
    EXPECT_TRUE(counts_on(last));
    remove_tree(images());
    ASSERT_EQ((runtime()({"delete", "--force", id})).code, 0);
  }
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
